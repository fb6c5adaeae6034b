// What a network that learns looks like: maps of its decisions, its weights as pixels, its scores over the steps.
const net_kinds = [{labels: ['common a', 'common b', 'common c', 'rare'], one: 'point'},
  {labels: ['cross', 'square', 'bar', 'ring (rare)'], one: 'image'}];
const net_rare = 3, net_losses = ['BCE', 'RAL'];
const net_dark = matchMedia('(prefers-color-scheme: dark)');
const net_schemes = [[[31, 69, 175], [15, 162, 95], [184, 134, 11], [193, 34, 129]],
  [[110, 150, 230], [40, 205, 130], [225, 175, 40], [245, 90, 165]]];
const net_colour = label => net_schemes[+net_dark.matches][label];
const net_paper = () => net_dark.matches ? 20 : 255;
const net_css = (c, share = 1) => `rgb(${c.map(v => Math.round(v * share + net_paper() * (1 - share))).join(',')})`;
const net_line = k => `var(--${k ? 'blue' : 'slate'})`;

// Which class each place is given, the stronger the surer.
function fill_map(canvas, size, winners, sure) {
  const image = new ImageData(size, size);
  for (let i = 0; i < size * size; ++i) {
    const colour = net_colour(+winners[i]), share = 0.1 + 0.045 * +sure[i];
    for (let k = 0; k < 3; ++k) image.data[4 * i + k] = colour[k] * share + net_paper() * (1 - share);
    image.data[4 * i + 3] = 255;
  }
  const small = make_element('canvas', {width: size, height: size}), c = canvas.getContext('2d');
  small.getContext('2d').putImageData(image, 0, 0);
  c.imageSmoothingEnabled = false;
  c.drawImage(small, 0, 0, canvas.width, canvas.height);
}

const place_on = (canvas, [x, y]) => [(x + 2) / 4 * canvas.width, (2 - y) / 4 * canvas.height];

// The inputs trained on: rare ones large, hollow where the training does not see their label; a ring around the one
// looked at.
function draw_points(canvas, data, looked) {
  const c = canvas.getContext('2d');
  const ring = (point, radius, style, width) => {
    c.beginPath();
    c.arc(...place_on(canvas, point), radius, 0, 7);
    c.strokeStyle = style;
    c.lineWidth = width;
  };
  data.inputs.forEach((point, i) => {
    const rare = data.labels[i] === net_rare, colour = net_css(net_colour(data.labels[i])), missing = i < data.missing;
    ring(point, rare ? 4.5 : 2, missing ? colour : '#fff', missing ? 2 : 1.5);
    c.fillStyle = missing ? '#fff' : colour;
    c.fill();
    if (rare) c.stroke();
  });
  ring(data.inputs[looked], 9, net_dark.matches ? '#fff' : '#000', 2);
  c.stroke();
}

// Rows of numbers as pixels: orange above 0, blue below, as strong as the share of the largest.
function pixels_of(rows, height, words) {
  const [h, w] = [rows.length, rows[0].length], most = Math.max(1e-9, largest_of(rows.flat()));
  const canvas = make_element('canvas', {className: 'pixels', title: words, width: w, height: h}),
        c = canvas.getContext('2d');
  rows.forEach((row, i) => row.forEach((v, j) => {
    c.fillStyle = net_css(v > 0 ? [200, 90, 20] : [31, 69, 175], Math.min(1, Math.abs(v) / most));
    c.fillRect(j, i, 1, 1);
  }));
  canvas.style.width = `${height * w / h}px`;
  canvas.style.height = `${height}px`;
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', words);
  return canvas;
}

// A layer's numbers as one map or several: of a convolution one for each output channel, summed over its inputs.
function maps_of(values, of_conv) {
  if (!Array.isArray(values[0])) return [[values]];
  const turned = rows => rows[0].map((_, j) => rows.map(row => row[j]));
  if (!Array.isArray(values[0][0])) return [values.length > values[0].length ? turned(values) : values];
  if (!of_conv) return values;
  const add = (a, b) => a.map((row, i) => row.map((v, j) => v + b[i][j]));
  return values.map(out => out.reduce(add));
}

function map_height(rows) {
  if (rows.length < 6) return 12 * rows.length;
  return rows[0].length > 20 ? 8 * rows.length : 4.5 * rows.length;
}

function layer_picture(name, values, of_conv) {
  const title = `${name}, up to ${near(largest_of(flat(values)))}`;
  const maps = maps_of(values, of_conv).map(rows => pixels_of(rows, map_height(rows), title));
  return make_element('div', {className: 'net-layer'}, make_element('span', {className: 'quiet', textContent: title}),
    make_element('div', {className: 'maps'}, ...maps));
}

// The average precision of the rare class over the steps: history is [{step, nets: [{rare: {ap}}, …]}, …].
function draw_scores(canvas, history) {
  const c = canvas.getContext('2d'), style = getComputedStyle(document.documentElement), w = canvas.width,
        h = canvas.height;
  const colour = name => style.getPropertyValue(name), y = share => 8 + (h - 26) * (1 - share);
  const last = history.at(-1)?.step ?? 1, x = step => 34 + (w - 36) * step / Math.max(1, last);
  c.clearRect(0, 0, w, h);
  c.font = '12px system-ui,sans-serif';
  c.fillStyle = colour('--ink');
  for (const share of [0, 0.5, 1]) {
    c.strokeStyle = colour('--line');
    c.beginPath();
    c.moveTo(34, y(share));
    c.lineTo(w, y(share));
    c.stroke();
    c.fillText(share.toFixed(1), 6, y(share) + 4);
  }
  c.fillText(`step ${last}`, w - 70, h - 3);
  for (const k of [0, 1]) {
    c.beginPath();
    history.forEach((s, i) => c[i ? 'lineTo' : 'moveTo'](x(s.step), y(s.nets[k].rare.ap)));
    c.strokeStyle = colour(k ? '--blue' : '--slate');
    c.lineWidth = 2;
    c.setLineDash(k ? [] : [6, 3]);
    c.stroke();
    c.setLineDash([]);
  }
}

// Sizes of gradients on a logarithmic scale, from 1e−6 to 1.
function gradient_bars(nets) {
  const share = v => v > 0 ? Math.min(1, Math.max(0.02, (Math.log10(v) + 6) / 6)) : 0;
  const came = nets.some(n => n.layers.some(l => l.gradient > 0));
  if (!came) return [worded('p', 'none yet', {className: 'quiet'})];
  const names = nets[0].layers.map(l => l.name).filter(name => name.endsWith('weight'));
  return names.flatMap(name => nets.map((n, k) => {
    const v = n.layers.find(l => l.name === name).gradient, bar = make_element('span', {className: 'bar'});
    bar.style.width = `${100 * share(v)}%`;
    bar.style.background = net_line(k);
    return make_element('div', {className: 'bar-row'},
      make_element('span', {textContent: `${name.replace('.weight', '')} ${net_losses[k]}`}),
      make_element('span', {className: 'bar-room'}, bar),
      make_element('span', {textContent: v.toExponential(1).replace('-', '−')}));
  }));
}
