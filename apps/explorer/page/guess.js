// Hide, guess, reveal: numbers of the graph become question marks; whoever names one sees it.
(() => {
  const opened = new Set();  // "g3": the gradient of node 3, "v3": its value
  let of = '', right = 0, tried = 0;
  const hides = what => $('hide').value === 'both' || ($('hide').value === 'gradients' && what === 'g');

  // What is still hidden of a node, values first.
  function hidden_of(node) {
    const out = [];
    if (hides('v') && node.inputs.length && !opened.has('v' + node.id)) out.push('v');
    if (hides('g') && node.wants_grad && node.grad !== null && !opened.has('g' + node.id)) out.push('g');
    return out;
  }

  // The lines of a box are its name, its value, "∂ …".
  function hide_numbers() {
    if ($('hide').value === 'nothing') return;
    for (const group of $('picture').querySelectorAll('g[id^=n]')) {
      const node = recording.nodes[+group.id.slice(1)], hidden = hidden_of(node),
            lines = [...group.querySelectorAll('text')];
      lines.forEach((line, i) => {
        const gradient = line.textContent.startsWith('∂');
        if (gradient && hidden.includes('g') && !line.textContent.endsWith('not yet')) line.textContent = '∂ ?';
        else if (!gradient && i === 1 && hidden.includes('v')) line.textContent = '?';
      });
      if (hidden.length) group.querySelector('title')?.replaceChildren('hidden: choose it and guess');
    }
    if (hides('g')) for (const label of $('picture').querySelectorAll('svg > text.t-rust')) label.textContent = '?';
    if (hides('v')) $('sentence').textContent = $('sentence').textContent.replace(/ = .*/, ' = ?');
    if (hides('g')) $('sentence').textContent = $('sentence').textContent.replace(/ \+= .*/, ' += ?');
  }

  function ask_for() {
    const node = chosen_node(), hidden = node ? hidden_of(node) : [];
    $('guess-form').hidden = !hidden.length;
    $('guess-score').textContent = tried ? `${right} of ${tried} right so far.` : '';
    $('guess-said').textContent = question(node, hidden);
  }

  function question(node, hidden) {
    if ($('hide').value === 'nothing') return 'Choose above what to hide. The boxes of the graph then ask for it.';
    if (!node) return 'Choose a box with a question mark: by a click, or with Tab and Enter.';
    if (!hidden.length) return `${node.label}: nothing is hidden here.`;
    const value = hidden[0] === 'v', count = flat(value ? node.value : node.grad).length;
    const several = count > 1 ? ` ${count} numbers, with commas, or the first alone.` : '';
    return `What is the ${value ? 'value' : 'gradient'} of ${node.label}?${several}`;
  }

  // What is wrong with it, without the answer.
  function hint(given, wanted, close) {
    if (given.length > wanted.length) return `It has ${wanted.length} element${wanted.length === 1 ? '' : 's'}.`;
    const at = given.findIndex((v, i) => !close(v, wanted[i]));
    if (close(given[at], -wanted[at])) return 'The size is right, the sign is not.';
    const which = given.length > 1 ? `, number ${at + 1},` : '';
    return `${near(given[at])}${which} is too ${given[at] > wanted[at] ? 'high' : 'low'}.`;
  }

  function answer(give_up) {
    const node = chosen_node(), what = hidden_of(node)[0], wanted = flat(what === 'v' ? node.value : node.grad);
    const given = $('guess').value.replaceAll('−', '-').split(/[,;\s]+/).filter(w => w).map(Number);
    const close = (a, b) => Math.abs(a - b) <= 0.005 * Math.abs(b) + 1e-6;
    const good = given.length > 0 && given.length <= wanted.length && given.every((v, i) => close(v, wanted[i]));
    if (!give_up && (!given.length || given.some(Number.isNaN))) {
      $('guess-answer').textContent = 'Type a number, as 1.5 or −2.';
      return;
    }
    ++tried;
    right += good && !give_up;
    const numbers = wanted.slice(0, 8).map(near).join(', ') + (wanted.length > 8 ? ', …' : '');
    if (good || give_up) {
      opened.add(what + node.id);
      const why =
        what === 'g' ? node.contributions.filter(c => c.numbers && !c.cleared).map(c => c.numbers).join(' and ') : '';
      $('guess-answer').textContent = `${give_up ? 'It is' : 'Right:'} ${numbers}${why ? ', from ' + why : ''}.`;
      $('guess').value = '';
      redraw('guess');
      return;
    }
    $('guess-answer').textContent = hint(given, wanted, close);
    ask_for();
  }

  add_panel({
    id: 'guess',
    title: 'Guess',
    place: 'side',
    make(box) {
      const hide =
        choice_of('hide', [['nothing', 'nothing'], ['gradients', 'gradients'], ['values and gradients', 'both']]);
      const form = make_element('form', {id: 'guess-form', className: 'row', hidden: true},
        worded('label', 'your guess', {className: 'hidden', htmlFor: 'guess'}),
        make_element('input', {id: 'guess', autocomplete: 'off', inputMode: 'text', size: 12}),
        worded('button', 'Check'), button_of('guess-show', 'Reveal'));
      box.append(make_element('p', {className: 'row'}, make_element('label', {}, 'hide ', hide),
                   button_of('guess-again', 'Hide again')),
        make_element('p', {id: 'guess-said'}), form, make_element('p', {id: 'guess-answer'}),
        make_element('p', {id: 'guess-score', className: 'quiet'}));
      for (const id of ['guess-answer', 'guess-said']) $(id).setAttribute('aria-live', 'polite');
      $('guess-form').addEventListener('submit', event => { event.preventDefault(); answer(false); });
      $('guess-show').addEventListener('click', () => answer(true));
      const begin = () => {
        opened.clear();
        right = tried = 0;
        $('guess-answer').textContent = '';
        if ($('hide').value !== 'nothing') $('part-table').open = false;
        else $('part-table').open = true;
        redraw('guess');
      };
      $('hide').addEventListener('change', begin);
      $('guess-again').addEventListener('click', begin);
    },
    drawn: hide_numbers,
    chosen() {
      if (hidden_of(chosen_node()).length) open_panel('guess');
    },  // other tabs would tell
    show(why) {
      if (why === 'run' && of !== program()) {
        opened.clear();
        right = tried = 0;
        of = program();
      }
      if (why === 'choose' || why === 'run') $('guess-answer').textContent = '';
      ask_for();
      if (why === 'choose' && !$('guess-form').hidden) $('guess').focus();
    }
  });
})();
