// The two cards: a loss, its formula, a slider for each parameter; what a parameter does opens below its name.

// Takes what was typed if it is valid, or says below the parameter why not.
function take(side, p, i, typed, row) {
  const v = typed.trim() === '' ? p.value : numberOf(typed, p), good = valid(v, p);
  row.querySelector('.wrong').textContent = good ? '' : `${p.name}: expected ${expected(p)}, got ${typed}`;
  if (good) { side.numbers[i] = v; changed(); }
}
function knob(side, s, p, i) {
  if (p.kind === 'data') return '';
  const id = s + '-' + p.name, row = make('div', {className: 'knob'});
  const doc = p.symbol ? p.doc.slice(p.doc.indexOf(':') + 2) : p.doc;
  const says = make('p', {
    className: 'doc',
    id: id + '-doc',
    hidden: true,
    textContent: `${doc}. ${expected(p)}; usually ${textOf(p.value, p)}.`
  });
  const opener = make('button', {type: 'button', className: 'called', title: doc});
  if (p.symbol) opener.append(symbolOf(p.symbol));
  opener.append(make('span', {innerHTML: p.name.replaceAll('_', '_<wbr>')}));
  opener.setAttribute('aria-expanded', 'false');
  opener.setAttribute('aria-controls', says.id);
  opener.onclick = () => { says.hidden = !says.hidden; opener.setAttribute('aria-expanded', String(!says.hidden)); };
  const wrong = make('p', {className: 'wrong'});
  wrong.setAttribute('role', 'alert');
  const reset = field => { field.value = textOf(side.numbers[i], p); };
  const fields = [];
  if (p.kind === 'flag') {
    const box = make('input', {type: 'checkbox', id, checked: side.numbers[i] !== 0});
    box.onchange = () => { side.numbers[i] = box.checked ? 1 : 0; changed(); };
    fields.push(box);
  } else if (p.kind === 'word' || p.kind === 'pair' || p.rare) {
    const field = p.kind === 'word' ?
      make('select', {id}, ...p.words.map(w => make('option', {value: w, textContent: w}))) :
      make('input', {type: 'text', id});
    reset(field);
    field.onchange = () => { take(side, p, i, field.value, row); reset(field); };
    fields.push(field);
  } else {
    const range = make('input', {type: 'range', id, min: p.low, max: p.high, step: p.step});
    const exact = make('input', {type: 'number', step: 'any', value: side.numbers[i]});
    range.value = side.numbers[i];
    exact.setAttribute('aria-label', p.name + ', exact');
    const fill = () => range.style.setProperty('--done', 100 * (range.value - p.low) / (p.high - p.low) + '%');
    fill();
    range.oninput = () => {
      side.numbers[i] = Number(range.value);
      exact.value = range.value;
      wrong.textContent = '';
      fill();
      changed();
    };
    exact.onchange = () => {
      take(side, p, i, exact.validity.badInput ? 'no number' : exact.value, row);
      exact.value = range.value = side.numbers[i];
      fill();
    };
    fields.push(range, exact);
  }
  fields[0].setAttribute('aria-label', p.name);
  fields[0].setAttribute('aria-describedby', says.id);
  row.append(opener, ...fields, says, wrong);
  row.classList.add(fields.length > 1 ? 'slides' : 'set');
  const point = on => at(s).querySelectorAll('.turned').forEach(
    mark => mark.classList.toggle('lit', on && mark.dataset.symbol === p.symbol));
  for (const event of ['pointerenter', 'focusin']) row.addEventListener(event, () => point(true));
  for (const event of ['pointerleave', 'focusout']) row.addEventListener(event, () => point(false));
  return row;
}
function card(s) {
  const side = state[s], {loss} = side, knobs = loss.parameters.map((p, i) => knob(side, s, p, i));
  const those = rare => knobs.filter((k, i) => loss.parameters[i].rare === rare);
  const pick = make('select', {className: 'pick'},
    ...losses.map(l => make('option', {value: l.name, textContent: l.name, selected: l === loss})));
  pick.setAttribute('aria-label', s === 'a' ? 'First loss' : 'Second loss');
  pick.onchange = () => { state[s] = sideOf(pick.value); card(s); changed(); at(s).querySelector('select').focus(); };
  const rare = loss.parameters.filter(p => p.rare && p.kind !== 'data'),
        more = make('details', {},
          make('summary', {textContent: rare.length ? 'paper, ' + rare.map(p => p.name).join(', ') : 'paper'}),
          make('p', {
            className: 'doc',
            textContent:
              [loss.summary, loss.paper, loss.remarks].filter(t => t).map(t => t.replace(/\.$/, '')).join('. ') + '.'
          }),
          ...those(true));
  more.open = loss.parameters.some((p, i) => p.rare && side.numbers[i] !== p.value);
  at(s).replaceChildren(pick, make('div', {className: 'formula'}), ...those(false), more);
}

const spread = side => side.loss.parameters.map((p, i) => [p, side.numbers[i]]).filter(([p, v]) => v !== p.value);
const colourOf = side => `var(--${facts.colours[side.line % facts.colours.length]})`;
const dashOf = side => ['', '7 4', '2 4', '8 3 2 3'][Math.floor(side.line / facts.colours.length)];
function labels() {
  const name = side => side.loss.name +
    (state.a.loss === state.b.loss ? spread(side).map(([p, v]) => ` ${p.name}=${textOf(v, p)}`).join('') : '');
  state.a.label = name(state.a), state.b.label = name(state.b);
  if (state.a.label === state.b.label) state.b.label += ' (second)';
  state.a.line = state.a.loss.line;  // a loss has its own colour; standing twice, the second takes another
  state.b.line = state.b.loss.line !== state.a.line ? state.b.loss.line : state.a.line === 0 ? 1 : 0;
  for (const s of ['a', 'b']) {  // a card has its curve's line
    const side = state[s], formula = formulaOf(side), shown = at(s).querySelector('.formula');
    if (shown.dataset.of !== formula) {
      shown.dataset.of = formula;
      shown.replaceChildren(...formulaLines(side.loss, formula));
    }
    document.documentElement.style.setProperty('--own-' + s, colourOf(side));
    at(s).style.borderLeftStyle = ['solid', 'dashed', 'dotted', 'dashed'][Math.floor(side.line / facts.colours.length)];
  }
}
