// Drives the studio page in headless Chromium as a person would: sliders, keyboard, reload, a phone's width. Arguments: the
// page, one whose scores have hostile names, and a folder for screenshots if wanted. Needs node --experimental-websocket (20.10 or later) and chromium.
import {resolve} from 'node:path';
import {sleep, start} from '../chromium.mjs';

const page = 'file://' + resolve(process.argv[2]), hostile = 'file://' + resolve(process.argv[3]);
const browser = await start(process.argv[4]);
const {check, events, key, run, shoot, size, until} = browser;
const open = address => browser.open(address, '#curves svg');

await size(1280, 900, false);
await open(page);

const peaks = await run('document.querySelector("#curves desc").textContent');
check('the first screen shows the peaks of both forms', /0\.558 at p = \.91 \(ral\)/.test(peaks) && /0\.361 at p = \.87 \(ral-paper\)/.test(peaks), peaks);
await shoot('light');

const curve = 'document.querySelector("#curves path").getAttribute("d")', before = await run(curve);
await run('(() => { const r = document.getElementById("a-gamma_neg"); r.value = 1; r.dispatchEvent(new Event("input")); })()');
await until(`${curve} !== ${JSON.stringify(before)}`, 'a slider moves the curve');
check('the address keeps the state', (await run('location.hash')).includes('a.gamma_neg=1'));
const moved = await run(curve), kept = await run('location.href');
await open(kept);
check('state survives a reload', await run(curve) === moved && await run('document.getElementById("a-gamma_neg").value') === '1');
await run('document.querySelector(\'[data-key=of][data-value=value]\').click()');
await until('document.querySelector("#curves title").textContent.startsWith("loss")', 'buttons choose the quantity');

await run('document.body.focus()');
const reached = new Set();
for (let i = 0; i < 120; ++i) {
  await key('Tab', 9);
  reached.add(await run('[...document.querySelectorAll("button,select,input")].indexOf(document.activeElement)'));
}
const controls = await run('[...document.querySelectorAll("button,select,input")].filter(e => e.offsetParent).length');
reached.delete(-1);
check('the keyboard reaches every control', reached.size === controls, `${reached.size} of ${controls}`);

const plane = 'document.getElementById("says-a").textContent', untrained = await run(plane);
await run('[...document.querySelectorAll("#toy-controls button")].find(b => b.textContent === "Step").click()');
check('the toy learns', await run(plane) !== untrained && /step 10:/.test(await run(plane)), await run(plane));
for (let i = 0; i < 30; ++i) await run('[...document.querySelectorAll("#toy-controls button")].find(b => b.textContent === "Step").click()');

await size(1280, 900, true);
await shoot('dark');
await size(360, 740, false);
await sleep(100);
const wide = await run('document.documentElement.scrollWidth');
check('360 pixels are wide enough', wide <= 360, `the page is ${wide} wide`);
await shoot('phone');

await size(1280, 900, false);
await open(page);
const typed = value => run(`(() => {
  const box = document.getElementById('a-lambda').parentElement.querySelector('input[type=number]');
  box.value = '${value}', box.dispatchEvent(new Event('change'));
  return box.value + ' ' + document.getElementById('said').textContent; })()`);
const refused = await typed('0.5'), taken = await typed('1.01');
check('a typed value is refused with the reason, or taken', refused === '1.5 lambda: expected > 1, got 0.5' && taken === '1.01 ', refused + ' | ' + taken);
const field = (id, value) => run(`(() => {
  const box = document.getElementById('${id}');
  box.value = '${value}', box.dispatchEvent(new Event('change'));
  return box.value + '|' + document.getElementById('said').textContent; })()`);
await open(page);
const code = await run(curve), written = await run('document.querySelector("#a .formula").textContent');
await field('a-form', 'paper');
await until(`${curve} !== ${JSON.stringify(code)}`, 'a form can be chosen');
check('a form brings its formula', await run('document.querySelector("#a .formula").textContent') !== written);
await field('a-form', 'code');
check('terms are refused with the reason', await field('a-terms', '0,3') === 'inf|terms: expected inf, or M,N from 1 to 1023, got 0,3');
await until(`${curve} === ${JSON.stringify(code)}`, 'the code form comes back');
await field('a-terms', '2,1');
await until(`${curve} !== ${JSON.stringify(code)}`, 'terms can be typed');
const cut = await run(curve);
await open(await run('location.href'));
check('terms survive a reload', await run(curve) === cut && await run('document.getElementById("a-terms").value') === '2,1');
await open(page + '#a=distribution_balanced&b=ral');
const plain = await run(curve), eps = await run('document.getElementById("b-eps").value');
await open(page + '#a=distribution_balanced&a.class_freq=5&a.train_num=3&b=ral&b.terms=0,9&b.form=other&b.eps=0');
await until('document.querySelector("#curves svg").textContent.includes("distribution_balanced")', 'a loss with a long name is drawn first');
check('an address cannot set what the losses would refuse', await run('document.querySelector("#a select").value') === 'distribution_balanced' &&
  await run('document.getElementById("b-terms").value + document.getElementById("b-form").value') === 'infcode' && await run(curve) === plain &&
  await run('document.getElementById("b-eps").value') === eps);
await open(page);
for (const name of await run('[...document.querySelector("#a select").options].map(o => o.value)')) {
  await run(`(() => { const s = document.querySelector("#a select"); s.value = "${name}"; s.dispatchEvent(new Event("change")); })()`);
  await until(`document.querySelector("#curves svg").textContent.includes("${name}")`, 'every loss can be chosen: ' + name);
}
await run('window.scrollTo(0, 1e5)');
await sleep(100);
const free = await run('document.getElementById("toy").getBoundingClientRect().top - document.getElementById("choice").getBoundingClientRect().bottom');
check('the losses do not cover the toy data at the end of the page', free >= 0, `by ${-free} pixels`);
await open(hostile);
const names = await run('document.getElementById("class").options.length');
for (let c = 0; c < names; ++c)
  await run(`(() => { const s = document.getElementById("class"); s.value = ${c}; s.dispatchEvent(new Event("change")); })()`);
await sleep(200);
check('100 hostile names are shown and do nothing', names === 100 && await run('window.hit === undefined') &&
  !events.some(e => e.method === 'Page.javascriptDialogOpening') && await run('document.querySelectorAll("script").length') === 2, `${names} names`);
const bars = await run(`(() => {
  const axis = [...document.querySelectorAll('#curves line.axis')].find(l => l.getAttribute('y1') === l.getAttribute('y2')).getBoundingClientRect();
  const all = [...document.querySelectorAll('#histogram rect')], box = all.map(b => b.getBoundingClientRect());
  const count = JSON.parse(document.getElementById('facts').textContent).scores[99].count, unit = 90 / Math.max(...count);
  return {left: box[0].left - axis.left, right: box[39].right - axis.right, below: Math.min(...box.map(b => b.top)) - axis.bottom,
    sum: all.reduce((s, b) => s + Number(b.getAttribute('height')), 0) / unit, scores: count.reduce((a, b) => a + b, 0)};
})()`);
check("the scores' bars stand below the curves' axis", Math.abs(bars.left) < 3 && Math.abs(bars.right) < 3 && bars.below > 0, JSON.stringify(bars));
check("the bars' heights add up to the scores", Math.abs(bars.sum - bars.scores) < 1e-6 && bars.scores === 6, JSON.stringify(bars));

browser.check_quiet();
await browser.stop();
process.exit(browser.failures() ? 1 : 0);
