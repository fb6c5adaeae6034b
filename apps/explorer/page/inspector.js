// One node, everything that the recording holds of it at the step that is shown.
const shown = value => Array.isArray(value) ? `[${value.map(shown).join(', ')}]` : with_digits(value, 7);

// In one line: up to four numbers, else how far they reach.
function spread(value, shape) {
  const numbers = flat(value);
  if (numbers.length <= 4) return shape.length ? `[${numbers.map(near).join(', ')}]` : near(numbers[0]);
  const finite = numbers.filter(Number.isFinite);
  const reach =
    finite.length < numbers.length ? 'not finite' : `${near(Math.min(...finite))} … ${near(Math.max(...finite))}`;
  return `shape ${shape.join('×')}: ${reach}`;
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
  const words = [`${near(s.least)} … ${near(s.most)}`, `mean ${near(s.mean)}`, `rms ${near(s.rms)}`];
  if (s.zeros) words.push(`${Math.round(100 * s.zeros / s.count)} % zeros`);
  if (s.not_finite) words.push(`${s.not_finite} not finite`);
  return make_element('div', {}, bars, make_element('div', {className: 'small', textContent: words.join(', ')}));
}

// The chosen node; where none is, the one of this step, and at the end the leaf that most gradients came to. Nothing
// while numbers are hidden to be guessed.
function inspected() {
  if (chosen_node()) return chosen_node();
  if (!recording || facts.recording || $('hide')?.value !== 'nothing') return null;
  if (known.now) return recording.nodes[known.now[0]];
  const ids = new Set(boxes().map(g => g.id)), drawn = recording.nodes.filter(n => ids.has(`n${n.id}`));
  const leaves = drawn.filter(n => n.op === 'leaf' && n.contributions.length);
  const most = Math.max(...leaves.map(n => n.contributions.length));
  return leaves.find(n => n.contributions.length === most) ?? drawn.at(-1) ?? null;
}

function add_numbers(add, node) {
  const put = (term, name, values) =>
    add(term, node.shape.length ? tensor_grid({name, shape: node.shape, values}) : shown(values));
  if (!is_made(node)) return void add('value', 'not yet');
  if (node.statistics) add('value', histogram(node.statistics));
  else if (node.value !== null) put('value', node.label, node.value);
  const gradient = gradient_now(node), came = arrived_at(node).length;
  if (!node.wants_grad) add('gradient', 'not wanted');
  else if (node.grad_statistics && came) add('gradient', histogram(node.grad_statistics));
  else if (gradient === null) add('gradient', 'not yet');
  else put(came < node.contributions.length ? 'gradient so far' : 'gradient', `∂${node.label}`, gradient);
}

const titled = node => node.label === `#${node.id}` ? with_op(node) : `#${node.id} ${node.label}`;
const with_op = node => node.label === `#${node.id}` ? `${node.label} ${node.op}` : `${node.label} = ${node.op}`;

// Each gradient that came, where from, and by which numbers.
function arrivals(node) {
  const list = make_element('ol');
  for (const c of arrived_at(node)) {
    const value = c.value === null ? 'a gradient' : spread(c.value, node.shape);
    const from = c.from === 'seed' ? 'the seed' : `from ${with_op(recording.nodes[c.from])}`;
    const words = `+= ${value} ${from}${c.numbers ? ': ' + c.numbers : ''}${c.cleared ? ' (forgotten)' : ''}`;
    list.append(
      make_element('li', {textContent: words, className: is_now(node, node.contributions.indexOf(c)) ? 'now' : ''}));
  }
  return list;
}

// What a node keeps for its way back, how long it took, where it stands.
function add_circumstances(add, node) {
  const saved = s => s.shape.length ? `${s.here} (${s.shape.join('×')})` : s.here;
  const note = node.saved_note ? ` (${node.saved_note})` : '';
  if (node.saved.length) add('saves', `${node.saved.map(saved).join(', ')}: ${node.bytes} bytes${note}`);
  if (node.scope) {
    const close =
      make_element('button', {type: 'button', textContent: 'close it', title: 'Draw this scope as one box'});
    close.addEventListener('click', () => set_depth(node.scope.split('.').length));
    add('scope', `${node.scope} `, close);
  }
  if (node.seconds) add('time', `${duration(node.seconds[0])} there, ${duration(node.seconds[1])} back`);
  if (node.layout && node.layout !== 'row_major') add('order in memory', node.layout);
  if (node.kernels) add('kernels', `${node.kernels}${recording.library ? `, of ${recording.library}` : ''}`);
  if (node.source) add('source', node.source);
  if (!facts.recording) add('line', `${node.line}`);
}

// Its box, where neither a choice nor the step marks it already.
function mark_looked(node) {
  $('picture').querySelector('.looked')?.classList.remove('looked');
  if (node && !known.now && !chosen) $('picture').querySelector(`#n${node.id}`)?.classList.add('looked');
}

function inspect() {
  const node = inspected();
  mark_looked(node);
  $('node-name').textContent = node ? titled(node) : 'Inspector';
  if (!node) {
    const how = 'Choose a box of the graph: by a click, or with Tab and Enter.';
    $('inspector').replaceChildren(worded('p', how, {className: 'quiet'}));
    return;
  }
  const list = make_element('dl');
  const add = (term, ...content) =>
    list.append(make_element('dt', {textContent: term}), make_element('dd', {}, ...content));
  const op = catalogue.ops.find(o => o.name === node.op);
  add('op', `${node.op} ${node.arguments}`);
  if (op) add('formula', op.formula);
  add('shape', node.shape.length ? node.shape.join(' × ') : 'scalar');
  add_numbers(add, node);
  if (arrived_at(node).length) add('came back', arrivals(node));
  for (const rule of node.rules) if (rule.rule) add('way back', rule.here);
  add_circumstances(add, node);
  const hint = worded(
    'p', 'Click another box of the graph, or step through it.', {className: 'quiet small', hidden: chosen !== null});
  $('inspector').replaceChildren(list, hint);
}

add_panel({id: 'inspector', title: 'Inspector', place: 'side',
  show(why) {
    inspect();
    if (why === 'step') explain();
  }});
