// Drives the studio page in headless Chromium as a person would: sliders, keyboard, reload, a phone's width. Arguments:
// the page, one whose scores have hostile names, native values, and a folder for screenshots if wanted. Needs node
// --experimental-websocket (20.10 or later) and chromium.
import {readFileSync} from 'node:fs';
import {resolve} from 'node:path';
import {sleep, start} from '../chromium.mjs';

const page = 'file://' + resolve(process.argv[2]), hostile = 'file://' + resolve(process.argv[3]);
const native = JSON.parse(readFileSync(process.argv[4], 'utf8'));  // [p, quantity, label, text of ral's, text of bce's]
const browser = await start(process.argv[5]);
const {check, events, key, mouse, run, shoot, size, until} = browser;
const open = address => browser.open(address, '#curves path.curve');
const text = id => run(`document.getElementById('${id}').textContent`);

await size(1280, 900, false);
await open(page);

const peaks = await text('reading');
check('the first screen shows ral beside bce', /ral at most \.558 at p = \.91/.test(peaks), peaks);
check('what is only approached is not called its maximum', /bce up to 1 as p → 1Neg/.test(peaks), peaks);
await run("document.querySelector('[data-key=of][data-value=value]').click()");
await until('document.getElementById(\'reading\').textContent.includes(\'bce without bound as p → 1\')',
  'what has no bound is said to have none');
await run("document.querySelector('[data-key=of][data-value=grad]').click()");

// ---- parameters and what they do, together on one screen
// ----------------------------------------------------------------
const bottom = id => run(`document.getElementById('${id}').getBoundingClientRect().bottom`);
for (const id of ['curves', 'toy', 'choice', 'actions', 'optimum'])
  check(`1280×900 shows all of ${id}`, await bottom(id) <= 900, await bottom(id));
check('nothing scrolls inside',
  await run(`[...document.querySelectorAll('body *')].filter(e => e.scrollHeight > e.clientHeight + 1 &&
  ['auto', 'scroll'].includes(getComputedStyle(e).overflowY)).length`) === 0);
await until('!toy.busy', 'the toy learns by itself at first');
await shoot('light');

// ---- reading values off the curves
// --------------------------------------------------------------------------------------
const box = await run(
  '(r => ({x: r.left, y: r.top, w: r.width, h: r.height}))(document.getElementById(\'curves\').getBoundingClientRect())');
await mouse('mouseMoved', box.x + .6 * box.w, box.y + .5 * box.h);
const under = await text('reading');
check('the pointer reads both curves',
  /^ral -?[\d.]+bce -?[\d.]+at p = \.\d{3}, x = /.test(under.replace(/ +/g, ' ').replace(/−/g, '-').trim()), under);
await mouse('mouseMoved', 5, 5);
check('away from the curves the peaks are back', await text('reading') === peaks);
await run("document.getElementById('curves').focus()");
await key('Home', 36), await key('ArrowRight', 39);
check('arrow keys read, too', /at p = \.011, /.test(await text('reading')), await text('reading'));
check('what is read is told to who cannot see it',
  (await run('document.getElementById(\'curves\').getAttribute(\'aria-valuetext\')')).includes('p = .011'));
await key('Escape', 27);
const wrong = [];
for (const [p, of, y, ...want] of native) {
  await run(`state.of = '${of}', state.y = ${y}, draw(), curves.move(${p})`);
  const got =
    await run('[...document.querySelectorAll(\'#reading .of > span\')].map(e => e.textContent.replace(\'−\', \'-\'))');
  if (got.join() !== want.join()) wrong.push(`${of} y ${y} p ${p}: ${got}, native ${want}`);
}
check(`${native.length} readings equal the native values`, native.length >= 24 && wrong.length === 0, wrong.join('; '));
await run('curves.move(null)');

// ---- zones, as `skew loss plot` has them: from left to right, with the same names and tones
const zones = () => run(`[...document.querySelectorAll('#curves .note')].map(e => e.textContent).join() + ' ' +
  [...document.querySelectorAll('#curves .zone')].map(e => e.classList.contains('deep') ? 'deep' : 'light').join()`);
