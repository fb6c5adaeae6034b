// Jacobian lights: an element of a result, and what made it; an element of an input, and what it reaches. Coefficients
// come from the module: rows by going back from a gradient that is 1 there, columns by putting rows together.
(() => {
  let grids = new Map(), shown_for = '';

  const consumers = node => recording.nodes.filter(n => n.inputs.includes(node.id));
  const counted = (numbers, of) => `${numbers.filter(v => v !== 0).length} of ${numbers.length} elements of ${of}`;

  // Of the inputs that the program's own rule answers otherwise than the engine does.
  function beside_rule(node, from, by_rule, name) {
    if (by_rule.wrong) return `Your rule of ${node.op} fails here: ${by_rule.wrong.split('\n')[0]}`;
    const off = [];
    for (const [id, numbers] of Object.entries(by_rule)) {
      const here = from[id] ?? numbers.map(() => 0), of = recording.nodes[id];
      const at = numbers.findIndex((v, i) => differ(v, here[i])), name_at = `${of.label}${index_of(of.shape, at)}`;
      if (at < 0) continue;
      off.push(
        `${name_at} ${near(numbers[at])} where the engine sends ${near(here[at])} (${counted_off(numbers, here)})`);
    }
    if (!Object.keys(by_rule).length) return '';
    const sends = `Your rule of ${node.op} sends`;
    return off.length ? `${sends} ${off.join(', ')}: dashed cells.` : `${sends} the same for ${name}.`;
  }
  const counted_off = (numbers, here) => {
    const off = numbers.filter((v, i) => differ(v, here[i])).length;
    return `${off} of ${numbers.length} element${numbers.length === 1 ? '' : 's'} off`;
  };

  function light(id, element) {
    const node = recording.nodes[id], from = ask('made_from', '', id, element),
          to = ask('reached_from', '', id, element);
    const by_rule = from.wrong === undefined ? ask('made_by_rule', '', id, element) : {};
    const sentences = [], name = `${node.label}${index_of(node.shape, element)}`;
    const lit = [], reached = [];
    for (const [other, grid] of grids) {
      if (other === id) { grid.light(null, element); continue; }
      const made = from.wrong === undefined && from[other], reach = to.wrong === undefined && to[other];
      const numbers = made || reach, there = recording.nodes[other].label;
      if (made) lit.push(counted(made, there));
      else if (reach) reached.push(counted(reach, there));
      const none = flat(recording.nodes[other].value).map(() => 0), what = made ? `∂${name}/∂ here` : `∂ here/∂${name}`;
      grid.light(numbers || none, -1, what, by_rule[other] ?? null);
    }
    const of_rule = beside_rule(node, from, by_rule, name);
    if (of_rule) sentences.push(of_rule);
    if (lit.length) sentences.push(`${name} = ${near(flat(node.value)[element])} was made by ${lit.join(', ')}.`);
    if (reached.length) sentences.push(`${name} reaches ${reached.join(', ')}.`);
    if (to.wrong && !reached.length) sentences.push(to.wrong);
    const why = from.wrong && node.op !== 'leaf' ? from.wrong : `${name} lights nothing up here.`;
    if (!sentences.length) sentences.push(why);
    $('lights-said').textContent =
      sentences.join(' ') + ' Cells show coefficients: how much the one grows with the other.';
  }

  function add_grids(title, nodes) {
    if (!nodes.length) return;
    $('lights').append(make_element('h3', {textContent: title}));
    for (const node of nodes) {
      if (node.value === null || grids.has(node.id)) continue;
      const on_choose = element => light(node.id, element);
      const grid = tensor_grid({name: node.label, shape: node.shape, values: node.value, on_choose});
      grids.set(node.id, grid);
      const given = node.op === 'leaf' || node.op === 'const',
            shape = node.shape.length ? node.shape.join(' × ') : 'scalar';
      $('lights').append(worded('p', `${given ? node.label : with_op(node)} ${shape}`, {className: 'name'}), grid);
    }
  }

  function leaves_behind(node) {
    const seen = new Set(), out = [];
    const walk = id => {
      if (typeof id !== 'number' || seen.has(id)) return;
      seen.add(id);
      const n = recording.nodes[id];
      if (n.op === 'leaf' || n.op === 'const') out.push(n);
      n.inputs.forEach(walk);
    };
    node.inputs.forEach(walk);
    return out;
  }

  add_panel({
    id: 'lights',
    title: 'Jacobian',
    place: 'side',
    runs: true,
    make(box) {
      box.append(make_element('p', {id: 'lights-said', className: 'quiet'}),
        make_element('label', {}, 'beside it ',
          choice_of('lights-far', [['what goes into the op', 'near'], ['the leaves behind it', 'far']])),
        make_element('div', {id: 'lights'}));
      $('lights-said').setAttribute('aria-live', 'polite');
      $('lights-far').addEventListener('change', () => { shown_for = ''; this.show('open'); });
    },
    show(why) {
      if (why === 'step') return;
      const ops = recording.nodes.filter(n => n.inputs.length && n.wants_grad);
      const largest = ops.reduce((most, n) => flat(n.value).length > flat(most?.value ?? []).length ? n : most, ops[0]);
      const node = chosen_node() ?? largest;
      if (!node || recording.nodes.some(n => n.value === null && n === node)) {
        $('lights').replaceChildren();
        $('lights-said').textContent =
          node ? 'This recording holds no values of it.' : 'Nothing is computed from a leaf yet.';
        return;
      }
      const key = `${node.id} ${JSON.stringify(node.value).slice(0, 2000)} ${program()}`;
      if (key === shown_for && why !== 'run') return;
      shown_for = key;
      grids = new Map();
      $('lights').replaceChildren();
      $('lights-said').textContent = 'Choose an element: what made it lights up, and what it reaches. ' +
        'Another box of the graph shows another op.';
      add_grids('the result', [node]);
      const far = $('lights-far').value === 'far';
      const inputs = [...new Set(node.inputs)].filter(i => typeof i === 'number').map(i => recording.nodes[i]);
      add_grids('made from', far ? leaves_behind(node) : inputs);
      add_grids('goes into', consumers(node).slice(0, 6));
    }
  });
})();
