// The curves and the best p, with what is read off them; the buttons that say what is drawn, and what leaves the page.

const probability = x => 1 / (1 + Math.exp(-x)), logitOf = p => Math.log(p) - Math.log1p(-p);
const share = (v, n) => v.toFixed(n).replace(/^(-?)0\./, '$1.');
const both = () => [state.a, state.b];
const overP = () => state.x === 'p';
const zonesOf = y => {
  const place = p => overP() ? p : logitOf(p);
  return facts.zones[y].map(zone => ({...zone, from: place(zone.from), to: place(zone.to)}));
};

// Logits at which curves are drawn: even steps of what the axis shows.
const drawnAt = () => Array.from({length: 401}, (_, i) => overP() ? .0025 + .995 * i / 400 : -8 + 16 * i / 400);
const swatch = side => `<svg class="swatch" width="20" height="8" aria-hidden="true"><path d="M0 4H20" style="stroke:${
  colourOf(side)}"${dashOf(side) ? ` stroke-dasharray="${dashOf(side)}"` : ''}/></svg>`;
function read(id, head, each) {
  at(id).innerHTML =
    both()
      .map((side, i) => `<span class="of">${swatch(side)}<b>${xmlOf(side.label)}</b> <span>${each(i)}</span></span>`)
      .join('') +
    `<span class="where">${head}</span>`;
  return at(id).textContent;
}
function readCurves() {
  const c = curves.cursor, verb = ['cost', 'pull', 'bend', 'weigh'][quantityIndex()],
        who = state.y ? 'Positives' : 'Negatives';
  const p = c === null ? 0 : overP() ? c : probability(c), x = c === null ? 0 : overP() ? logitOf(c) : c;
  const said = c === null ? read('reading', `${who} ${verb} …`, i => words(wasm.peak(i, quantityIndex(), state.y))) :
                            read('reading', `at p = ${overP() ? share(p, 3) : digits(p, 4)}, x = ${digits(x, 4)}`,
                              i => digits(quantityAt(i, [x])[0], 4));
  at('curves').setAttribute('aria-valuetext', said);
  if (c !== null) at('curves').setAttribute('aria-valuenow', c);
}
function readBest() {
  const rate = best.cursor ?? .1;
  const said = read('best-reading', `at a rate of ${share(rate, 2)}`,
    i => share(bestAt(i, [rate])[0], 3));  // as `skew loss proper` writes them
  at('optimum').setAttribute('aria-valuetext', said), at('optimum').setAttribute('aria-valuenow', rate);
}
const curves = new Chart(at('curves'), () => {
  const shown = drawnAt(), x = overP() ? shown.map(logitOf) : shown, place = v => overP() ? logitOf(v) : v;
  return {x: overP() ? [0, 1] : [-8, 8], open: overP(), zones: zonesOf(state.y), names: [overP() ? 'p' : 'logit x'],
    curves: both().map((side, i) => ({x: shown, y: quantityAt(i, x), colour: colourOf(side), dash: dashOf(side)})),
    at: v => both().map((side, i) => [quantityAt(i, [place(v)])[0], colourOf(side)])};
}, {step: .001, moved: readCurves});
const best = new Chart(at('optimum'), () => {
  const rates = Array.from({length: 99}, (_, i) => (i + 1) / 100);
  return {x: [0, 1], y: [0, 1], open: true, diagonal: true, names: ['true rate'],
    curves: both().map((side, i) => ({x: rates, y: bestAt(i, rates), colour: colourOf(side), dash: dashOf(side)})),
    at: v => both().map((side, i) => [bestAt(i, [v])[0], colourOf(side)])};
}, {step: .01, moved: readBest});
function drawFigures() {
  curves.step = overP() ? .001 : .01;
  const name = quantities[quantityIndex()][1], of = state.y ? 'a positive' : 'a negative';
  at('curves').setAttribute('aria-label', `${name} of ${of} over ${overP() ? 'p' : 'the logit'}: move through it`);
  at('optimum').setAttribute('aria-label', 'The p that minimises the expected loss, over the true rate');
  if (curves.cursor !== null && !overP() !== (curves.area?.x[0] < 0)) curves.cursor = null;  // another axis
  curves.draw();
  readCurves();
  best.draw();
  readBest();
  for (const b of document.querySelectorAll('[data-key]'))
    b.setAttribute('aria-pressed', String(state[b.dataset.key]) === b.dataset.value);
}

function makeSwitches() {
  const pressed = (key, value, text, title = '') => {
    const b = make('button', {type: 'button', textContent: text, title});
    b.dataset.key = key;
    b.dataset.value = value;
    b.onclick = () => { state[key] = value; changed(); };
    return b;
  };
  const group = (name, ...buttons) => {
    const g = make('div', {className: 'group'}, ...buttons);
    g.setAttribute('role', 'group');
    g.setAttribute('aria-label', name);
    return g;
  };
  at('switches')
    .append(group('Quantity', ...quantities.map(([v, t]) => pressed('of', v, t))),
      group('Label', pressed('y', 0, 'Negative'), pressed('y', 1, 'Positive')),
      group('Axis', pressed('x', 'p', 'over p'), pressed('x', 'logit', 'over x', 'the logit, ln p ÷ (1−p)')));
}

// ---- what leaves the page
// ---------------------------------------------------------------------------------------------
let silence;
function say(text, long) {
  at('said').textContent = text;
  clearTimeout(silence);
  if (text && !long) silence = setTimeout(() => { at('said').textContent = ''; }, 8000);
}
function command() {
  const one = side => side.loss.name +
    spread(side).map(([p, v]) => ` --set ${p.name}=${p.kind === 'flag' ? v !== 0 : textOf(v, p)}`).join('');
  const rest = ` --of ${state.of} --y ${state.y} --x ${overP() ? 'p' : 'logit=-8:8:801'} -o `;
  if (!spread(state.a).length && !spread(state.b).length)
    return `skew loss plot --loss ${state.a.loss.name},${state.b.loss.name}${rest}figures`;
  return `skew loss plot --loss ${one(state.a)}${rest}figures/a && skew loss plot --loss ${one(state.b)}${
    rest}figures/b`;
}
function save(name, type, text) {
  const link = make('a', {download: name, href: URL.createObjectURL(new Blob([text], {type}))});
  link.click();
  URL.revokeObjectURL(link.href);
  say(name + ' saved.');
}
const drawnByProgram = () => words(wasm.draw_quantity(quantityIndex(), state.y, overP() ? 0 : 1));
function wireActions() {
  at('copy').onclick = async () => {
    try { await navigator.clipboard.writeText(command()); say('Copied: ' + command()); }
    catch { say(command(), true); }
  };
  at('csv').onclick = () => { drawnByProgram(); save('curves.csv', 'text/csv', words(wasm.csv())); };
  at('svg').onclick = () => save('curves.svg', 'image/svg+xml', drawnByProgram());
  at('reset').onclick = () => { history.replaceState(null, '', '#'); all(); };
}
