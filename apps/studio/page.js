'use strict';
// The page: what is chosen lives in `state`, is drawn by the module (module.cpp) and is kept in the address after '#'.
(async () => {
const facts = JSON.parse(document.getElementById('facts').textContent);
const at = id => document.getElementById(id);
const make = (tag, props = {}, ...inside) => {
  const e = Object.assign(document.createElement(tag), props);
  e.append(...inside);
  return e;
};
const losses = facts.losses, lossNamed = name => losses.find(l => l.name === name) || losses[0];

// ---- without the module: figures that were drawn beforehand ---------------------------------------------------------
if (!facts.module || typeof WebAssembly !== 'object') {
  at('notice').textContent = 'This page was made without a WebAssembly compiler (or the browser runs none): the figures show the ' +
    'losses at their defaults, and nothing can be turned. Install clang-14 lld-14 wasi-libc libc++-14-dev-wasm32 ' +
    'libclang-rt-14-dev-wasm32, build again, and the sliders appear.';
  at('notice').hidden = false;
  for (const id of ['choice', 'settles', 'drives', 'toy']) at(id).hidden = true;
  document.querySelector('.desk').style.gridTemplateColumns = 'minmax(0,1fr)';
  const pick = make('select', {ariaLabel: 'Figure'}, ...(facts.figures || []).map((f, i) => make('option', {value: i, textContent: f.title})));
  const show = () => { at('curves').innerHTML = facts.figures ? facts.figures[pick.value].svg : ''; };
  pick.onchange = show;
  at('switches').append(pick);
  if (facts.figures) show();
  return;
}

// ---- the module -----------------------------------------------------------------------------------------------------
const packed = Uint8Array.from(atob(facts.module), c => c.charCodeAt(0));
const unpacked = await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
const compiled = await WebAssembly.compile(unpacked), imports = {page: {fail}};
for (const {module, name} of WebAssembly.Module.imports(compiled)) (imports[module] ??= {})[name] ??= () => 0;  // no files, no clock
const wasm = (await WebAssembly.instantiate(compiled, imports)).exports, memory = wasm.memory;
function fail(words, length) {
  throw new Error(new TextDecoder().decode(new Uint8Array(memory.buffer, words, length)));
}
wasm._initialize();
const words = pointer => {
  const all = new Uint8Array(memory.buffer);
  return new TextDecoder().decode(all.subarray(pointer, all.indexOf(0, pointer)));
};
const numbers = (pointer, count) => new Float64Array(memory.buffer, pointer, count);

// Value, slope and curvature at many logits: a Float64Array of three each.
function evaluate(side, y, x) {
  const n = side.numbers.length, p = wasm.buffer(n + 4 * x.length);
  const all = numbers(p, n + 4 * x.length);
  all.set(side.numbers), all.set(x, n);
  wasm.evaluate(side.loss.index, p, y, x.length, p + 8 * n, p + 8 * (n + x.length));
  return numbers(p, n + 4 * x.length).slice(n + x.length);
}
function choose(sides) {
  wasm.clear();
  for (const side of sides) {
    const name = new TextEncoder().encode(side.label + '\0');
    const to = wasm.text_buffer(name.length), p = wasm.buffer(side.numbers.length);  // both may move the memory
    new Uint8Array(memory.buffer).set(name, to);
    numbers(p, side.numbers.length).set(side.numbers);
    wasm.choose(side.loss.index, side.numbers.length, p, side.line);
  }
}

// ---- parameters as text: flags are 0 or 1, words an index, a pair M,N is radix·M + N and `inf` 0 ----------------------
const textOf = (v, p) => p.kind === 'word' ? p.words[v] : p.kind === 'pair' ? (v ? `${Math.floor(v / p.radix)},${v % p.radix}` : 'inf') : String(v);
const numberOf = (t, p) => {
  if (p.kind === 'flag') return t === '1' || t === 'true' ? 1 : t === '0' || t === 'false' ? 0 : NaN;
  if (p.kind === 'word') return p.words.includes(t) ? p.words.indexOf(t) : NaN;
  if (p.kind !== 'pair') return t.trim() === '' ? NaN : Number(t);
  const pair = t.match(/^\s*(\d+)\s*,\s*(\d+)\s*$/), fits = n => n >= 1 && n < p.radix;
  return t.trim() === 'inf' ? 0 : pair && fits(+pair[1]) && fits(+pair[2]) ? p.radix * pair[1] + +pair[2] : NaN;
};

// ---- state, and the address that keeps it ----------------------------------------------------------------------------
const quantities = [['value', 'Loss'], ['grad', 'Gradient'], ['curvature', 'Curvature'], ['weight', 'Weight']];
const sideOf = name => {
  const loss = lossNamed(name);
  return {loss, label: loss.name, numbers: loss.parameters.map(p => p.value)};
};
const standard = () => ({a: sideOf('ral'), b: sideOf('ral-paper'), of: 'grad', y: 0, x: 'p', prior: .05, auroc: .85, classes: 14});
let state = standard();

function address() {
  const q = new URLSearchParams();
  for (const s of ['a', 'b']) {
    q.set(s, state[s].loss.name);
    state[s].loss.parameters.forEach((p, i) => { if (state[s].numbers[i] !== p.value) q.set(s + '.' + p.name, textOf(state[s].numbers[i], p)); });
  }
  for (const k of ['of', 'y', 'x', 'prior', 'auroc']) q.set(k, state[k]);
  return q.toString();
}
// The slider ends where figures are worth looking at; what is typed, or stands in the fragment, may be any valid value.
const valid = (v, p) => Number.isFinite(v) && (p.kind !== 'whole' || Number.isInteger(v)) &&
  (p.least === null || (p.least_open ? v > p.least : v >= p.least)) && (p.most === null || (p.most_open ? v < p.most : v <= p.most));
function restore() {
  state = standard();
  const q = new URLSearchParams(location.hash.slice(1));
  for (const s of ['a', 'b']) {
    if (losses.some(l => l.name === q.get(s))) state[s] = sideOf(q.get(s));
    state[s].loss.parameters.forEach((p, i) => {
      const v = numberOf(q.get(s + '.' + p.name) || '', p);
      if (p.kind !== 'data' && valid(v, p)) state[s].numbers[i] = v;
    });
  }
  if (quantities.some(k => k[0] === q.get('of'))) state.of = q.get('of');
  if (q.get('y') === '1') state.y = 1;
  if (q.get('x') === 'logit') state.x = 'logit';
  const prior = Number(q.get('prior')), auroc = Number(q.get('auroc'));
  if (prior > 0 && prior <= .5) state.prior = prior;
  if (auroc >= .5 && auroc <= .99) state.auroc = auroc;
}

// ---- the two cards ----------------------------------------------------------------------------------------------------
// Takes what was typed if it is valid, or says why not.
function take(side, p, i, typed) {
  const v = typed === '' ? p.value : numberOf(typed, p), good = valid(v, p);
  at('said').textContent = good ? '' : `${p.name}: expected ${p.range}${p.kind === 'whole' ? ', whole' : ''}, got ${typed}`;
  if (good) side.numbers[i] = v, changed();
}
function knob(side, s, p, i) {
  const id = s + '-' + p.name;
  if (p.kind === 'data') return '';
  if (p.kind === 'flag') {
    const box = make('input', {type: 'checkbox', id, checked: side.numbers[i] !== 0});
    box.onchange = () => { side.numbers[i] = box.checked ? 1 : 0; changed(); };
    return make('div', {className: 'tick'}, box, make('label', {htmlFor: id, textContent: p.name, title: p.doc}));
  }
  if (p.kind === 'word' || p.kind === 'pair') {
    const field = p.kind === 'word' ? make('select', {id}, ...p.words.map(w => make('option', {value: w, textContent: w}))) : make('input', {type: 'text', id});
    field.value = textOf(side.numbers[i], p);
    field.onchange = () => {
      take(side, p, i, field.value);
      field.value = textOf(side.numbers[i], p);
    };
    return make('div', {className: 'word', title: p.doc}, make('label', {htmlFor: id}, p.name, make('span', {textContent: p.kind === 'pair' ? p.range : ''})), field);
  }
  const bounds = {min: p.low, max: p.high, step: p.step, value: side.numbers[i]};
  const range = make('input', {type: 'range', id, ...bounds}), exact = make('input', {type: 'number', step: 'any', value: side.numbers[i]});
  range.value = side.numbers[i];
  exact.setAttribute('aria-label', p.name + ', exact');
  range.oninput = () => { side.numbers[i] = Number(range.value); exact.value = range.value; changed(); };
  exact.onchange = () => {
    take(side, p, i, exact.value);
    exact.value = range.value = side.numbers[i];
  };
  return make('div', {className: 'slider', title: p.doc},
    make('label', {htmlFor: id}, p.name, make('span', {textContent: p.range})), range, exact);
}
function card(s) {
  const side = state[s];
  const pick = make('select', {}, ...losses.map(l => make('option', {value: l.name, textContent: l.name, selected: l === side.loss})));
  pick.setAttribute('aria-label', s === 'a' ? 'First loss' : 'Second loss');
  pick.onchange = () => { state[s] = sideOf(pick.value); card(s); changed(); at(s).querySelector('select').focus(); };
  at(s).replaceChildren(pick, make('p', {className: 'formula'}),
    ...side.loss.parameters.map((p, i) => knob(side, s, p, i)));
}

// ---- figures ------------------------------------------------------------------------------------------------------------
const drawn = (id, pointer) => {
  at(id).innerHTML = words(pointer);
  at(id + '-says').textContent = at(id).querySelector('desc').textContent;
};
let csvText = '';
const bases = ['positive', 'easy', 'hard', 'suspect'];
function budgetBars() {
  const sides = [state.a, state.b], found = sides.map((_, i) => {
    const p = wasm.buffer(4);
    wasm.budget(i, state.prior, state.classes, state.auroc, p);
    return [...numbers(p, 4)];
  });
  at('budget').replaceChildren(...sides.map((side, i) => {
    const sum = found[i].reduce((a, b) => a + b, 0) || 1;
    const parts = found[i].map((v, k) => make('span', {className: bases[k], style: `width:${100 * v / sum}%`}));
    return make('div', {className: 'bar'}, make('b', {textContent: side.label}), make('div', {}, ...parts));
  }));
  const share = v => Math.round(100 * (v[1] + v[2] + v[3]) / (v[0] + v[1] + v[2] + v[3])) + ' %';
  at('budget-says').textContent = `With ${state.classes} classes of prior ${state.prior} and ` +
    (state.auroc > .5 ? `a calibrated model of AUROC ${state.auroc}` : 'an untrained network') +
    ', negatives make ' + sides.map((s, i) => `${share(found[i])} of the gradient (${s.label})`).join(', ') + '.';
}
function histogram() {
  if (!facts.scores) return;
  at('scores').hidden = false;
  const c = facts.scores[at('class').value || 0], most = Math.max(...c.count, 1), sum = c.count.reduce((a, b) => a + b, 0);
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 560 96'), svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', `${sum} scores of ${c.name} between 0 and 1, in 40 bins`);
  const axis = [...at('curves').querySelectorAll('line.axis')].find(l => l.getAttribute('y1') === l.getAttribute('y2'));
  const [left, right] = ['x1', 'x2'].map(k => Number(axis.getAttribute(k)));  // below the curves' own axis
  const share = p => state.x === 'p' ? p : (Math.min(Math.max(Math.log(p / (1 - p)), -8), 8) + 8) / 16;
  c.count.forEach((n, i) => {
    const [a, b] = [i, i + 1].map(k => left + share(k / c.count.length) * (right - left)), h = n ? Math.max(1, 90 * n / most) : 0;
    const bar = document.createElementNS(svg.namespaceURI, 'rect');
    for (const [k, v] of Object.entries({x: a, y: 94 - h, width: Math.max(.5, b - a - 1), height: h, fill: 'var(--quiet)'})) bar.setAttribute(k, v);
    svg.append(bar);
  });
  at('histogram').replaceChildren(svg);
}
const spread = side => side.loss.parameters.map((p, i) => [p, side.numbers[i]]).filter(([p, v]) => v !== p.value);
function labels() {
  const name = side => side.loss.name + (state.a.loss === state.b.loss ? spread(side).map(([p, v]) => ` ${p.name}=${textOf(v, p)}`).join('') : '');
  state.a.label = name(state.a), state.b.label = name(state.b);
  if (state.a.label === state.b.label) state.b.label += ' (second)';
  state.a.line = state.a.loss.line;  // a loss has its own colour; standing twice, the second takes another
  state.b.line = state.b.loss.line !== state.a.line ? state.b.loss.line : state.a.line === 0 ? 1 : 0;
  for (const s of ['a', 'b']) {  // a card has its curve's line
    const n = facts.colours.length;
    at(s).querySelector('.formula').textContent = formulaOf(state[s]);
    at(s).style.setProperty('--own', `var(--${facts.colours[state[s].line % n]})`);
    at(s).style.borderLeftStyle = ['solid', 'dashed', 'dotted', 'dashed'][Math.floor(state[s].line / n)];
  }
}
// A form has a formula of its own, which the name that stands for it brings (ral with form=paper: ral-paper).
const formulaOf = side => (losses.find(l => l.index === side.loss.index &&
  l.parameters.every((p, i) => p.kind !== 'word' || p.value === side.numbers[i])) || side.loss).formula;
let waiting = false;
function changed() {
  history.replaceState(null, '', '#' + address());
  if (!waiting) waiting = true, requestAnimationFrame(draw);
}
function draw() {
  waiting = false;
  labels();
  choose([state.a, state.b]);
  drawn('optimum', wasm.draw_optimum());
  drawn('curves', wasm.draw_quantity(quantities.findIndex(q => q[0] === state.of), state.y, state.x === 'logit' ? 1 : 0));
  csvText = words(wasm.csv());
  budgetBars();
  histogram();
  for (const b of document.querySelectorAll('[data-key]')) b.setAttribute('aria-pressed', String(state[b.dataset.key]) === b.dataset.value);
}
const pressed = (key, value, text) => {
  const b = make('button', {type: 'button', textContent: text});
  b.dataset.key = key, b.dataset.value = value;
  b.onclick = () => { state[key] = value; changed(); };
  return b;
};
const gap = () => make('span', {className: 'gap'});
at('switches').append(...quantities.map(([v, t]) => pressed('of', v, t)), gap(), pressed('y', 0, 'Negative'), pressed('y', 1, 'Positive'),
  gap(), pressed('x', 'p', 'over p'), pressed('x', 'logit', 'over logit'));
function control(label, key, bounds, to = v => v, from = v => v) {
  const range = make('input', {type: 'range', ...bounds});
  range.value = from(state[key]);
  range.oninput = () => { state[key] = to(Number(range.value)); changed(); };
  return make('label', {}, label, range);
}
const controls = () => at('budget-controls').replaceChildren(
  control('prior', 'prior', {min: -3, max: -.31, step: .01}, v => Number((10 ** v).toPrecision(2)), Math.log10),
  control('AUROC', 'auroc', {min: .5, max: .99, step: .01}));

// ---- buttons ------------------------------------------------------------------------------------------------------------
function command() {
  const one = side => side.loss.name + spread(side).map(([p, v]) => ` --set ${p.name}=${p.kind === 'flag' ? v !== 0 : textOf(v, p)}`).join('');
  const rest = ` --of ${state.of} --y ${state.y} --x ${state.x === 'p' ? 'p' : 'logit=-8:8:801'} -o `;
  if (!spread(state.a).length && !spread(state.b).length)
    return `skew loss plot --loss ${state.a.loss.name},${state.b.loss.name}${rest}figures`;
  return `skew loss plot --loss ${one(state.a)}${rest}figures/a && skew loss plot --loss ${one(state.b)}${rest}figures/b`;
}
function save(name, type, text) {
  const link = make('a', {download: name, href: URL.createObjectURL(new Blob([text], {type}))});
  link.click();
  URL.revokeObjectURL(link.href);
  at('said').textContent = name + ' saved.';
}
at('copy').onclick = async () => {
  try { await navigator.clipboard.writeText(command()); at('said').textContent = 'Copied: ' + command(); }
  catch { at('said').textContent = command(); }
};
at('csv').onclick = () => save('curves.csv', 'text/csv', csvText);
at('svg').onclick = () => save('curves.svg', 'image/svg+xml', at('curves').innerHTML);
at('reset').onclick = () => { history.replaceState(null, '', '#'); all(); };

// ---- the toy: three classes in the plane, two networks 2–24–3, Adam, the losses' own gradients -----------------------------
function randomness(seed) {  // mulberry32
  return () => { let t = seed += 0x6D2B79F5; t = Math.imul(t ^ t >>> 15, t | 1); t ^= t + Math.imul(t ^ t >>> 7, t | 61); return ((t ^ t >>> 14) >>> 0) / 4294967296; };
}
const random = randomness(7), normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const points = [];
[[300, -.55, -.2, .5], [60, .75, -.35, .3], [12, .35, .75, .18]].forEach(([n, x, y, r], c) => {
  for (let i = 0; i < n; ++i) {
    const p = [x + r * normal(), y + r * normal()], label = [0, 0, 0];
    label[c] = 1;
    if (c === 2 && i % 3 === 0) label[1] = 1;
    points.push({p, label, seen: label.slice()});
  }
});
const hidden = 24, size = hidden * 3 + 3 * (hidden + 1), toy = {step: 0, playing: false, missing: 0, nets: []};
function newNet(seed) {
  const r = randomness(seed), w = Float64Array.from({length: size}, () => (r() - .5) * 2);
  for (let i = hidden * 3; i < size; ++i) w[i] *= .3;
  return {w, m: new Float64Array(size), v: new Float64Array(size)};
}
function forward(w, x, y, h, z) {
  for (let j = 0; j < hidden; ++j) h[j] = Math.tanh(2 * (w[3 * j] * x + w[3 * j + 1] * y) + w[3 * j + 2]);
  for (let c = 0; c < 3; ++c) {
    const o = hidden * 3 + c * (hidden + 1);
    let s = w[o + hidden];
    for (let j = 0; j < hidden; ++j) s += w[o + j] * h[j];
    z[c] = s;
  }
}
function train(net, side, step) {
  const n = points.length, g = new Float64Array(size), hs = [], zs = [[], []], where = [[], []];
  points.forEach((q, i) => {
    const h = new Float64Array(hidden), z = [0, 0, 0];
    forward(net.w, q.p[0], q.p[1], h, z), hs.push(h);
    for (let c = 0; c < 3; ++c) zs[q.seen[c]].push(z[c]), where[q.seen[c]].push([i, c]);
  });
  for (const y of [0, 1]) {
    const d = evaluate(side, y, zs[y]);
    where[y].forEach(([i, c], k) => {
      const dz = d[3 * k + 1] / n, h = hs[i], o = hidden * 3 + c * (hidden + 1), [px, py] = points[i].p;
      g[o + hidden] += dz;
      for (let j = 0; j < hidden; ++j) {
        g[o + j] += dz * h[j];
        const dh = dz * net.w[o + j] * (1 - h[j] * h[j]);
        g[3 * j] += 2 * dh * px, g[3 * j + 1] += 2 * dh * py, g[3 * j + 2] += dh;
      }
    });
  }
  for (let i = 0; i < size; ++i) {
    net.m[i] = .9 * net.m[i] + .1 * g[i], net.v[i] = .999 * net.v[i] + .001 * g[i] * g[i];
    net.w[i] -= .03 * (net.m[i] / (1 - .9 ** step)) / (Math.sqrt(net.v[i] / (1 - .999 ** step)) + 1e-8);
  }
}
// Average precision of each class on the true labels.
function precision(net) {
  const h = new Float64Array(hidden), z = [0, 0, 0], scored = points.map(q => { forward(net.w, q.p[0], q.p[1], h, z); return z.slice(); });
  return [0, 1, 2].map(c => {
    const order = points.map((q, i) => [scored[i][c], q.label[c]]).sort((a, b) => b[0] - a[0]);
    let hit = 0, sum = 0;
    order.forEach(([, y], i) => { if (y) ++hit, sum += hit / (i + 1); });
    return sum / hit;
  });
}
function colours() {
  const style = getComputedStyle(document.documentElement), hex = n => style.getPropertyValue(n).trim();
  const rgb = h => [1, 3, 5].map(i => parseInt(h.length === 4 ? h[(i + 1) / 2].repeat(2) : h.slice(i, i + 2), 16));
  return {paper: rgb(hex('--paper')), ink: hex('--ink'), classes: [rgb(hex('--a')), rgb(hex('--b')), rgb(hex('--third'))]};
}
function plane(s, i) {
  const canvas = at('plane-' + s), ctx = canvas.getContext('2d'), n = canvas.width, net = toy.nets[i], cells = 64, k = n / cells, tint = colours();
  const h = new Float64Array(hidden), z = [0, 0, 0], to = v => (v + 1.9) / 3.8 * n;
  for (let r = 0; r < cells; ++r) for (let q = 0; q < cells; ++q) {
    forward(net.w, (q + .5) / cells * 3.8 - 1.9, 1.9 - (r + .5) / cells * 3.8, h, z);
    const rgb = tint.paper.slice();
    z.forEach((v, c) => { const p = .62 / (1 + Math.exp(-v)); for (let e = 0; e < 3; ++e) rgb[e] += p * (tint.classes[c][e] - rgb[e]); });
    ctx.fillStyle = `rgb(${rgb.map(Math.round)})`;
    ctx.fillRect(q * k, r * k, k + 1, k + 1);
  }
  for (const {p, label, seen} of points) {
    const c = label[2] ? 2 : label[1] ? 1 : 0;
    ctx.beginPath(), ctx.arc(to(p[0]), n - to(p[1]), c === 2 ? 4 : 2.6, 0, 7);
    ctx.fillStyle = `rgb(${tint.classes[c]})`, ctx.strokeStyle = tint.ink, ctx.lineWidth = .6;
    if (seen[c]) ctx.fill();
    ctx.stroke();
  }
  const ap = precision(net).map(v => v.toFixed(3).replace(/^0/, ''));
  const said = `${state[s].label}, step ${toy.step}: average precision ${ap[0]} common, ${ap[1]} rare, ${ap[2]} rarest.`;
  at('says-' + s).textContent = said, canvas.setAttribute('aria-label', said);
}
const planes = () => { plane('a', 0), plane('b', 1); };
function restart() { toy.step = 0, toy.nets = [newNet(3), newNet(3)]; planes(); }
function steps(count) {
  for (let k = 0; k < count; ++k) ++toy.step, train(toy.nets[0], state.a, toy.step), train(toy.nets[1], state.b, toy.step);
  planes();
}
function forget(share) {  // labels that an annotator missed
  const r = randomness(11);
  for (const q of points) q.seen = q.label.map(y => y && r() < share ? 0 : y);
}
const play = make('button', {type: 'button', textContent: 'Play'});
const tick = () => { if (toy.playing) steps(4), toy.step < 2000 ? requestAnimationFrame(tick) : play.onclick(); };
play.onclick = () => { toy.playing = !toy.playing, play.textContent = toy.playing ? 'Pause' : 'Play'; tick(); };
const missing = make('input', {type: 'range', min: 0, max: .6, step: .05, value: 0}), said = make('span', {textContent: '0 %'});
missing.oninput = () => { said.textContent = Math.round(100 * missing.value) + ' %'; forget(Number(missing.value)); restart(); };
at('toy-controls').append(play, make('button', {type: 'button', textContent: 'Step', onclick: () => steps(10)}),
  make('button', {type: 'button', textContent: 'Start again', onclick: restart}), make('label', {}, 'positives that the labels miss', missing, said));
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', planes);

function all() { restore(); card('a'), card('b'), controls(), draw(), restart(); }
if (facts.scores) {
  at('class').append(...facts.scores.map((c, i) => make('option', {value: i, textContent: c.name})));
  at('class').onchange = histogram;
}
addEventListener('hashchange', all);
all();
})();
