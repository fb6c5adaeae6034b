// One node, everything that the recording holds of it.
const shown = value => Array.isArray(value) ? `[${value.map(shown).join(', ')}]` : with_digits(value, 7);

// In one line: up to four numbers, else how far they reach.
function spread(value, shape) {
  const numbers = flat(value);
  if (numbers.length <= 4) return shape.length ? `[${numbers.map(near).join(', ')}]` : near(numbers[0]);
  const finite = numbers.filter(Number.isFinite);
  return `shape ${shape.join('×')}: ${finite.length < numbers.length ? 'not finite' : `${near(Math.min(...finite))} … ${near(Math.max(...finite))}`}`;
}

const duration = s => s < 1e-3 ? `${+(s * 1e6).toPrecision(3)} µs` : `${+(s * 1e3).toPrecision(3)} ms`;

// Of a tensor too large to be shown: its spread as a row of bars, and what they stand for.
function histogram(s) {
  const most = Math.max(1, ...s.bins), bars = make_element('div', {className: 'histogram'});
  bars.setAttribute('role', 'img');
  bars.setAttribute('aria-label', `how ${s.count} values spread from ${near(s.least)} to ${near(s.most)}`);
  for (const count of s.bins) {
    const bar = make_element('span', {title: `${count}`});
    bar.style.height = `${count ? Math.max(2, 40 * count / most) : 0}px`;
    bars.append(bar);
  }
  const words = `${near(s.least)} … ${near(s.most)}, mean ${near(s.mean)}, rms ${near(s.rms)}` + (s.zeros ? `, ${Math.round(100 * s.zeros / s.count)} % zeros` : '') + (s.not_finite ? `, ${s.not_finite} not finite` : '');
  return make_element('div', {}, bars, make_element('div', {className: 'small', textContent: words}));
}

function inspect() {
  const node = chosen_node();
  $('node-name').textContent = node ? `#${node.id} ${node.label}` : 'Inspector';
  if (!node) {
    $('inspector').replaceChildren(make_element('p', {className: 'quiet', textContent: 'Choose a box of the graph: by a click, or with Tab and Enter.'}));
    return;
  }
  const list = make_element('dl');
  const add = (term, ...content) => list.append(make_element('dt', {textContent: term}), make_element('dd', {}, ...content));
  const op = catalogue.ops.find(o => o.name === node.op);
  add('op', `${node.op} ${node.arguments}`);
  if (op) add('formula', op.formula);
  add('shape', node.shape.length ? node.shape.join(' × ') : 'scalar');
  const put = (term, values) => add(term, node.shape.length && values !== null ? tensor_grid({name: term === 'value' ? node.label : `∂${node.label}`, shape: node.shape, values}) : shown(values));
  if (node.statistics) add('value', histogram(node.statistics));
  else if (node.value !== null) put('value', node.value);
  if (node.grad_statistics) add('gradient', histogram(node.grad_statistics));
  else if (!node.wants_grad || node.grad === null) add('gradient', node.wants_grad ? 'not yet' : 'not wanted');
  else put('gradient', node.grad);
  for (const rule of node.rules) if (rule.rule) add('way back', rule.here);
  if (node.saved.length) add('saves', node.saved.map(s => `${s.name} [${s.shape.join(', ')}]`).join(', ') + `: ${node.bytes} bytes`);
  if (node.contributions.length) {
    add('arrived', make_element('ol', {}, ...node.contributions.map(c => {
      const from = c.from === 'seed' ? 'seed' : `from #${c.from} ${recording.nodes[c.from].op}`;
      return make_element('li', {textContent: `+= ${c.value === null ? 'a gradient' : spread(c.value, node.shape)} ${from}${c.numbers ? ': ' + c.numbers : ''}${c.cleared ? ' (forgotten)' : ''}`});
    })));
  }
  if (node.scope) {
    const close = make_element('button', {type: 'button', textContent: 'close it', title: 'Draw this scope as one box'});
    close.addEventListener('click', () => set_depth(node.scope.split('.').length));
    add('scope', `${node.scope} `, close);
  }
  if (node.seconds) add('time', `${duration(node.seconds[0])} there, ${duration(node.seconds[1])} back`);
  if (node.layout) add('order', node.layout);
  if (node.kernels) add('kernels', `${node.kernels}${recording.library ? `, of ${recording.library}` : ''}`);
  if (node.source) add('source', node.source);
  if (!facts.recording) add('line', `${node.line}`);
  $('inspector').replaceChildren(list);
}

add_panel({id: 'inspector', title: 'Inspector', place: 'side', show: inspect});
