// A way back of one's own: @backward rules in the program, and what the check says of each.
(() => {
  const own =
    () => [...program().matchAll(/^@backward(?:\("(\w+)"\))?\s*\n\s*def\s+(?:d_)?(\w+)/gm)].map(m => m[1] ?? m[2]);

  // The engine's rule as a place to begin: inputs by their names, g for each of them, to be made right.
  function template(node) {
    const names = node.input_names.filter(name => name), wanted = node.rules.map(rule => node.input_names[rule.input]);
    const returns = names.map(name => wanted.includes(name) ? 'g' : 'None').join(', ');
    return `@backward\ndef d_${node.op}(g, ${names.join(', ')}):\n    return ${returns}    # make it right\n\n`;
  }

  function verdict(c) {
    const where = recording.nodes[c.node], input = where.inputs[where.input_names.indexOf(c.input)];
    const shape = typeof input === 'number' ? recording.nodes[input].shape : [];
    if (c.words) return `${c.op}, ${c.input}: ${c.words}`;
    if (c.at < 0)
      return `${c.op}, ${c.input}: right, ${c.checked} element${c.checked === 1 ? '' : 's'} compared with differences.`;
    return `${c.op}, ${c.input}${index_of(shape, c.at)} is wrong at #${c.node}: your rule says ${near(c.rule)}, ` +
      `the difference ${near(c.difference)}.`;
  }

  add_panel({
    id: 'rules',
    title: 'Own rule',
    place: 'side',
    runs: true,
    make(box) {
      const
        about =
          'Write the way back of an op yourself. g is the gradient of its result; return one gradient for each ' +
        'input. Every element is compared with differences.',
        op = make_element('label', {}, 'op ', choice_of('rule-op', []));
      box.append(worded('p', about),
        make_element('p', {className: 'row'}, op, button_of('rule-write', 'Write its rule')),
        make_element('p', {id: 'rule-engine', className: 'quiet'}), make_element('ul', {id: 'rule-said'}));
      $('rule-said').setAttribute('aria-live', 'polite');
      $('rule-write').addEventListener('click', () => {
        const node = recording.nodes.find(n => n.op === $('rule-op').value && n.rules.length);
        if (!node) return;
        set_program(template(node) + program());
        $('text').focus();
        $('text').setSelectionRange(0, template(node).length - 2);
      });
    },
    show(why) {
      if (why === 'step' || why === 'choose') return;
      const written = own(), with_rule = new Set(recording.nodes.filter(n => n.rules.length).map(n => n.op));
      const ops = [...with_rule].filter(op => !written.includes(op));
      const before = $('rule-op').value;
      $('rule-op').replaceChildren(...ops.map(op => new Option(op, op)));
      if (ops.includes(before)) $('rule-op').value = before;
      $('rule-write').disabled = !ops.length;
      const yours = `Of your own: ${written.join(', ')}. The engine's rule shows when you take yours away.`;
      $('rule-engine').textContent = written.length ? yours : '';
      const lines =
        recording.rules.map(c => worded('li', verdict(c), {className: c.at >= 0 || c.words ? 'wrong' : 'right'}));
      if (!lines.length && written.length && !recording.error)
        lines.push(worded('li', 'Your rule was not called: no gradient came to its op.'));
      $('rule-said').replaceChildren(...lines);
    }
  });
})();
