// Drives the studio page in headless Chromium as a person would: sliders, keyboard, reload, a phone's width. Arguments: the
// page, one whose scores have hostile names, and a folder for screenshots if wanted. Needs node --experimental-websocket (20.10 or later) and chromium.
import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {resolve, join} from 'node:path';

const page = 'file://' + resolve(process.argv[2]), hostile = 'file://' + resolve(process.argv[3]), shots = process.argv[4];
const profile = mkdtempSync(join(tmpdir(), 'skew-studio-'));
const chromium = spawn('chromium', ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--remote-debugging-port=0',
  `--user-data-dir=${profile}`, '--no-first-run', 'about:blank'], {stdio: ['ignore', 'ignore', 'pipe']});
process.on('exit', () => chromium.kill());  // an error in here must not leave it running
const endpoint = await new Promise((found, failed) => {
  let seen = '';
  chromium.stderr.on('data', d => { seen += d; const m = seen.match(/ws:\/\/\S+/); if (m) found(m[0]); });
  setTimeout(() => failed(new Error('chromium did not start: ' + seen)), 60000).unref();
});
let failures = 0;
const check = (what, good, more = '') => { console.log(`${good ? 'ok    ' : 'FAILED'} ${what} ${good ? '' : more}`); failures += !good; };

const socket = new WebSocket(endpoint);
await new Promise(open => { socket.onopen = open; });
let last = 0, session;
const waiting = new Map(), events = [];
socket.onmessage = ({data}) => {
  const m = JSON.parse(data);
  if (m.id) waiting.get(m.id)(m), waiting.delete(m.id);
  else {
    events.push(m);
    if (m.method === 'Page.javascriptDialogOpening') send('Page.handleJavaScriptDialog', {accept: true});
  }
};
const send = (method, params = {}) => new Promise((done, failed) => {
  waiting.set(++last, m => m.error ? failed(new Error(method + ': ' + m.error.message)) : done(m.result));
  socket.send(JSON.stringify({id: last, method, params, sessionId: session}));
});
const sleep = ms => new Promise(r => setTimeout(r, ms));
const run = async expression => {
  const r = await send('Runtime.evaluate', {expression, awaitPromise: true, returnByValue: true});
  if (r.exceptionDetails) throw new Error(r.exceptionDetails.exception?.description || r.exceptionDetails.text);
  return r.result.value;
};
const until = async (expression, what) => {
  for (let i = 0; i < 200; ++i) { if (await run(expression)) return; await sleep(50); }
  check(what, false, 'did not happen');
};
const size = (width, height, dark) => Promise.all([
  send('Emulation.setDeviceMetricsOverride', {width, height, deviceScaleFactor: 1, mobile: width < 500}),
  send('Emulation.setEmulatedMedia', {features: [{name: 'prefers-color-scheme', value: dark ? 'dark' : 'light'}]})]);
const shoot = async name => {
  if (!shots) return;
  await sleep(200);
  const {data} = await send('Page.captureScreenshot', {format: 'png', captureBeyondViewport: true});
  writeFileSync(join(shots, name + '.png'), Buffer.from(data, 'base64'));
};
const open = async address => { await send('Page.navigate', {url: 'about:blank'}); await send('Page.navigate', {url: address}); await until('!!document.querySelector("#curves svg")', 'curves are drawn'); };

const {targetId} = await send('Target.createTarget', {url: 'about:blank'});
session = (await send('Target.attachToTarget', {targetId, flatten: true})).sessionId;
for (const domain of ['Page', 'Runtime', 'Network', 'Log']) await send(domain + '.enable');
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
  await send('Input.dispatchKeyEvent', {type: 'keyDown', key: 'Tab', code: 'Tab', windowsVirtualKeyCode: 9});
  await send('Input.dispatchKeyEvent', {type: 'keyUp', key: 'Tab', code: 'Tab', windowsVirtualKeyCode: 9});
  reached.add(await run('[...document.querySelectorAll("button,select,input")].indexOf(document.activeElement)'));
}
const controls = await run('[...document.querySelectorAll("button,select,input")].filter(e => e.offsetParent).length');
reached.delete(-1);
check('the keyboard reaches every control', reached.size === controls, `${reached.size} of ${controls}`);

const plane = 'document.getElementById("says-a").textContent', start = await run(plane);
await run('[...document.querySelectorAll("#toy-controls button")].find(b => b.textContent === "Step").click()');
check('the toy learns', await run(plane) !== start && /step 10:/.test(await run(plane)), await run(plane));
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

const asked = events.filter(e => e.method === 'Network.requestWillBeSent').map(e => e.params.request.url).filter(u => !u.startsWith('file:') && !u.startsWith('data:') && !u.startsWith('about:'));
check('nothing is asked of a network', asked.length === 0, asked.join(' '));
const said = events.filter(e => e.method === 'Runtime.consoleAPICalled' || e.method === 'Runtime.exceptionThrown' || e.method === 'Log.entryAdded').map(e => JSON.stringify(e.params).slice(0, 300));
check('the console stays empty', said.length === 0, said.join('\n'));
socket.close();
chromium.kill();
chromium.on('exit', () => { try { rmSync(profile, {recursive: true, force: true, maxRetries: 5}); } catch {} process.exit(failures ? 1 : 0); });