for (const [y, x, want] of [[0, 'p', 'easy,hard,mislabelled? light,deep'], [1, 'p', 'mislabelled?,hard,easy deep,light'],
       [0, 'logit', 'easy,hard,mislabelled? light,deep'], [1, 'logit', 'mislabelled?,hard,easy deep,light']])
  for (const width of [1280, 360]) {
    await size(width, 900, width < 500);
    await run(`state.y = ${y}, state.x = '${x}', draw()`);
    check(`zones of y ${y} over ${x} at ${width} px`, await zones() === want, await zones());
  }
await size(1280, 900, false);

// ---- sliders and the address
// --------------------------------------------------------------------------------------------
await open(page);
await until('!toy.busy', 'the toy has opened');
const curve = '[...document.querySelectorAll("#curves path.curve")].at(-1).getAttribute("d")',
      before = await run(curve), learned = await text('ap-rarest-0');
await run(
  '(() => { const r = document.getElementById("a-gamma_neg"); r.value = 1; r.dispatchEvent(new Event("input")); })()');
await until(`${curve} !== ${JSON.stringify(before)}`, 'a slider moves the curve');
await until(`!toy.busy && document.getElementById('ap-rarest-0').textContent !== ${JSON.stringify(learned)}`,
  'a slider moves what is learned');
check('the other side is left as it was', await run('toy.sides.map(s => s.net.step).join()') === '240,240');
check('the address keeps the state', (await run('location.hash')).includes('a.gamma_neg=1'));
const moved = await run(curve), kept = await run('location.href');
await open(kept);
check('state survives a reload',
  await run(curve) === moved && await run('document.getElementById("a-gamma_neg").value') === '1');

// ---- what a parameter is
// ------------------------------------------------------------------------------------------------
check('symbols of the formula stand at the sliders',
  await run('[...document.querySelectorAll(\'#a .knob.slides var\')].map(e => e.textContent).join(\' \')') ===
    'γ₋ γ₊ m λ ε₊ ε₊₊ ε₋');
check('the formula is set, one definition a line',
  await run('document.querySelectorAll(\'#a .formula > div\').length') === 6 &&
    await run('document.querySelectorAll(\'#a .formula sup\').length') >= 1);
await run("document.getElementById('a-lambda').focus()");
check('a slider points at its symbol',
  await run('[...document.querySelectorAll(\'#a .turned.lit\')].map(e => e.textContent).join(\'\')') === 'λλ');
const doc = "document.getElementById('a-lambda-doc')";
check('explanations wait', await run(doc + '.hidden'));
await run(doc + ".parentElement.querySelector('.called').focus()");
await key('Enter', 13);
check('an explanation opens by keyboard',
  !await run(doc + '.hidden') && (await run(doc + '.textContent')).includes('> 1; usually 1.5'),
  await run(doc + '.textContent'));
check('rare settings are folded away', !await run("document.querySelector('#a details').open") &&
  await run("['terms', 'parity', 'eps'].every(p => document.getElementById('a-' + p).closest('details'))"));
await open(page + '#a=ral&a.eps=1e-6&b=bce');
check('unless one is set', await run("document.querySelector('#a details').open"));

await open(page);
await run("document.querySelectorAll('details').forEach(d => { d.open = true; })");
await run('document.body.focus()');
const
  reached = new Set(),
  all =
    '[...document.querySelectorAll("button,select,input,summary,[tabindex]")].filter(e => e.offsetParent && (e.type !== "radio" || e.checked))';
for (let i = 0; i < 120; ++i) {
  await key('Tab', 9);
  reached.add(await run(`${all}.indexOf(document.activeElement)`));
}
const controls = await run(all + '.length');
reached.delete(-1);
check('the keyboard reaches every control', reached.size === controls, `${reached.size} of ${controls}`);

// ---- the toy
// ------------------------------------------------------------------------------------------------------------
await open(page);
await until('!toy.busy', 'the toy has opened');
await run("document.getElementById('again').click()");
const untrained = await text('ap-common-0');
await run("document.getElementById('step').click()");
await until('!toy.busy', 'ten steps end');
check('a step learns', await text('ap-common-0') !== untrained && /^step 10/.test(await text('toy-step')),
  await text('toy-step'));
await run("document.getElementById('play').click()");
await until('toy.sides[0].net.step > 150', 'playing learns on');
await run("document.getElementById('play').click()");
await until('!toy.busy', 'a pause stops both at one step');
check('both are at one step', await run('toy.sides[0].net.step === toy.sides[1].net.step'));
check('its speed is shown', /^step \d+ · \d+ steps\/s$/.test(await text('toy-step')), await text('toy-step'));
check('AP is shown for held-out and training points', /^\.\d{3} \(\.\d{3}\)$|1\.000/.test(await text('ap-rarest-1')),
  await text('ap-rarest-1'));
