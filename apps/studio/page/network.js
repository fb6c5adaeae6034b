// The toy: three classes in the plane and a small network that learns them, by Adam and the losses' own gradients.

function randomness(seed) {  // mulberry32
  return () => {
    let t = seed += 0x6D2B79F5;
    t = Math.imul(t ^ t >>> 15, t | 1);
    t ^= t + Math.imul(t ^ t >>> 7, t | 61);
    return ((t ^ t >>> 14) >>> 0) / 4294967296;
  };
}
// A broad cloud, an arc at its side, and a small spot at the cloud's edge; every third point of the spot is of the
// arc's class as well. Coordinates lie in [−1, 1] (but for the cloud's farthest points, which are drawn again).
function drawPoints(counts, seed) {
  const random = randomness(seed),
        normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const places = [
    () => [-.22 + .36 * normal(), -.1 + .36 * normal()],
    () => {
      const a = -1.15 + 1.5 * random(), r = .8 + .1 * normal();
      return [.02 + r * Math.cos(a), r * Math.sin(a)];
    },
    () => [.3 + .13 * normal(), .5 + .13 * normal()],
  ];
  return counts.flatMap((n, c) => Array.from({length: n}, (_, i) => {
    let p;
    do p = places[c](); while (Math.abs(p[0]) > .98 || Math.abs(p[1]) > .98);
    const label = [0, 0, 0];
    label[c] = 1;
    if (c === 2 && i % 3 === 0) label[1] = 1;
    return {p, label, seen: label.slice()};
  }));
}
const points = drawPoints([300, 60, 12], 7), heldOut = drawPoints([900, 180, 36], 8);

const hidden = 24, rate = .03, outputs = hidden * 3, each = hidden + 1, size = outputs + 3 * each;
function newNet(seed) {
  const r = randomness(seed), w = Float64Array.from({length: size}, () => (r() - .5) * 2);
  for (let i = outputs; i < size; ++i) w[i] *= .3;
  for (let c = 0; c < 3; ++c) w[outputs + c * each + hidden] = -1;  // nothing is there at first
  return {w, m: new Float64Array(size), v: new Float64Array(size), step: 0};
}
const tanh = v => 1 - 2 / (Math.exp(2 * v) + 1);
// Hidden units into h from `from` on, logits into z.
function forward(w, x, y, h, z, from = 0) {
  for (let j = 0; j < hidden; ++j) h[from + j] = tanh(4 * (w[3 * j] * x + w[3 * j + 1] * y) + w[3 * j + 2]);
  for (let c = 0; c < 3; ++c) {
    const o = outputs + c * each;
    let s = w[o + hidden];
    for (let j = 0; j < hidden; ++j) s += w[o + j] * h[from + j];
    z[c] = s;
  }
}
// Elements (3·point + class) whose label is seen as 0, and as 1: the module takes each label's logits in one call.
let elements = [];
function sortElements() {
  elements = [0, 1].map(y => points.flatMap((q, i) => [0, 1, 2].filter(c => q.seen[c] === y).map(c => 3 * i + c)));
}
const units = new Float64Array(points.length * hidden), logits = new Float64Array(3 * points.length),
      slopes = new Float64Array(3 * points.length);
// One step on all points: the gradient of the loss, from the module, through the network's two layers.
function learn(net, side) {
  const n = points.length, g = new Float64Array(size), {w} = net, z = [0, 0, 0];
  ++net.step;
  for (let i = 0; i < n; ++i) {
    forward(w, points[i].p[0], points[i].p[1], units, z, i * hidden);
    for (let c = 0; c < 3; ++c) logits[3 * i + c] = z[c];
  }
  for (const y of [0, 1]) {
    const d = evaluate(side, y, elements[y].map(e => logits[e]));
    elements[y].forEach((e, k) => { slopes[e] = d[3 * k + 1] / n; });
  }
  for (let i = 0; i < n; ++i) {
    const [px, py] = points[i].p, from = i * hidden;
    for (let j = 0; j < hidden; ++j) {
      const one = units[from + j];
      let dh = 0;
      for (let c = 0; c < 3; ++c) {
        const dz = slopes[3 * i + c], o = outputs + c * each + j;
        g[o] += dz * one, dh += dz * w[o];
      }
      dh *= 1 - one * one;
      g[3 * j] += 4 * dh * px, g[3 * j + 1] += 4 * dh * py, g[3 * j + 2] += dh;
    }
    for (let c = 0; c < 3; ++c) g[outputs + c * each + hidden] += slopes[3 * i + c];
  }
  for (let i = 0; i < size; ++i) {
    net.m[i] = .9 * net.m[i] + .1 * g[i], net.v[i] = .999 * net.v[i] + .001 * g[i] * g[i];
    w[i] -= rate * (net.m[i] / (1 - .9 ** net.step)) / (Math.sqrt(net.v[i] / (1 - .999 ** net.step)) + 1e-8);
  }
}
function scored(net, list) {
  const h = new Float64Array(hidden), z = [0, 0, 0];
  return list.map(q => { forward(net.w, q.p[0], q.p[1], h, z); return z.slice(); });
}
// Average precision of each class on the true labels.
function precision(scores, list) {
  return [0, 1, 2].map(c => {
    const order = list.map((q, i) => [scores[i][c], q.label[c]]).sort((a, b) => b[0] - a[0]);
    let hit = 0, sum = 0;
    order.forEach(([, y], i) => { if (y) ++hit, sum += hit / (i + 1); });
    return sum / hit;
  });
}
// The logit from which on a class is called positive: where F1 on the labels that training sees is best.
function threshold(scores, c) {
  const order = points.map((q, i) => [scores[i][c], q.seen[c]]).sort((a, b) => b[0] - a[0]);
  const all = order.reduce((sum, [, y]) => sum + y, 0);
  let hit = 0, best = -1, at = 0;
  order.forEach(([z, y], i) => {
    hit += y;
    const f1 = 2 * hit / (i + 1 + all);
    if (f1 <= best) return;
    best = f1;
    at = i + 1 < order.length ? (z + order[i + 1][0]) / 2 : z;
  });
  return at;
}
