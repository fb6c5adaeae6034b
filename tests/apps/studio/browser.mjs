// Drives the studio page in headless Chromium as a person would: sliders, keyboard, reload, a phone's width. Arguments: the
// page, and a folder for screenshots if wanted. Needs node --experimental-websocket (20.10 or later) and chromium.
import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {resolve, join} from 'node:path';

const page = 'file://' + resolve(process.argv[2]), shots = process.argv[3];
const profile = mkdtempSync(join(tmpdir(), 'skew-studio-'));
const chromium = spawn('chromium', ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--remote-debugging-port=0',
  `--user-data-dir=${profile}`, '--no-first-run', 'about:blank'], {stdio: ['ignore', 'ignore', 'pipe']});
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
  else events.push(m);
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
const asked = events.filter(e => e.method === 'Network.requestWillBeSent').map(e => e.params.request.url).filter(u => !u.startsWith('file:') && !u.startsWith('data:') && !u.startsWith('about:'));
check('nothing is asked of a network', asked.length === 0, asked.join(' '));
const said = events.filter(e => e.method === 'Runtime.consoleAPICalled' || e.method === 'Runtime.exceptionThrown' || e.method === 'Log.entryAdded').map(e => JSON.stringify(e.params).slice(0, 300));
check('the console stays empty', said.length === 0, said.join('\n'));
socket.close();
chromium.kill();
chromium.on('exit', () => { try { rmSync(profile, {recursive: true, force: true, maxRetries: 5}); } catch {} process.exit(failures ? 1 : 0); });
