// What is chosen, and the address that keeps it. What an address asks for in vain is said, never dropped.

// Parameters as text: flags are 0 or 1, words an index, a pair M,N is radix·M + N and `inf` 0.
const textOf = (v, p) => p.kind === 'word' ? p.words[v] :
  p.kind === 'pair'                        ? (v ? `${Math.floor(v / p.radix)},${v % p.radix}` : 'inf') :
                                             String(v);
const numberOf = (t, p) => {
  if (p.kind === 'flag') return t === '1' || t === 'true' ? 1 : t === '0' || t === 'false' ? 0 : NaN;
  if (p.kind === 'word') return p.words.includes(t) ? p.words.indexOf(t) : NaN;
  if (p.kind !== 'pair') return t.trim() === '' ? NaN : Number(t);
  const pair = t.match(/^\s*(\d+)\s*,\s*(\d+)\s*$/), fits = n => n >= 1 && n < p.radix;
  return t.trim() === 'inf' ? 0 : pair && fits(+pair[1]) && fits(+pair[2]) ? p.radix * pair[1] + +pair[2] : NaN;
};
// The slider ends where figures are worth looking at; what is typed, or stands in the address, may be any valid value.
const valid = (v, p) => Number.isFinite(v) && (p.kind !== 'whole' || Number.isInteger(v)) &&
  (p.least === null || (p.least_open ? v > p.least : v >= p.least)) &&
  (p.most === null || (p.most_open ? v < p.most : v <= p.most));
const expected = p => p.kind === 'flag' ? 'true or false' :
  p.kind === 'word'                     ? p.words.join(' or ') :
                                          p.range + (p.kind === 'whole' ? ', whole' : '');

const quantities = [['value', 'Loss'], ['grad', 'Gradient'], ['curvature', 'Curvature'], ['weight', 'Weight']];
const quantityIndex = () => quantities.findIndex(q => q[0] === state.of);
const toyClasses = ['common', 'rare', 'rarest'];
const sideOf = name => {
  const loss = losses.find(l => l.name === name);
  return {loss, label: loss.name, numbers: loss.parameters.map(p => p.value)};
};
const standard = () => ({
  a: sideOf('ral'),
  b: sideOf('bce'),
  of: 'grad',
  y: 0,
  x: 'p',
  prior: .05,
  auroc: .85,
  classes: 14,
  missing: 0,
  tail: 'rarest'
});
let state = standard();

// Besides the losses: what may stand in an address, each read from text, or undefined.
const between = (low, high) => t => t.trim() !== '' && Number(t) >= low && Number(t) <= high ? Number(t) : undefined;
const oneOf = list => t => list.includes(t) ? t : undefined;
const kept = {
  of: [oneOf(quantities.map(q => q[0])), quantities.map(q => q[0]).join(', ')],
  y: [t => t === '0' || t === '1' ? Number(t) : undefined, '0 or 1'],
  x: [oneOf(['p', 'logit']), 'p or logit'],
  prior: [between(.001, .5), 'from .001 to .5'],
  auroc: [between(.5, .99), 'from .5 to .99'],
  missing: [between(0, .6), 'from 0 to .6'],
  tail: [oneOf(toyClasses), toyClasses.join(', ')],
};
function address() {
  const q = new URLSearchParams(), usual = standard();
  for (const s of ['a', 'b']) {
    q.set(s, state[s].loss.name);
    state[s].loss.parameters.forEach((p, i) => {
      if (state[s].numbers[i] !== p.value) q.set(s + '.' + p.name, textOf(state[s].numbers[i], p));
    });
  }
  for (const k in kept) if (['of', 'y', 'x'].includes(k) || state[k] !== usual[k]) q.set(k, state[k]);
  return q.toString();
}
// Takes what the address says; returns a sentence for each thing that it cannot be.
function restore() {
  const wrong = [], q = new URLSearchParams(location.hash.slice(1));
  state = standard();
  for (const s of ['a', 'b']) {
    if (!q.has(s)) continue;
    if (losses.some(l => l.name === q.get(s))) state[s] = sideOf(q.get(s));
    else wrong.push(`there is no loss ${q.get(s)} here, so it is ${state[s].loss.name}`);
  }
  for (const [key, value] of q) {
    if (key === 'a' || key === 'b') continue;
    const side = /^[ab]\./.test(key) ? state[key[0]] : null,
          usual = side?.loss.parameters.findIndex(p => p.name === key.slice(2));
    const parameter = side?.loss.parameters[usual];
    if (parameter && parameter.kind !== 'data') {
      const v = numberOf(value, parameter);
      if (valid(v, parameter)) side.numbers[usual] = v;
      else
        wrong.push(`${parameter.name}=${value} is not ${expected(parameter)}, so it stays ${
          textOf(side.numbers[usual], parameter)}`);
    } else if (Object.hasOwn(kept, key)) {
      const v = kept[key][0](value);
      if (v !== undefined) state[key] = v;
      else wrong.push(`${key}=${value} is not ${kept[key][1]}, so it stays ${state[key]}`);
    } else {
      wrong.push(side ? `${side.loss.name} has no ${key.slice(2)} to set` : `nothing is called ${key}`);
    }
  }
  return wrong;
}
