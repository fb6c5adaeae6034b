// A tensor as a grid: one cell an element, coloured by sign and size, its number under the cursor or the focus.
const flat = value => Array.isArray(value) ? value.flat(Infinity) : [value];
// A number as the engine's texts write it (recording.h: pretty); nan and inf are words in the recording.
const with_minus = words => words.replaceAll('-', '−');
const with_digits = (v, digits) =>
  v === null || v === undefined ? '' : with_minus(`${typeof v === 'number' ? +v.toPrecision(digits) : v}`);
const near = v => with_digits(v, 4);
// At most six characters.
function compact(v) {
  const extreme = typeof v === 'number' && ((v !== 0 && Math.abs(v) < 0.001) || Math.abs(v) >= 1e5);
  return extreme ? with_minus(v.toExponential(0).replace('e+', 'e')) : with_digits(v, 3);
}
const index_of = (shape, i) => {
  const out = [];
  for (let axis = shape.length - 1; axis >= 0; --axis) {
    out.unshift(i % shape[axis]);
    i = Math.floor(i / shape[axis]);
  }
  return out.length ? `[${out.join(', ')}]` : '';
};
const most_cells = 2048;
const differ = (a, b) => !(Math.abs(a - b) <= 1e-9 * (Math.abs(b) + 1));
const largest_of = numbers => numbers.reduce((most, v) => Number.isFinite(v) ? Math.max(most, Math.abs(v)) : most, 0);

// Orange above 0, blue below, as strong as the share of the largest.
function shade(cell, v, largest) {
  const share = largest > 0 && Number.isFinite(v) ? Math.abs(v) / largest : 0;
  const colour = v > 0 ? 'orange' : 'blue', strength = Math.round(8 + 47 * share);
  cell.style.background = share ? `color-mix(in srgb, var(--${colour}) ${strength}%, var(--paper))` : 'var(--paper)';
}

// name: before the index, in words. on_choose(element): makes the cells buttons. The element answered has
// light(numbers or null, element or −1, words, beside): other numbers in the cells, and one of them chosen; where the
// numbers `beside` them differ, the cell is marked and both are said.
function tensor_grid({name, shape, values, on_choose}) {
  const all = flat(values), count = Math.min(all.length, most_cells);
  const columns = shape.length ? shape[shape.length - 1] : 1, rows = shape.length > 1 ? shape[shape.length - 2] : 1;
  const box = make_element('div', {className: 'tensor'}), said = make_element('output', {className: 'under-cursor'});
  const cells = [];
  let numbers = all, what = '', rule = null;
  for (let first = 0; first < count; first += rows * columns) {
    const slice = make_element('div');
    const index = index_of(shape.slice(0, -2), first / (rows * columns)).slice(0, -1);
    if (shape.length > 2) slice.append(worded('div', `${name}${index}, :, :]`, {className: 'slice'}));
    const grid = make_element('div', {className: columns > 8 ? 'cells tiny' : 'cells'});
    grid.style.gridTemplateColumns = `repeat(${columns}, ${columns > 8 ? '18px' : 'minmax(34px, 50px)'})`;
    for (let i = first; i < Math.min(count, first + rows * columns); ++i) {
      const cell = make_element(on_choose ? 'button' : 'span', {className: 'cell'});
      if (on_choose) Object.assign(cell, {type: 'button', tabIndex: i ? -1 : 0});
      cell.dataset.i = i;
      cells.push(cell);
      grid.append(cell);
    }
    slice.append(grid);
    box.append(slice);
  }
  if (all.length > count) box.append(worded('div', `and ${all.length - count} elements more`, {className: 'quiet'}));
  const tell = cell => {
    const i = +cell.dataset.i;
    const beside = rule && differ(rule[i], numbers[i]) ? `, by your rule ${near(rule[i])}` : '';
    const coefficient = what && numbers[i] !== undefined ? `; ${what} ${near(numbers[i])}${beside}` : '';
    said.textContent = `${name}${index_of(shape, i)} = ${near(all[i])}${coefficient}`;
  };
  for (const event of ['mouseover', 'focusin'])
    box.addEventListener(event, e => {
      if (e.target.dataset?.i) tell(e.target);
    });
  box.addEventListener('click', e => { if (on_choose && e.target.dataset?.i) on_choose(+e.target.dataset.i); });
  box.addEventListener('keydown', e => {
    const i = +e.target.dataset?.i, by = {ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns}[e.key];
    if (!on_choose || by === undefined || !cells[i + by]) return;
    e.preventDefault();
    cells[i].tabIndex = -1;
    cells[i + by].tabIndex = 0;
    cells[i + by].focus();
  });
  box.light = (other, chosen_element = -1, words = '', beside = null) => {
    numbers = other ?? all;
    what = other ? words : '';
    rule = beside;
    const largest = largest_of(numbers);
    cells.forEach((cell, i) => {
      shade(cell, numbers[i], largest);
      if (columns <= 8)
        cell.textContent = numbers[i] === undefined || (other && !numbers[i]) ? '' : compact(numbers[i]);
      const off = rule !== null && differ(rule[i], numbers[i]);
      cell.classList.toggle('chosen', i === chosen_element);
      cell.classList.toggle('off', off);
      const otherwise = off ? `, by your rule ${near(rule[i])}` : '';
      if (on_choose) cell.setAttribute('aria-label', `${name}${index_of(shape, i)} ${near(numbers[i])}${otherwise}`);
    });
  };
  box.light(null);
  box.append(said);
  return box;
}
