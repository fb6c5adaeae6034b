// Drives the explorer's page in headless Chromium as a person would: types, slides, steps, takes apart, guesses, writes
// a rule, trains, reloads, by keyboard, at a phone's width. Arguments: the page, a page made with a recording, and a
// folder for screenshots if wanted.
import {resolve} from 'node:path';
import {execFileSync} from 'node:child_process';
import {sleep, start} from '../chromium.mjs';
import {payloads} from './payloads.mjs';
import {check_views} from './view_checks.mjs';

const page = 'file://' + resolve(process.argv[2]), recorded = 'file://' + resolve(process.argv[3]);
const browser = await start(process.argv[4]);
const {check, run, until, size, shoot, open, key, type, text, click, set} = browser;
const tab = async name => { await click('tab-' + name); };
const box_of = name =>
  run(`(() => { const n = recording.nodes.findLast(n => n.label === '${name}'); choose('n' + n.id); })()`);
const by_example = name => set('example', name);

await size(1500, 1000, false);
const begun = Date.now();
await open(page);
const opened = Date.now() - begun;
console.log(`       the page shows its first graph after ${opened} ms`);
check('it opens within 5 s on a loaded machine (1 s on a quiet one)', opened < 5000, opened);

// ---- editor, table, sliders, address
check(
  'the first screen shows an example with its gradients', /a\s+6\s+ok/.test(await text('table')), await text('table'));
check('the chain rule stands beside it', /2 routes/.test(await text('routes')), await text('routes'));
await shoot('light');
await type('a = 2.0\nb = 5.0\nL = a**2 * b\nL.backward()');
check('typing runs the program', /a\s+20\s+ok/.test(await text('table')), await text('table'));
await until('decodeURIComponent(location.hash).includes("a**2")', 'the address keeps the program');
const twenty = 'x = 0.5; w = 0.7; b = 0.1\n' +
  Array
    .from({length: 16},
      (_, i) =>
        `v${i} = ${['tanh(W*w)', 'W*x + b', 'W**2', 'sigmoid(W)'][i % 4].replaceAll('W', i ? 'v' + (i - 1) : 'x')}`)
    .join('\n') +
  '\nv15.backward()';
await type(twenty);
const nodes = await run('recording.nodes.length');
const took = await run(`(() => {
  const t = document.getElementById('text'), times = [];
  for (let i = 0; i < 9; ++i) { const from = performance.now(); t.value += ' '; t.dispatchEvent(new Event('input')); document.body.getBoundingClientRect(); times.push(performance.now() - from); }
  return times.sort((a, b) => a - b);
})()`);
console.log(`       a change of a program of ${nodes} nodes is shown after ${
  took[0].toFixed(1)} ms (the fastest of 9; median ${took[4].toFixed(1)} ms)`);
check('which is below 200 ms on a loaded machine (50 ms on a quiet one)', nodes >= 20 && took[0] < 200, took);
await type('a = 2.0\nb = 5.0\nL = a**2 * b\nL.backward()');
await run(
  `(() => { const s = document.querySelector('#sliders input'); s.value = 3; s.dispatchEvent(new Event('input')); })()`);
check('a slider moves a leaf', /a\s+30\s+ok/.test(await text('table')), await text('table'));
await run('go(2)');
await tab('memory');
await sleep(300);
await open(await run('location.href'));
check('state survives a reload: program, slider, step, tab',
  /a\s+30\s+ok/.test(await text('table')) && /^3 of /.test(await text('sentence')) &&
    await run('!document.getElementById("panel-memory").hidden'),
  await text('sentence') + await text('table'));
await tab('inspector');

// ---- by keyboard
await run('document.getElementById("picture").focus()');
await key('Home', 36);
check('Home shows nothing but the first value', /^1 of /.test(await text('sentence')), await text('sentence'));
await key('ArrowRight', 39);
check('an arrow key steps', /^2 of /.test(await text('sentence')), await text('sentence'));
await shoot('step');
await key('End', 35);
check('End shows everything', await run('document.getElementById("last").disabled'));
check('and marks the last step as every other one',
  await run('document.querySelectorAll("#picture .rim-now").length > 0 && $("text").classList.contains("at-step")'));
check('with the legend in its place',
  await run('[...document.querySelectorAll("#picture text")].some(t => t.textContent === "leaf: gets a gradient")'));
