// One node, everything that the recording holds of it.
const shown = value => JSON.stringify(value, (key, v) => typeof v === 'number' ? +v.toPrecision(7) : v).replaceAll(',', ', ');
const short = words => words.length > 400 ? words.slice(0, 400) + '…' : words;

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
  add('value', short(shown(node.value)));
  add('gradient', node.wants_grad ? node.grad === null ? 'not yet' : short(shown(node.grad)) : 'not wanted');
  for (const rule of node.rules) if (rule.rule) add('way back', `${node.input_names[rule.input]} += ${rule.rule}`);
  if (node.saved.length) add('saves', node.saved.map(s => `${s.name} [${s.shape.join(', ')}]`).join(', ') + `: ${node.bytes} bytes`);
  if (node.contributions.length) {
    add('arrived', make_element('ol', {}, ...node.contributions.map(c => {
      const from = c.from === 'seed' ? 'seed' : `from #${c.from} ${recording.nodes[c.from].op}`;
      return make_element('li', {textContent: `+= ${short(shown(c.value))} ${from}${c.numbers ? ': ' + c.numbers : ''}${c.cleared ? ' (forgotten)' : ''}`});
    })));
  }
  if (node.scope) add('scope', node.scope);
  add('line', `${node.line}`);
  $('inspector').replaceChildren(list);
}

add_panel({id: 'inspector', title: 'Inspector', place: 'side', show: inspect});
