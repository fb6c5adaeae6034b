// Forward mode beside reverse mode: what each costs here, and that both say the same.
(() => {
  const cell = (tag, words) => make_element(tag, {textContent: words});
  const brief = (numbers, shape) => {
    const all = flat(numbers ?? []).map(near);
    if (!all.length) return '–';
    return all.length <= 4 ? all.join(', ') : `${shape.join('×')}: ${all.slice(0, 3).join(', ')}, …`;
  };

  function costs() {
    const m = ask('two_modes', '');
    if (m.wrong !== undefined) return void ($('modes-said').textContent = m.wrong);
    const cheaper =
      m.forward.products < m.reverse.products ? 'Here forward mode is cheaper.' : 'Here reverse mode is cheaper.';
    const compared = m.compared ? `${m.compared} tangents and gradients agree to ${m.worst.toExponential(0)}.`
      : 'No backward() was called to compare with.';
    $('modes-said').textContent =
      `${m.inputs} numbers go in at the leaves, ${m.outputs} come${m.outputs === 1 ? 's' : ''} out: ` +
      'forward mode takes a pass for each that goes in, reverse mode one for each that comes out. ' +
      `${m.forward.products === m.reverse.products ? 'Both cost the same here.' : cheaper} ${compared}`;
    const both = (words, what) => [words, m.forward[what], m.reverse[what]];
    const rows = [
      ['', 'forward', 'reverse'], both('passes', 'passes'), both('ops walked', 'ops'),
      both('products of slopes', 'products')
    ];
    const row_of = (row, i) => make_element('tr', {}, ...row.map((v, k) => cell(i && k ? 'td' : 'th', `${v}`)));
    $('modes-cost').replaceChildren(...rows.map(row_of));
  }

  function walk() {
    const leaf = recording.nodes[+$('modes-leaf').value];
    if (!leaf) return void $('modes-walk').replaceChildren();
    const count = flat(leaf.value).length,
          element = Math.min(count - 1, Math.max(0, Math.floor(+$('modes-element').value || 0)));
    $('modes-element').max = count - 1;
    $('modes-element').parentElement.hidden = count < 2;
    const t = ask('tangents', '', leaf.id, element), name = `${leaf.label}${index_of(leaf.shape, element)}`;
    if (t.wrong !== undefined) return void ($('modes-agree').textContent = t.wrong);
    const rows = recording.nodes.filter(n => t.of[n.id] || n.grad !== null).filter(n => n.latest);
    const row_of = n => make_element('tr', {className: n.id === leaf.id ? 'chosen' : ''}, cell('th', n.label),
      cell('td', brief(n.value, n.shape)), cell('td', t.of[n.id] ? brief(t.of[n.id], n.shape) : '0'),
      cell('td', brief(n.grad, n.shape)));
    const head = ['', 'value', `tangent ∂/∂${name} ↓`, 'gradient ↑'].map(w => cell('th', w));
    $('modes-walk').replaceChildren(make_element('tr', {}, ...head), ...rows.map(row_of));
    $('modes-agree').textContent = agreement(`∂${recording.nodes[t.result].label}/∂${name}`, t.at_result, t.gradient);
  }

  function agreement(slope, forward, back) {
    if (back === null) return `${slope} = ${near(forward)} by forward mode.`;
    const same = Math.abs(forward - back) <= 1e-9 * (Math.abs(back) + 1e-3);
    return `${slope}: ${near(forward)} came forward, ${near(back)} came back: ${
      same ? 'they agree.' : 'they differ; is a rule your own?'}`;
  }

  add_panel({
    id: 'modes',
    title: 'Forward mode',
    place: 'side',
    runs: true,
    make(box) {
      box.append(make_element('p', {id: 'modes-said'}), make_element('table', {id: 'modes-cost'}),
        make_element('p', {className: 'row'},
          make_element('label', {}, 'along ', make_element('select', {id: 'modes-leaf'})),
          make_element(
            'label', {}, ' element ', make_element('input', {id: 'modes-element', type: 'number', min: 0, value: 0}))),
        make_element('p', {id: 'modes-agree'}),
        make_element('div', {className: 'sideways', tabIndex: 0}, make_element('table', {id: 'modes-walk'})));
      $('modes-leaf').addEventListener('change', () => { $('modes-element').value = 0; walk(); });
      $('modes-element').addEventListener('input', walk);
    },
    show(why) {
      if (why === 'step' || why === 'choose') return;
      $('modes-cost').replaceChildren();
      $('modes-walk').replaceChildren();
      $('modes-agree').textContent = '';
      const leaves = recording.nodes.filter(
        n => n.op === 'leaf' && n.value !== null && recording.nodes.some(m => m.inputs.includes(n.id)));
      const before = $('modes-leaf').value;
      $('modes-leaf').replaceChildren(...leaves.map(n => new Option(n.label, n.id)));
      if (leaves.some(n => `${n.id}` === before)) $('modes-leaf').value = before;
      costs();
      walk();
    }
  });
})();
