// Drives the explorer's page in headless Chromium as a person would: types, slides, steps, chooses boxes, reloads, by
// keyboard, at a phone's width. Arguments: the page, and a folder for screenshots if wanted.
import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {resolve, join} from 'node:path';

const page = 'file://' + resolve(process.argv[2]), shots = process.argv[3];
const profile = mkdtempSync(join(tmpdir(), 'skew-explorer-'));
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
  if (m.id) { waiting.get(m.id)(m); waiting.delete(m.id); }
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
const open = async address => {
  await send('Page.navigate', {url: 'about:blank'});
  await send('Page.navigate', {url: address});
  await until('!!document.querySelector("#picture svg")', 'the graph is drawn');
};
const type = program => run(`(() => { const t = document.getElementById('text'); t.value = ${JSON.stringify(program)}; t.dispatchEvent(new Event('input')); })()`);
const text = id => run(`document.getElementById('${id}').textContent`);
const key = async (name, code = 0) => {
  const words = name === ' ' ? {text: ' '} : name === 'Enter' ? {text: '\r'} : {};
  await send('Input.dispatchKeyEvent', {type: 'keyDown', key: name, windowsVirtualKeyCode: code, ...words});
  await send('Input.dispatchKeyEvent', {type: 'keyUp', key: name, windowsVirtualKeyCode: code});
};

const {targetId} = await send('Target.createTarget', {url: 'about:blank'});
session = (await send('Target.attachToTarget', {targetId, flatten: true})).sessionId;
for (const domain of ['Page', 'Runtime', 'Network', 'Log']) await send(domain + '.enable');
await size(1500, 1000, false);
const begun = Date.now();
await open(page);
console.log(`       the page shows its first graph after ${Date.now() - begun} ms`);

check('the first screen shows an example with its gradients', /a\s+6\s+ok/.test(await text('table')), await text('table'));
check('the chain rule stands beside it', /2 routes/.test(await text('routes')), await text('routes'));
await shoot('light');

await type('a = 2.0\nb = 5.0\nL = a**2 * b\nL.backward()');
check('typing runs the program', /a\s+20\s+ok/.test(await text('table')), await text('table'));
check('the address keeps the program', decodeURIComponent(await run('location.hash')).includes('a**2'));
const took = await run(`(() => { const from = performance.now(); const t = document.getElementById('text'); t.value = t.value + ' '; t.dispatchEvent(new Event('input')); return performance.now() - from; })()`);
console.log(`       a change of this program is shown after ${took.toFixed(1)} ms`);

await run(`(() => { const s = document.querySelector('#sliders input'); s.value = 3; s.dispatchEvent(new Event('input')); })()`);
check('a slider moves a leaf', /a\s+30\s+ok/.test(await text('table')), await text('table'));
await open(await run('location.href'));
check('state survives a reload', /a\s+30\s+ok/.test(await text('table')), await text('table'));

await run('document.getElementById("picture").focus()');
await key('Home', 36);
check('Home shows nothing but the first value', /^1 of /.test(await text('sentence')), await text('sentence'));
await key('ArrowRight', 39);
check('an arrow key steps', /^2 of /.test(await text('sentence')), await text('sentence'));
await key('End', 35);
check('End shows everything', await run('document.getElementById("last").disabled'));
await run('document.querySelector("#picture g[id^=n]").focus()');
await key('Enter', 13);
check('Enter opens a box in the inspector', /#0 a/.test(await text('node-name')) && /leaf/.test(await text('inspector')), await text('inspector'));

await type('a = param(zeros(2, 3))\nb = param(zeros(4))\nc = a + b');
check('a mistake is shown with its caret', /add: expected shapes that broadcast[^]*\^/.test(await text('error')), await text('error'));
check('and in the graph', await run('!!document.getElementById("failed")'));
await shoot('mistake');
await type('a = rleu(1.0)');
check('an unknown name is suggested', /did you mean 'relu'/.test(await text('error')), await text('error'));
await type('a = 1.5\nL = relu(a) * 2\nL.backward()');
check('after mistakes the engine goes on', /a\s+2\s+ok/.test(await text('table')), await text('table'));

const examples = await run('[...document.getElementById("example").options].map(o => o.value)');
for (const name of examples) {
  await run(`(() => { const e = document.getElementById('example'); e.value = '${name}'; e.dispatchEvent(new Event('change')); })()`);
  check(`example ${name} runs`, await run('document.getElementById("error").hidden') && !/WRONG/.test(await text('table')));
}
await run(`(() => { const e = document.getElementById('example'); e.value = 'micrograd'; e.dispatchEvent(new Event('change')); })()`);
check('micrograd gives its numbers', /^24\.7041\n138\.8338\n645\.5773/.test(await text('table')), await text('table'));
await shoot('micrograd');

const plain = ['<img src=x onerror=hit=1>', '<script>hit=1</script>', '"><svg onload=hit=1>', '</script><script>hit=1</script>', "'-(hit=1)-'",
  '<!--<script>hit=1', ']]><script>hit=1</script>', 'javascript:hit=1', '&lt;script&gt;hit=1', '${hit=1}', '</style><img src=x onerror=hit=1>',
  '</textarea><img src=x onerror=hit=1>', '</title><script>hit=1</script>', '<iframe srcdoc="<script>parent.hit=1</script>">', '<a href=javascript:hit=1>x</a>',
  '<svg><animate onbegin=hit=1>', '<math><mtext></mtext><script>hit=1</script>', '<details open ontoggle=hit=1>', '<input autofocus onfocus=hit=1>', '</pre><body onload=hit=1>'];
let placed = 0;
for (const payload of plain) {  // in a name, a scope, a printed text, the program, the address
  const quoted = payload.replaceAll('"', '\\"');
  await type(`a = 1.0\nb = (a*2).named("${quoted}")\nwith scope("${quoted}"): c = b*b\nprint("${quoted}")\nc.backward()\n${payload}`);
  await run('document.querySelectorAll("#picture g[id^=n]").forEach(g => g.dispatchEvent(new Event("click", {bubbles: true})))');
  await open(page + '#program=' + encodeURIComponent(payload) + '&let=' + encodeURIComponent(payload));
  placed += 5;
}
console.log(`       ${placed} places`);
check('names and texts are inert', await run('typeof hit === "undefined"'));

await size(1500, 1000, true);
await open(page);
await shoot('dark');
await run('document.getElementById("present").click()');
await shoot('presenting');
await key('Escape', 27);
await size(360, 740, false);
await open(page);
const wide = await run('document.documentElement.scrollWidth');
check('a phone needs no sideways scrolling of the page', wide <= 360, wide);
const small = await run('Math.min(...[...document.querySelectorAll("body *")].filter(e => e.checkVisibility() && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && !["SCRIPT","STYLE"].includes(e.tagName)).map(e => parseFloat(getComputedStyle(e).fontSize)))');
check('text is at least 11 px', small >= 11, small);
await shoot('phone');

const outside = events.filter(e => e.method === 'Network.requestWillBeSent' && !/^(file|data|blob|about):/.test(e.params.request.url));
check('no request leaves the page', outside.length === 0, JSON.stringify(outside));
const said = events.filter(e => e.method === 'Runtime.consoleAPICalled' || e.method === 'Runtime.exceptionThrown' || e.method === 'Log.entryAdded');
check('the console stays empty', said.length === 0, JSON.stringify(said).slice(0, 800));
chromium.kill();
await sleep(300);
rmSync(profile, {recursive: true, force: true, maxRetries: 5});
process.exit(failures ? 1 : 0);
