// Both losses learn the toy side by side, from the same start. Who turns a parameter sees that side learn anew, up to
// the step that the other has reached: a curve belongs to the parameters that are shown.

const most = 3000, toy = {goal: 0, playing: false, sides: [], busy: false, rate: 0, drawn: 0, cost: 0};
const keyOf = side => side.loss.index + ':' + side.numbers;
const startSide = side => ({net: newNet(3), key: keyOf(side), history: [], measured: -1});
const stepsOf = i => toy.sides[i].net.step;

// AP of all classes, training points then held out; kept for the curve, thinned where it grows long.
function measure(i) {
  const one = toy.sides[i];
  if (one.measured === one.net.step) return;
  one.measured = one.net.step;
  one.scores = scored(one.net, points);
  one.ap = [precision(one.scores, points), precision(scored(one.net, heldOut), heldOut)];
  one.history.push({step: one.net.step, ap: one.ap});
  if (one.history.length > 400) one.history = one.history.filter((_, k) => k % 2 === 0 || k + 1 === one.history.length);
}

// ---- pictures
// -----------------------------------------------------------------------------------------------------------
const cells = 48, small = make('canvas', {width: cells, height: cells});
const inkOf = name => {
  const context = small.getContext('2d', {willReadFrequently: true});
  context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
};
function plane(s, i) {
  const canvas = at('plane-' + s), ctx = canvas.getContext('2d'), c = toyClasses.indexOf(state.tail),
        {net, scores} = toy.sides[i];
  const ratio = Math.min(3, devicePixelRatio || 1), n = Math.round((canvas.clientWidth || 280) * ratio);
  if (canvas.width !== n) canvas.width = canvas.height = n;
  const paper = inkOf('--paper'), own = inkOf('--' + facts.colours[state[s].line % facts.colours.length]),
        h = new Float64Array(hidden), z = [0, 0, 0];
  const grid = new Float64Array(cells * cells), image = new ImageData(cells, cells), reach = cells / (cells - 1);
  for (let r = 0; r < cells; ++r) for (let q = 0; q < cells; ++q) {
    forward(net.w, (2 * q / (cells - 1) - 1), (1 - 2 * r / (cells - 1)), h, z);
    const k = r * cells + q, strength = .62 * probability(z[c]);
    grid[k] = z[c];
    for (let e = 0; e < 3; ++e) image.data[4 * k + e] = paper[e] + strength * (own[e] - paper[e]);
    image.data[4 * k + 3] = 255;
  }
  small.getContext('2d').putImageData(image, 0, 0);
  const to = v => (v + 1) / 2 * n, half = n / (cells - 1) / 2;
  ctx.imageSmoothingEnabled = true;
  ctx.drawImage(small, -half, -half, n * reach, n * reach);
  const level = threshold(scores, c);
  ctx.strokeStyle = 'rgb(' + inkOf('--ink') + ')';
  ctx.lineWidth = 1.6 * ratio;
  contour(ctx, grid, level, n / (cells - 1));
  const quiet = 'rgb(' + inkOf('--dot') + ')', ink = ctx.strokeStyle, light = 'rgb(' + paper + ')';
  const radius = c === 2 ? 4.5 : 3;  // of the class's own points, the rarest the larger
  for (const own of [false, true]) for (const {p, label, seen} of points) {
    if (!!label[c] !== own) continue;
    ctx.beginPath();
    ctx.arc(to(p[0]), n - to(p[1]), (own ? radius : 1.7) * ratio, 0, 7);
    ctx.lineWidth = (own && !seen[c] ? 1.8 : 1) * ratio;
    ctx.fillStyle = own ? (seen[c] ? ink : light) : quiet;
    ctx.strokeStyle = own && !seen[c] ? ink : light;
    ctx.fill();
    if (own) ctx.stroke();
  }
  const ap = toy.sides[i].ap, p = share(probability(level), probability(level) < .1 ? 3 : 2);
  at('says-' + s).innerHTML = `<b>${xmlOf(state[s].label)}</b> line: p = ${p}`;
  canvas.setAttribute('aria-label',
    `${state[s].label}, step ${net.step}: average precision of ${state.tail} ${
      share(ap[1][c], 3)} held out; deeper colour is higher p, the line is p = ${p}`);
}
// Where the grid crosses the level, cell by cell.
function contour(ctx, grid, level, unit) {
  ctx.beginPath();
  for (let r = 0; r + 1 < cells; ++r) for (let q = 0; q + 1 < cells; ++q) {
      const corner = [[q, r], [q + 1, r], [q + 1, r + 1], [q, r + 1]],
            v = corner.map(([a, b]) => grid[b * cells + a] - level), cut = [];
      for (let e = 0; e < 4; ++e) {
        const f = (e + 1) % 4;
        if (v[e] > 0 === v[f] > 0) continue;
        const t = v[e] / (v[e] - v[f]);
        cut.push([
          (corner[e][0] + t * (corner[f][0] - corner[e][0])) * unit,
          (corner[e][1] + t * (corner[f][1] - corner[e][1])) * unit
        ]);
    }
    for (let k = 0; k + 1 < cut.length; k += 2) ctx.moveTo(...cut[k]), ctx.lineTo(...cut[k + 1]);
  }
  ctx.stroke();
}
const learning = new Chart(at('learning'), () => toy.sides.length && {
  x: [0, Math.max(100, toy.goal, ...toy.sides.map(s => s.net.step))], y: [0, 1], names: ['step'],
  curves: both().flatMap((side, i) => [1, 0].map(held => {
    const c = toyClasses.indexOf(state.tail), list = toy.sides[i].history;
    return {
      x: list.map(m => m.step),
      y: list.map(m => m.ap[held][c]),
      colour: colourOf(side),
      dash: held ? dashOf(side) : '',
      thin: !held
    };
  })),
});
function drawToy() {
  if (!toy.sides.length) return;
  const began = performance.now();
  [0, 1].forEach(measure);
  plane('a', 0);
  plane('b', 1);
  learning.draw();
  toyClasses.forEach((name, c) => [0, 1].forEach(i => {
    const cell = at(`ap-${name}-${i}`), [train, held] = toy.sides[i].ap;
    cell.textContent = `${share(held[c], 3)} (${share(train[c], 3)})`;
  }));
  both().forEach((side, i) => { at('ap-head-' + i).textContent = side.label; });
  const steps = Math.min(stepsOf(0), stepsOf(1));
  at('toy-step').textContent = `step ${steps}` + (toy.rate ? ` · ${toy.rate} steps/s` : '');
  at('play').textContent = toy.playing ? 'Pause' : 'Play';
  toy.drawn = performance.now();
  toy.cost = toy.drawn - began;
}

