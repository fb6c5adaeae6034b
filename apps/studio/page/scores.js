// Who drives the update, and the scores of a model of one's own below the curves.

const bases = ['positive', 'easy', 'hard', 'suspect'];
function budgetBars() {
  const sides = both(), found = sides.map((_, i) => {
    const p = wasm.buffer(4);
    wasm.budget(i, state.prior, state.classes, state.auroc, p);
    return [...numbers(p, 4)];
  });
  const percent = v => (v > 0 && v < .005 ? '< 1' : String(Math.round(100 * v))) + ' %';
  at('budget').replaceChildren(...sides.map((side, i) => {
    const sum = found[i].reduce((a, b) => a + b, 0) || 1;
    const parts = found[i].map((v, k) => make('span', {
      className: bases[k],
      style: `width:${100 * v / sum}%`,
      textContent: v / sum > .09 ? percent(v / sum) : '',
      title: percent(v / sum)
    }));
    const bar = make('div', {className: 'bar'}, make('b', {textContent: side.label}), make('div', {}, ...parts));
    bar.style.setProperty('--own', colourOf(side));
    return bar;
  }));
  const negatives = v => percent((v[1] + v[2] + v[3]) / (v[0] + v[1] + v[2] + v[3]));
  at('budget-says').textContent = `With ${state.classes} classes of this prior and ` +
    (state.auroc > .5 ? 'a calibrated model of this AUROC' : 'an untrained network') +
    ', negatives make ' + sides.map((s, i) => `${negatives(found[i])} of the gradient (${s.label})`).join(', ') + '.';
}
function control(label, key, bounds, to = v => v, from = v => v) {
  const range = make('input', {type: 'range', ...bounds}), says = make('output', {textContent: state[key]});
  range.value = from(state[key]);
  range.setAttribute('aria-label', label);
  range.oninput = () => { state[key] = to(Number(range.value)), says.textContent = state[key], changed(); };
  return make('label', {}, make('span', {textContent: label}), range, says);
}
const makeControls = () => at('budget-controls')
                             .replaceChildren(control('prior', 'prior', {min: -3, max: -.301, step: .001},
                                                v => Math.min(.5, Number((10 ** v).toPrecision(2))), Math.log10),
                               control('AUROC', 'auroc', {min: .5, max: .99, step: .01}));

// Bars below the curves' own axis, one strip for each truth, each as high as its tallest bar: the few positives are
// seen.
function histograms() {
  if (!facts.scores || !curves.area) return;
  const c = facts.scores[at('class').value || 0], {left, right} = curves.area, w = at('curves').clientWidth;
  const share = p => overP() ? p : (Math.min(Math.max(logitOf(p), -8), 8) + 8) / 16;
  const kinds = [['positive', 'positives'], ['negative', 'negatives'], ['unknown', 'without a label']].filter(
    ([k]) => c[k].some(n => n));
  at('histogram').innerHTML =
    kinds
      .map(([kind, name]) => {
        const count = c[kind], tallest = Math.max(...count), sum = count.reduce((a, b) => a + b, 0), high = 48,
              base = high + 20;
        const bars =
          count
            .map((n, i) => {
              const [a, b] = [i, i + 1].map(k => left + share(k / count.length) * (right - left)),
                        h = n ? Math.max(2, high * n / tallest) : 0;
              return `<rect class="${kind}" data-count="${n}" x="${a.toFixed(1)}" y="${(base - h).toFixed(1)}" width="${
                Math.max(.5, b - a - 1).toFixed(1)}" height="${h.toFixed(1)}"/>`;
            })
            .join('');
        const says = `${sum} ${name}, tallest bar ${tallest}`;
        return `<svg width="${w}" height="${base + 22}" viewBox="0 0 ${w} ${base + 22}" role="img" aria-label="${
                 says}, in 40 bins of p">${bars}` +
          `<line class="axis" x1="${left}" x2="${right}" y1="${base + .5}" y2="${base + .5}"/>` +
          ticks(...curves.area.x, Math.max(4, Math.min(10, w / 56)))
            .map(([v, t]) => {
              const x =
                (left + (v - curves.area.x[0]) / (curves.area.x[1] - curves.area.x[0]) * (right - left)).toFixed(1);
              return `<text class="tick" text-anchor="middle" x="${x}" y="${base + 16}">${t}</text>`;
            })
            .join('') +
          `<text class="note" x="${left}" y="13">${says}</text></svg>`;
      })
      .join('');
}
function makeScores() {
  if (!facts.scores) return;
  at('scores').hidden = false;
  at('class').append(...facts.scores.map((c, i) => make('option', {value: i, textContent: c.name})));
  at('class').onchange = histograms;
}