await run('document.querySelector("#picture g[id^=n]").focus()');
await key('Enter', 13);
check('Enter opens a box in the inspector',
  /#0 a/.test(await text('node-name')) && /leaf/.test(await text('inspector')), await text('inspector'));
await run('document.getElementById("tab-inspector").focus()');
await key('ArrowRight', 39);
check('arrow keys change tabs',
  await run('document.activeElement.id === "tab-lights" && !document.getElementById("panel-lights").hidden'));
const reached = [];
await run('document.body.tabIndex = -1; document.body.focus()');
for (let i = 0; i < 60; ++i) {
  await key('Tab', 9);
  reached.push(await run('document.activeElement.id || document.activeElement.closest("[id]")?.id'));
}
for (const id of ['example', 'text', 'copy', 'copy-cpp', 'png', 'steps-zip', 'back', 'moment', 'picture', 'zoom-fit',
       'tab-lights'])
  check(`Tab reaches ${id}`, reached.includes(id), reached.join());

// ---- taken apart
await by_example('conv');
await tab('lights');
await box_of('y');
await run(`document.querySelector('#lights .tensor .cell[data-i="5"]').click()`);
check('an element of a convolution lights up what made it',
  /was made by 9 of 16 elements of x, 9 of 9 elements of w, 1 of 1 elements of b/.test(await text('lights-said')),
  await text('lights-said'));
const coefficients = await run(
  `[...document.querySelectorAll('#lights .tensor')].map(t => [...t.querySelectorAll('.cell')].filter(c => c.textContent).length)`);
check('with their coefficients', coefficients.includes(9), coefficients.join());
await shoot('jacobian-conv');
await run(`document.querySelectorAll('#lights .tensor')[1].querySelector('.cell[data-i="0"]').click()`);
check('an element of an input shows what it reaches',
  /x\[0, 0, 0, 0\] reaches 4 of 16 elements of y/.test(await text('lights-said')), await text('lights-said'));
await run(`document.querySelector('#lights .cell').dispatchEvent(new Event('mouseover', {bubbles: true}))`);
check('a value stands under the cursor',
  /y\[0, 0, 0, 0\] = /.test(await run(`document.querySelector('#lights .under-cursor').textContent`)));
for (const [program, name, said] of [[
       'x = param(randn(1, 1, 4, 4, seed=1))\np = max_pool(x, 2)', 'p',
       /p\[0, 0, 0, 0\] = .* was made by 1 of 16 elements of x/
     ],
       [
         'a = param(randn(2, 3, seed=1)); b = param(randn(3, 2, seed=2))\nc = a @ b', 'c',
         /was made by 3 of 6 elements of a, 3 of 6 elements of b/
       ],
       [
         'a = param(randn(2, 3, seed=1)); b = param(randn(3, seed=2))\nc = a + b', 'c',
         /was made by 1 of 6 elements of a, 1 of 3 elements of b/
       ],
       [
         'x = param(randn(4, 2, 2, 2, seed=1)); g = param(ones(2)); b = param(zeros(2))\ny = batch_norm(x, g, b)', 'y',
         /was made by 16 of 32 elements of x/
       ],
       ['x = param(randn(2, 3, seed=1))\ns = softmax(x)', 's', /was made by 3 of 6 elements of x/]]) {
  await type(program);
  await box_of(name);
  await run(`document.querySelector('#lights .cell').click()`);
  check(`lights of ${program.split('\n')[1]}`, said.test(await text('lights-said')), await text('lights-said'));
}
await shoot('jacobian-softmax');
const own = body => `@backward\ndef d_mul(g, a, b):\n    return ${
  body}\n\na = param([2.0, 3.0]); b = param([5.0, 7.0])\nc = a * b\nL = c.sum()\nL.backward()`;
for (const [body, said, off] of [[
       'g*b, 2*g*a', /Your rule of mul sends b\[1\] 6 where the engine sends 3 \(1 of 2 elements off\): dashed cells\./,
       1
     ],
       ['g*b, g*a', /Your rule of mul sends the same for c\[1\]\./, 0]]) {
  await type(own(body));
  await box_of('c');
  await run(`document.querySelector('#lights .cell[data-i="1"]').click()`);
  check(`lights by the own rule ${body}`, said.test(await text('lights-said')), await text('lights-said'));
  check('and its cells', await run(`document.querySelectorAll('#lights .cell.off').length`) === off);
  if (off) await shoot('jacobian-own-rule');
}

// ---- forward mode, memory
await by_example('mlp');
await tab('modes');
check('forward mode and reverse mode agree',
  /33 numbers go in at the leaves, 1 comes out.*33 tangents and gradients agree to \de-\d\d/.test(
    await text('modes-said')),
  await text('modes-said'));
check('with their costs', /passes331/.test(await text('modes-cost')), await text('modes-cost'));
check('along one element', /they agree/.test(await text('modes-agree')), await text('modes-agree'));
await shoot('forward-mode');
await tab('inspector');
await box_of('h');
await run(`[...document.querySelectorAll('#inspector button')].find(b => b.textContent === 'close it').click()`);
check('a scope closes to one box with its bytes',
  await run(`[...document.querySelectorAll('#picture text')].some(t => /^saves \\d/.test(t.textContent))`));
await shoot('scopes-closed');
await run(
  `[...document.querySelectorAll('#picture g[id^=n]')].find(g => g.querySelector('.dash')).dispatchEvent(new Event('click', {bubbles: true}))`);
check('and opens by a click',
  await run(`![...document.querySelectorAll('#picture text')].some(t => /^saves \\d/.test(t.textContent))`));
await set('depth', '-1');
await tab('memory');
await run('go(0)');
check('the memory curve begins at nothing',
  /After step 1 of \d+ the graph keeps 0 bytes/.test(await text('memory-said')), await text('memory-said'));
const at_top = await run(
  '(() => { const m = /Most is kept after step (\\d+): (.*)\\./.exec(document.getElementById("memory-said").textContent); go(m[1] - 1); return m[2]; })()');
check('rises with the steps', (await text('memory-said')).includes(`keeps ${at_top}`), await text('memory-said'));
await shoot('memory');
await run('go(story.length - 1)');
check('and falls to nothing', /keeps 0 bytes/.test(await text('memory-said')), await text('memory-said'));
await by_example('chain');
check('what is kept has the program\'s names', /L = powd8 bytes/.test(await text('memory-table')), await text('memory-table'));

// ---- hide, guess, reveal; a rule of one's own
await by_example('chain');
await tab('guess');
await set('hide', 'both');
check('numbers are hidden',
  await run(`[...document.querySelectorAll('#picture text')].filter(t => /^(∂ )?\\?$/.test(t.textContent)).length`) >=
    6);
await shoot('hidden');
await tab('inspector');
await box_of('c');
check('a box asks for its value', /What is the value of c/.test(await text('guess-said')), await text('guess-said'));
const guess = async words => {
  await set('guess', words, 'input');
  await run('document.getElementById("guess-form").requestSubmit()');
};
await guess('6');
check('a wrong sign is told', /the sign is not/.test(await text('guess-answer')), await text('guess-answer'));
await guess('-6');
check('a right guess reveals',
  /Right: −6/.test(await text('guess-answer')) &&
    await run(`[...document.querySelectorAll('#picture #n2 text')].some(t => t.textContent === '−6')`),
  await text('guess-answer'));
await click('guess-show');
check('Reveal shows the gradient', /It is −6/.test(await text('guess-answer')), await text('guess-answer'));
await set('hide', 'nothing');
await tab('rules');
await set('rule-op', 'mul');
await click('rule-write');
check('a rule is begun, and found wrong at its element',
  /mul, a is wrong at #2: your rule says −6, the difference 12/.test(await text('rule-said')),
  await text('rule-said'));
await shoot('own-rule-wrong');
await run(
  `(() => { const t = document.getElementById('text'); t.value = t.value.replace('return g, g', 'return g*b, g*a'); t.dispatchEvent(new Event('input')); })()`);
check('and right when it is', /mul, a: right/.test(await text('rule-said')), await text('rule-said'));

// ---- mistakes
await type('a = param(zeros(2, 3))\nb = param(zeros(4))\nc = a + b');
check('a mistake is shown with its caret', /add: expected shapes that broadcast[^]*\^/.test(await text('error')),
  await text('error'));
check('and in the graph', await run('!!document.getElementById("failed")'));
await tab('inspector');
await shoot('mistake');
await type('a = rleu(1.0)');
check('an unknown name is suggested', /did you mean 'relu'/.test(await text('error')), await text('error'));
await type('a = 0.0\nb = log(a)\nc = b * 0.0\nL = c + 1\nL.backward()');
check('the node where values stop being finite is named',
  /#1 b = log, line 2/.test(await text('not-finite')) && await run('!!document.querySelector("#picture #n1.begins")'),
  await text('not-finite'));
await shoot('not-finite');
await type('a = 1.5\nL = relu(a) * 2\nL.backward()');
check('after mistakes the engine goes on', /a\s+2\s+ok/.test(await text('table')), await text('table'));

// ---- examples
const examples = await run('[...document.getElementById("example").options].map(o => o.value).filter(name => name)');
for (const name of examples) {
  await by_example(name);
  check(
    `example ${name} runs`, await run('document.getElementById("error").hidden') && !/WRONG/.test(await text('table')));
  for (const id of ['lights', 'modes', 'memory', 'guess', 'rules', 'inspector']) await tab(id);
}
await by_example('micrograd');
check('micrograd gives its numbers', /^24\.7041\n138\.8338\n645\.5773/.test(await text('table')), await text('table'));
await shoot('micrograd');
await click('zoom-fit');
await until('document.querySelector("#picture svg").clientWidth <= document.getElementById("picture").clientWidth',
  'Fit shows the whole graph');
await shoot('micrograd-fit');
await click('zoom-in');
check('and it can be enlarged', await run('zoom > 0'), await run('zoom'));
await click('zoom-fit');
await click('zoom-fit');

// ---- out of the page
await type("a = 6 / 2\nb = -2.0\nc = (a*b).named(\"it's $HOME `x`\")\nL = c**2\nL.backward()");
await run(
  `(() => { const s = document.querySelector('#sliders input'); s.value = 2; s.dispatchEvent(new Event('input')); })()`);
await click('copy');
await until('!document.getElementById("copied").hidden', 'the command is shown');
const command = await text('copied-words');
const words =
  execFileSync('sh', ['-c', command.replace('skew autograd run', 'for w in') + '; do printf "%s\\0" "$w"; done'], {
    encoding: 'utf8'
  }).split('\0');
check('the command survives the shell',
  words[0] === '-e' && words[1] === await run('program()') && words[2] === '--let' && /^a=2(\.\d+)?$/.test(words[3]),
  JSON.stringify(words));
await click('copy-cpp');
await sleep(100);
check('the program is copied as C++', /int main\(\)[^]*a \* b[^]*backward\(L/.test(await text('copied-words')),
  await text('copied-words'));
const archive = Buffer.from(await run('zip(all_steps()).arrayBuffer().then(b => [...new Uint8Array(b)])'));
const python = (() => { try { execFileSync('python3', ['--version']); return true; } catch { return false; } })();
if (!python) console.log('SKIPPED all steps are one archive that others open: needs python3');
const listed = !python ?
  `None ${await run('story.length') + 1}` :
  execFileSync('python3',
    [
      '-c',
      'import sys,zipfile,io; z=zipfile.ZipFile(io.BytesIO(sys.stdin.buffer.read())); print(z.testzip(), len(z.namelist()))'
    ],
    {input: archive, encoding: 'utf8'})
    .trim();
check('all steps are one archive that others open', listed === `None ${await run('story.length') + 1}`, listed);
const png =
  await run('png_of(picture_at(-1)).then(b => b.arrayBuffer()).then(b => [...new Uint8Array(b).slice(0, 8)])');
check('the picture is a PNG', png.join() === '137,80,78,71,13,10,26,10', png.join());

// ---- a net that learns
for (const [data, least, loaded] of [[0, 60, 15], [1, 10, 3]]) {
  await run(`document.getElementById('part-net').open = true`);
  await set('net-data', `${data}`);
  await until('document.getElementById("net-step-count").textContent === "step 0"', 'the network begins');
  await click('net-go');
  await sleep(4000);
  await click('net-go');
  const steps = parseInt((await text('net-step-count')).slice(5)), said = await text('net-said');
  const speed = steps / 4;
  console.log(`       ${data ? 'the tiny CNN' : 'two layers on points'}: ${
    speed} steps a second, of both networks with their pictures`);
  check(`it learns at more than ${loaded} steps a second on a loaded machine (${least} on a quiet one)`, speed > loaded,
    speed);
  check(
    'and it learns', +/BCE[\d.]+?(\d+) %/.exec(said)?.[1] > 0 && /step \d\d/.test(await text('net-step-count')), said);
  await shoot(data ? 'net-shapes' : 'net-points');
}
await run(`document.getElementById('part-net').open = false`);

await check_views(browser, page);
await size(1500, 1000, false);
await open(page);

// ---- other people's words
let placed = 0;
for (const payload of payloads) {  // in a name, a scope, a printed text, the program, the address
  const quoted = payload.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', ' ');
  await type(`a = 1.0\nb = (a*2).named("${quoted}")\nwith scope("${quoted}"): c = b*b\nprint("${
    quoted}")\nc.backward()\n${placed % 2 ? payload : ''}`);
  if (placed % 20 === 0) for (const id of ['lights', 'modes', 'memory', 'guess', 'rules', 'inspector']) await tab(id);
  await run(
    'document.querySelectorAll("#picture g[id^=n]").forEach(g => g.dispatchEvent(new Event("click", {bubbles: true})))');
  if (placed % 10 === 0)
    await open(page + '#program=' + encodeURIComponent(payload) + '&let=' + encodeURIComponent(payload));
  else
    await run(`(() => { location.hash = 'program=' + encodeURIComponent(${
      JSON.stringify(payload)}) + '&let=' + encodeURIComponent(${JSON.stringify(payload)}); })()`);
  ++placed;
}
await sleep(300);
check(`${placed} payloads in names, texts and the address are inert`,
  placed >= 100 && await run('typeof hit === "undefined"') &&
    await run('document.querySelectorAll("img, iframe, object, embed").length === 0'));

// ---- a recording without a program
await open(recorded);
check('a page made with a recording shows it, without an editor',
  /2 of|of \d+:/.test(await text('sentence')) && await run('!document.getElementById("text").checkVisibility()'),
  await text('sentence'));
check('with its table', /a\s+6/.test(await text('table')), await text('table'));
await tab('memory');
check('and its memory', /After step/.test(await text('memory-said')), await text('memory-said'));
await shoot('recorded');

// ---- dark, presentation, phone
await size(1500, 1000, true);
await open(page);
await shoot('dark');
await tab('lights');
await shoot('dark-jacobian');
await run(`document.getElementById('part-net').open = true`);
await sleep(300);
await shoot('dark-net');
await open(page);
await size(1280, 720, false);
await click('present');
check('presentation: large type',
  await run('parseFloat(getComputedStyle(document.getElementById("sentence")).fontSize) >= 28'));
await key('Home', 36);
await key('ArrowRight', 39);
check('arrow keys step through it', /^2 of /.test(await text('sentence')), await text('sentence'));
await key('End', 35);
await shoot('presenting');
await by_example('micrograd');
await run('document.getElementById("picture").focus(); go(20)');
await key('ArrowRight', 39);
check('a graph wider than the screen follows the step',
  await run(
    `(() => { const r = document.querySelector('#picture .rim-now').getBoundingClientRect(), b = document.getElementById('picture').getBoundingClientRect(); return r.left >= b.left - 1 && r.right <= b.right + 1 && +document.getElementById('picture').dataset.by >= 1.2; })()`));
await shoot('presenting-wide');
await by_example('chain');
await key('Escape', 27);
check('Escape ends it', await run('!document.body.classList.contains("presenting")'));
await size(360, 740, false);
await open(page);
for (const id of ['inspector', 'lights', 'modes', 'memory', 'guess', 'rules']) {
  await tab(id);
  const wide = await run('document.documentElement.scrollWidth');
  check(`a phone needs no sideways scrolling of the page (${id})`, wide <= 360, wide);
  const small = await run(
    'Math.min(...[...document.querySelectorAll("body *")].filter(e => e.checkVisibility() && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) && !["SCRIPT","STYLE"].includes(e.tagName)).map(e => parseFloat(getComputedStyle(e).fontSize) * (e.closest("#picture svg") ? +document.getElementById("picture").dataset.by : 1)))');
  check(`text is at least 11 px (${id})`, small >= 10.99, small);
  if (id === 'inspector' || id === 'modes') await shoot('phone-' + id);
}

browser.check_quiet();
await browser.stop();
process.exit(browser.failures() ? 1 : 0);