// ---- learning
// ----------------------------------------------------------------------------------------------------------- As many
// steps as fit into a frame; the side that is behind goes first.
function tick() {
  const began = performance.now(), from = Math.max(stepsOf(0), stepsOf(1)), least = Math.min(stepsOf(0), stepsOf(1));
  if (toy.playing) toy.goal = Math.min(most, Math.max(toy.goal, from + 40));
  while (performance.now() - began < 11) {
    const i = stepsOf(0) <= stepsOf(1) ? 0 : 1;
    if (stepsOf(i) >= toy.goal) break;
    learn(toy.sides[i].net, state[i ? 'b' : 'a']);
    if (stepsOf(i) % (stepsOf(i) < 100 ? 10 : 25) === 0) measure(i);
  }
  const now = performance.now(), done = Math.min(stepsOf(0), stepsOf(1)) - least;
  if (toy.last && done > 0)
    toy.rate =
      Math.round((toy.rate ? .9 * toy.rate : 0) + (toy.rate ? .1 : 1) * 1000 * done / Math.max(1, now - toy.last));
  toy.last = now;
  toy.busy = Math.min(stepsOf(0), stepsOf(1)) < toy.goal;
  if (toy.playing && toy.goal === most && !toy.busy) toy.playing = false;
  if (!toy.busy || now - toy.drawn > 50 + 2 * toy.cost) drawToy();  // learning gets most of the time
  if (toy.busy) requestAnimationFrame(tick);
}
function wake() {
  if (toy.busy) return;
  toy.busy = true;
  toy.last = 0;
  requestAnimationFrame(tick);
}
function restart(goal = 0) {
  toy.sides = both().map(startSide);
  toy.goal = goal;
  toy.rate = 0;
  drawToy();
  if (toy.playing || goal) wake();
}
// After a change of state: a side whose loss is another begins anew.
function followToy() {
  if (!toy.sides.length) return;
  both().forEach((side, i) => { if (toy.sides[i].key !== keyOf(side)) toy.sides[i] = startSide(side); });
  drawToy();
  wake();
}
function forget() {  // labels that an annotator missed
  const r = randomness(11);
  for (const q of points) q.seen = q.label.map(y => y && r() < state.missing ? 0 : y);
  sortElements();
  at('missing-says').textContent = Math.round(100 * state.missing) + ' %';
}
function makeToy() {
  at('play').onclick = () => {
    toy.playing = !toy.playing;
    if (toy.playing && toy.goal >= most) return restart();
    if (!toy.playing) toy.goal = Math.max(stepsOf(0), stepsOf(1));
    wake();
    drawToy();
  };
  at('step').onclick = () => { toy.goal = Math.min(most, toy.goal + 10), wake(); };
  at('again').onclick = () => restart();
  at('missing').oninput = () => {
    state.missing = Number(at('missing').value), forget(), restart(toy.goal), changed();
  };
  for (const name of toyClasses) at('tail-' + name).onchange = () => { state.tail = name, changed(); };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawToy);
  new ResizeObserver(drawToy).observe(at('plane-a'));
}