check('curves over steps grow', await run("document.querySelectorAll('#learning path.curve').length") === 4);
check('points fill the panel',
  await run(
    '[0, 1].every(k => { const v = points.map(q => q.p[k]); return Math.min(...v) < -.85 && Math.max(...v) > .85; })'));
await browser.set('missing', '0.5', 'input');
await until('!toy.busy && points.some(q => q.label[2] && !q.seen[2])', 'labels can be missing');
check(
  'as many as are said', await text('missing-says') === '50 %' && (await run('location.hash')).includes('missing=0.5'));
await run("document.getElementById('tail-common').click()");
await until('document.getElementById(\'plane-a\').getAttribute(\'aria-label\').includes(\'of common\')',
  'another class can be looked at');
await size(1280, 900, true);
await shoot('dark');

// ---- a telephone
// --------------------------------------------------------------------------------------------------------
await size(360, 740, false);
await open(page);
await until('!toy.busy', 'the toy has opened');
const wide = await run('document.documentElement.scrollWidth');
check('360 pixels are wide enough', wide <= 360, `the page is ${wide} wide`);
const tiny = await run(
  `[...document.querySelectorAll('body *')].filter(e => e.offsetParent !== null || e.ownerSVGElement).filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
  .filter(e => !['SCRIPT', 'STYLE', 'OPTION'].includes(e.tagName) && parseFloat(getComputedStyle(e).fontSize) < 11).map(e => e.textContent + ' ' + getComputedStyle(e).fontSize)`);
check('no words are smaller than 11 pixels', tiny.length === 0, tiny.join('; '));
const low = await run(
  '[...document.querySelectorAll(\'input[type=range],button,select,summary\')].filter(e => e.offsetParent && e.getBoundingClientRect().height < 32).map(e => e.id || e.textContent)');
check('nothing to touch is lower than 32 pixels', low.length === 0, low.join('; '));
for (const id of ['a-gamma_neg', 'a-epsilon_neg', 'b-pos_weight']) {
  await run(`document.getElementById('${id}').scrollIntoView({block: 'center'})`);
  const seen =
    await run('(r => r.top >= 0 && r.bottom <= 740)(document.getElementById(\'curves\').getBoundingClientRect())');
  const free = await run(`document.getElementById('${
    id}').getBoundingClientRect().top - document.getElementById('stage').getBoundingClientRect().bottom`);
  check(`the figure stays in sight beside ${id}`, seen && free > 0, free);
}
check('the title stands once',
  (await run('document.body.innerText.replace("skew loss studio", "")')).split('loss studio').length === 2);
await shoot('phone');
await size(360, 740, true);
await shoot('phone-dark');

// ---- what cannot be
// -----------------------------------------------------------------------------------------------------
await size(1280, 900, false);
await open(page);
const typed = value => run(`(() => {
  const row = document.getElementById('a-lambda').parentElement, box = row.querySelector('input[type=number]');
  box.value = '${value}', box.dispatchEvent(new Event('change'));
  return box.value + ' ' + row.querySelector('.wrong').textContent; })()`);
const refused = await typed('0.5'), taken = await typed('1.01');
check('a typed value is refused with the reason, or taken',
  refused === '1.5 lambda: expected > 1, got 0.5' && taken === '1.01 ', refused + ' | ' + taken);
const field = (id, value) => run(`(() => {
  const box = document.getElementById('${id}');
  box.value = '${value}', box.dispatchEvent(new Event('change'));
  return box.value + '|' + box.parentElement.querySelector('.wrong').textContent; })()`);
check('an address without fault is no news', await run("document.getElementById('notice').hidden"));
await open(page + '#a=rall&b=asl&b.gamma_neg=-1&b.lambda=2&of=slope&prior=.9&colour=red');
const said = await text('notice');
check('a bad address is answered',
  [
    'there is no loss rall here, so it is ral', 'gamma_neg=-1 is not ≥ 0, so it stays 4', 'asl has no lambda to set',
    'of=slope is not value, grad, curvature, weight, so it stays grad',
    'prior=.9 is not from .001 to .5, so it stays 0.05', 'nothing is called colour'
  ].every(w => said.includes(w)) &&
    !await run('document.getElementById(\'notice\').hidden'),
  said);
