// A headless Chromium, driven over its DevTools protocol: what the tests of pages need of one, and nothing else.
import {spawn} from 'node:child_process';
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

export const sleep = ms => new Promise(r => setTimeout(r, ms));

export async function start(shots) {
  const profile = mkdtempSync(join(tmpdir(), 'skew-page-'));
  const chromium = spawn('chromium',
    [
      '--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--remote-debugging-port=0',
      `--user-data-dir=${profile}`, '--no-first-run', 'about:blank'
    ],
    {stdio: ['ignore', 'ignore', 'pipe']});
  process.on('exit', () => chromium.kill());  // an error in here must not leave it running
  const endpoint = await new Promise((found, failed) => {
    let seen = '';
    chromium.stderr.on('data', d => { seen += d; const m = seen.match(/ws:\/\/\S+/); if (m) found(m[0]); });
    setTimeout(() => failed(new Error('chromium did not start: ' + seen)), 60000).unref();
  });
  const socket = new WebSocket(endpoint);
  await new Promise(open => { socket.onopen = open; });
  let last = 0, session, failures = 0;
  const waiting = new Map(), events = [];
  socket.onmessage = ({data}) => {
    const m = JSON.parse(data);
    if (m.id) { waiting.get(m.id)(m); waiting.delete(m.id); }
    else events.push(m);
    if (m.method === 'Page.javascriptDialogOpening')
      send('Page.handleJavaScriptDialog', {accept: true});  // or all would wait
  };
  const send = (method, params = {}) => new Promise((done, failed) => {
    waiting.set(++last, m => m.error ? failed(new Error(method + ': ' + m.error.message)) : done(m.result));
    socket.send(JSON.stringify({id: last, method, params, sessionId: session}));
  });
  const browser = {
    events,
    check(what, good, more = '') {
      console.log(`${good ? 'ok    ' : 'FAILED'} ${what} ${good ? '' : more}`);
      failures += !good;
    },
    failures: () => failures,
    async run(expression) {
      const r =
        await send('Runtime.evaluate', {expression, awaitPromise: true, returnByValue: true, userGesture: true});
      if (r.exceptionDetails) throw new Error(r.exceptionDetails.exception?.description || r.exceptionDetails.text);
      return r.result.value;
    },
    async until(expression, what) {
      for (let i = 0; i < 200; ++i) {
        if (await browser.run(expression)) return;
        await sleep(50);
      }
      browser.check(what, false, 'did not happen');
    },
    size: (width, height, dark) => Promise.all([
      send('Emulation.setDeviceMetricsOverride', {width, height, deviceScaleFactor: 1, mobile: width < 500}),
      send('Emulation.setEmulatedMedia', {features: [{name: 'prefers-color-scheme', value: dark ? 'dark' : 'light'}]})
    ]),
    // The upper left corner of the page as a PNG, base64.
    async picture({width, height}) {
      const {data} = await send('Page.captureScreenshot',
        {format: 'png', captureBeyondViewport: true, clip: {x: 0, y: 0, width, height, scale: 1}});
      return data;
    },
    async shoot(name) {
      if (!shots) return;
      await sleep(200);
      const {contentSize} = await send('Page.getLayoutMetrics');
      const clip = {x: 0, y: 0, width: contentSize.width, height: Math.min(contentSize.height, 2600), scale: 1};
      const {data} = await send('Page.captureScreenshot', {format: 'png', captureBeyondViewport: true, clip});
      writeFileSync(join(shots, name + '.png'), Buffer.from(data, 'base64'));
    },
    async open(address, shows = '#picture svg') {
      await send('Page.navigate', {url: 'about:blank'});
      await send('Page.navigate', {url: address});
      await browser.until(`!!document.querySelector(${JSON.stringify(shows)})`, `${shows} is drawn`);
    },
    async key(name, code = 0, modifiers = 0) {
      const words = {' ': ' ', Enter: '\r'}[name] ?? (name.length === 1 && !modifiers ? name : undefined);
      await send('Input.dispatchKeyEvent',
        {type: 'keyDown', key: name, windowsVirtualKeyCode: code, modifiers, ...(words ? {text: words} : {})});
      await send('Input.dispatchKeyEvent', {type: 'keyUp', key: name, windowsVirtualKeyCode: code, modifiers});
    },
    mouse: (type, x, y) => send('Input.dispatchMouseEvent', {type, x, y}),
    type: program => browser.run(`(() => { const t = document.getElementById('text'); t.value = ${
      JSON.stringify(program)}; t.dispatchEvent(new Event('input')); })()`),
    text: id => browser.run(`document.getElementById('${id}').textContent`),
    click: id => browser.run(`document.getElementById('${id}').click()`),
    set: (id, value, event = 'change') => browser.run(`(() => { const e = document.getElementById('${id}'); e.value = ${
      JSON.stringify(value)}; e.dispatchEvent(new Event('${event}')); })()`),
    // Nothing was asked of a network, nothing said in the console.
    check_quiet() {
      const asked = events.filter(
        e => e.method === 'Network.requestWillBeSent' && !/^(file|data|blob|about):/.test(e.params.request.url));
      browser.check('no request leaves the page', asked.length === 0, JSON.stringify(asked));
      const said = events.filter(
        e => ['Runtime.consoleAPICalled', 'Runtime.exceptionThrown', 'Log.entryAdded'].includes(e.method));
      browser.check('the console stays empty', said.length === 0, JSON.stringify(said).slice(0, 800));
    },
    async stop() {
      chromium.kill();
      await sleep(300);
      rmSync(profile, {recursive: true, force: true, maxRetries: 5});
    },
  };
  const {targetId} = await send('Target.createTarget', {url: 'about:blank'});
  session = (await send('Target.attachToTarget', {targetId, flatten: true})).sessionId;
  for (const domain of ['Page', 'Runtime', 'Network', 'Log']) await send(domain + '.enable');
  return browser;
}
