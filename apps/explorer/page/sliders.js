// Scalar leaves as sliders. A number that stands in the program changes there; others go to the run by name.

// Where a name is given a number, if that is done once: [before, number, after].
function number_in_program(name) {
  const word = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), number = String.raw`[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?`;
  const given =
    new RegExp(String.raw`(?:^|[;\n])[ \t]*${word}[ \t]*=[ \t]*(?:[\w.]+\()?(${number})(?![\w.]|[ \t]*[-+*/@%])`, 'g');
  const anything = new RegExp(String.raw`(?:^|[^\w.])${word}[ \t]*[-+*/]?=[^=]`, 'gm');
  const uses = [...program().matchAll(given)];
  if (uses.length !== 1 || [...program().matchAll(anything)].length !== 1) return null;
  const end = uses[0].index + uses[0][0].length;
  return [program().slice(0, end - uses[0][1].length), uses[0][1], program().slice(end)];
}

function move_leaf(name, value) {
  const place = number_in_program(name), words = /\.|e/.test(value) ? value : value + '.0';
  if (place) $('text').value = place[0] + words + place[2];
  else let_[name] = +value;
  run();
}

// 1, 2 or 5 times a power of ten, about a hundredth of the reach.
function step_of(reach) {
  const power = 10 ** Math.floor(Math.log10(reach / 100)), digit = reach / 100 / power;
  return power * (digit >= 5 ? 5 : 1);
}

function slider_of(leaf) {
  const reach = Math.max(1, Math.abs(leaf.value)) * 2, step = step_of(reach),
        round = v => +(Math.round(v / step) * step).toPrecision(12);
  const value = make_element('output', {textContent: near(leaf.value)});
  const slider = make_element(
    'input', {type: 'range', min: round(leaf.value - reach), max: round(leaf.value + reach), step, value: leaf.value});
  slider.title = `A double click goes back to ${near(leaf.value)}`;
  const move = to => {
    value.textContent = near(to);
    move_leaf(leaf.name, `${to}`);
  };
  slider.addEventListener('input', () => move(round(+slider.value)));
  slider.addEventListener('dblclick', () => {
    slider.value = leaf.value;
    move(leaf.value);
  });
  return make_element('label', {}, make_element('span', {textContent: leaf.name}), slider, value);
}

function sliders() {
  const leaves = recording.nodes.filter(
    n => n.op === 'leaf' && typeof n.value === 'number' && n.label === n.name && !n.iteration && n.name);
  const box = $('sliders'), names = leaves.map(n => n.name).join();
  if (box.dataset.names === names) return;
  box.dataset.names = names;
  box.replaceChildren(...leaves.map(slider_of));
}