await open(page);
const code = await run(curve), written = await run('document.querySelector("#a .formula").textContent');
await field('a-form', 'paper');
await until(`${curve} !== ${JSON.stringify(code)}`, 'a form can be chosen');
check('a form brings its formula', await run('document.querySelector("#a .formula").textContent') !== written);
await field('a-form', 'code');
check('terms are refused with the reason',
  await field('a-terms', '0,3') === 'inf|terms: expected inf, or M,N from 1 to 1023, got 0,3');
await until(`${curve} === ${JSON.stringify(code)}`, 'the code form comes back');
await field('a-terms', '2,1');
await until(`${curve} !== ${JSON.stringify(code)}`, 'terms can be typed');
const cut = await run(curve);
await open(await run('location.href'));
check('terms survive a reload',
  await run(curve) === cut && await run('document.getElementById("a-terms").value') === '2,1');
await open(page + '#a=distribution_balanced&b=ral');
const plain = await run(curve), eps = await run('document.getElementById("b-eps").value');
await open(page + '#a=distribution_balanced&a.class_freq=5&a.train_num=3&b=ral&b.terms=0,9&b.form=other&b.eps=0');
await until('document.getElementById("reading").textContent.includes("distribution_balanced")',
  'a loss with a long name is drawn first');
check('an address cannot set what the losses would refuse',
  await run('document.querySelector("#a select").value') === 'distribution_balanced' &&
    await run('document.getElementById("b-terms").value + document.getElementById("b-form").value') === 'infcode' &&
    await run(curve) === plain && await run('document.getElementById("b-eps").value') === eps);
await open(page);
for (const name of await run('[...document.querySelector("#a select").options].map(o => o.value)')) {
  await run(`(() => { const s = document.querySelector("#a select"); s.value = "${
    name}"; s.dispatchEvent(new Event("change")); })()`);
  await until(
    `document.getElementById("reading").textContent.includes("${name}")`, 'every loss can be chosen: ' + name);
}
await open(hostile);
const names = await run('document.getElementById("class").options.length');
for (let c = 0; c < names; ++c)
  await run(
    `(() => { const s = document.getElementById("class"); s.value = ${c}; s.dispatchEvent(new Event("change")); })()`);
await sleep(200);
check('100 hostile names are shown and do nothing',
  names === 100 && await run('window.hit === undefined') &&
    !events.some(e => e.method === 'Page.javascriptDialogOpening') &&
    await run('document.querySelectorAll("script").length') === 2,
  `${names} names`);
const bars = await run(`(() => {
  const axis = [...document.querySelectorAll('#curves line.axis')].find(l => l.getAttribute('y1') === l.getAttribute('y2')).getBoundingClientRect();
  const scores = JSON.parse(document.getElementById('facts').textContent).scores[99], strips = [...document.querySelectorAll('#histogram svg')];
  return strips.map(strip => {
    const all = [...strip.querySelectorAll('rect')], box = all.map(b => b.getBoundingClientRect());
    return {kind: all[0].className.baseVal, left: box[0].left - axis.left, right: box[39].right - axis.right, below: Math.min(...box.map(b => b.top)) - axis.bottom,
      sum: all.reduce((s, b) => s + Number(b.dataset.count), 0), says: strip.getAttribute('aria-label'), ticks: strip.querySelectorAll('text.tick').length,
      higher: all.every((b, i) => all.every((c, k) => Number(b.dataset.count) <= Number(c.dataset.count) || box[i].height > box[k].height))};
  });
})()`);
const told = JSON.stringify(bars);
check('the scores\' bars stand below the curves\' axis',
  bars.every(b => Math.abs(b.left) < 3 && Math.abs(b.right) < 3 && b.below > 0), told);
check('they are split by truth, with counts',
  bars.map(b => `${b.kind} ${b.sum}`).join() === 'positive 2,negative 4' &&
    bars[0].says.startsWith('2 positives, tallest bar 1'),
  told);
check('more scores make a higher bar, over an axis with ticks', bars.every(b => b.higher && b.ticks >= 5), told);

browser.check_quiet();
await browser.stop();
process.exit(browser.failures() ? 1 : 0);
