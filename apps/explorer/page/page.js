// The explorer's page: what is typed goes to the module, what comes back is shown. Everything that is computed, drawn or
// said comes from the module (apps/explorer/module/module.cpp); here are only events.
'use strict';

const $ = id => document.getElementById(id);
const facts = JSON.parse($('facts').textContent);
let compiled, engine, recording = null, catalogue, story = [], let_ = {}, playing = 0, chosen = null;

// ---- the module -----------------------------------------------------------------------------------------------------

async function compile() {
  const packed = Uint8Array.from(atob(facts.module), c => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return WebAssembly.compile(await new Response(stream).arrayBuffer());
}

function load() {
  const fail = (at, bytes) => { throw new Error(new TextDecoder().decode(new Uint8Array(made.exports.memory.buffer, at, bytes))); };
  const clock_time_get = (id, precision, at) => {  // nanoseconds, for the limit on a program's time
    new DataView(made.exports.memory.buffer).setBigUint64(at, BigInt(Math.round(performance.now() * 1e6)), true);
    return 0;
  };
  const imports = {page: {fail}, wasi_snapshot_preview1: {clock_time_get}};
  for (const {module, name} of WebAssembly.Module.imports(compiled)) (imports[module] ??= {})[name] ??= () => 0;
  const made = new WebAssembly.Instance(compiled, imports);
  made.exports._initialize();
  return made.exports;
}

function text(at) {
  const memory = new Uint8Array(engine.memory.buffer);
  return new TextDecoder().decode(memory.subarray(at, memory.indexOf(0, at)));
}

function say(words) {
  const bytes = new TextEncoder().encode(words);
  const at = engine.text_buffer(bytes.length);
  new Uint8Array(engine.memory.buffer).set(bytes, at);
}

// What a call answers, or what it says is wrong: an error leaves frames on the module's stack, which are given back.
function call(name, ...numbers) {
  const stack = engine.__stack_pointer.value;
  try {
    return {answer: text(engine[name](...numbers))};
  } catch (error) {
    engine.__stack_pointer.value = stack;
    return {wrong: error.message};
  }
}

// ---- running ---------------------------------------------------------------------------------------------------------

let stale = false;  // the instance met an error: its destructors did not run

function run() {
  if (stale) engine = load();
  engine.let_clear();
  for (const [name, value] of Object.entries(let_)) {
    say(name);
    engine.let_set(value);
  }
  say($('text').value);
  let {answer, wrong} = call('run');
  stale = wrong !== undefined;
  if (stale) answer = call('failed').answer;
  recording = JSON.parse(answer);
  story = JSON.parse(call('story', +$('all').checked).answer);
  $('error').hidden = !recording.error;
  $('error').textContent = recording.error ? recording.error.message : '';
  $('moment').max = Math.max(0, story.length - 1);
  $('moment').value = $('moment').max;
  $('table').textContent = call('table', +$('all').checked).answer;
  draw();
  sliders();
  choices();
  keep();
}

function draw() {
  const at = +$('moment').value, whole = at >= story.length - 1;
  const {answer} = call('picture', +$('depth').value, $('values').checked ? 1 : 0, +$('all').checked, whole ? -1 : at);
  const svg = document.importNode(new DOMParser().parseFromString(answer, 'image/svg+xml').documentElement, true);
  const box = $('picture'), left = box.scrollLeft, top = box.scrollTop;
  box.replaceChildren(svg);
  const room = box.clientWidth / svg.width.baseVal.value;  // shrunk a little to fit; letters stay 11 px
  if (room < 1 && room > 11 / 13) svg.style.width = '100%';
  box.scrollTo(left, top);
  for (const group of svg.querySelectorAll('g[id^=n]')) {
    group.setAttribute('tabindex', '0');
    group.setAttribute('role', 'button');
    group.classList.toggle('chosen', group.id === chosen);
  }
  $('sentence').textContent = story.length ? `${at + 1} of ${story.length}: ${story[at]}` : '';
  $('back').disabled = $('first').disabled = at <= 0;
  $('next').disabled = $('last').disabled = whole;
  inspect();
}

// ---- leaves as sliders -----------------------------------------------------------------------------------------------

function sliders() {
  const leaves = recording.nodes.filter(n => n.op === 'leaf' && typeof n.value === 'number' && n.label === n.name && !n.iteration && n.name);
  const box = $('sliders'), names = leaves.map(n => n.name).join();
  if (box.dataset.names === names) return;
  box.dataset.names = names;
  box.replaceChildren(...leaves.map(leaf => {
    const label = document.createElement('label'), name = document.createElement('span'), value = document.createElement('span');
    const slider = document.createElement('input'), reach = Math.max(1, Math.abs(leaf.value)) * 2;
    name.textContent = leaf.name;
    value.textContent = leaf.value;
    Object.assign(slider, {type: 'range', min: leaf.value - reach, max: leaf.value + reach, step: reach / 200, value: leaf.value});
    slider.addEventListener('input', () => {
      let_[leaf.name] = +slider.value;
      value.textContent = +(+slider.value).toPrecision(4);
      run();
    });
    label.append(name, value, slider);
    return label;
  }));
}

// ---- the inspector and the chain rule --------------------------------------------------------------------------------

const shown = value => JSON.stringify(value, (key, v) => typeof v === 'number' ? +v.toPrecision(7) : v).replaceAll(',', ', ');
const short = words => words.length > 400 ? words.slice(0, 400) + '…' : words;

function inspect() {
  const node = recording && chosen ? recording.nodes[+chosen.slice(1)] : null;
  if (!node) {
    $('node-name').textContent = 'Inspector';
    $('inspector').replaceChildren(Object.assign(document.createElement('p'), {className: 'quiet', textContent: 'Choose a box of the graph: by a click, or with Tab and Enter.'}));
    return;
  }
  $('node-name').textContent = `#${node.id} ${node.label}`;
  const list = document.createElement('dl');
  const add = (term, ...content) => {
    const dt = document.createElement('dt'), dd = document.createElement('dd');
    dt.textContent = term;
    dd.append(...content);
    list.append(dt, dd);
  };
  const op = catalogue.ops.find(o => o.name === node.op);
  add('op', `${node.op} ${node.arguments}`);
  if (op) add('formula', op.formula);
  add('shape', node.shape.length ? node.shape.join(' × ') : 'scalar');
  add('value', short(shown(node.value)));
  add('gradient', node.wants_grad ? node.grad === null ? 'not yet' : short(shown(node.grad)) : 'not wanted');
  for (const rule of node.rules) if (rule.rule) add('way back', `${node.input_names[rule.input]} += ${rule.rule}`);
  if (node.saved.length) add('saves', node.saved.map(s => `${s.name} [${s.shape.join(', ')}]`).join(', ') + `: ${node.bytes} bytes`);
  if (node.contributions.length) {
    const arrivals = document.createElement('ol');
    for (const c of node.contributions) {
      const item = document.createElement('li');
      const from = c.from === 'seed' ? 'seed' : `from #${c.from} ${recording.nodes[c.from].op}`;
      item.textContent = `+= ${short(shown(c.value))} ${from}${c.numbers ? ': ' + c.numbers : ''}${c.cleared ? ' (forgotten)' : ''}`;
      arrivals.append(item);
    }
    add('arrived', arrivals);
  }
  if (node.scope) add('scope', node.scope);
  add('line', `${node.line}`);
  $('inspector').replaceChildren(list);
}

function choices() {
  const names = [...new Set(recording.nodes.filter(n => n.op === 'leaf' && n.name && n.grad !== null).map(n => n.name))];
  const before = $('wrt').value;
  $('wrt').replaceChildren(...names.map(name => new Option(name, name)));
  if (names.includes(before)) $('wrt').value = before;
  explain();
}

function explain() {
  if (!$('wrt').value || recording.error) return void ($('routes').textContent = '');
  say($('wrt').value);
  const {answer, wrong} = call('explanation');
  stale ||= wrong !== undefined;
  $('routes').textContent = wrong ?? answer;
}

// ---- steps -------------------------------------------------------------------------------------------------------------

function go(to) {
  $('moment').value = to;
  draw();
}
function stop() {
  clearInterval(playing);
  playing = 0;
  $('play').textContent = '▶ Play';
}
function play() {
  if (playing) return stop();
  if (+$('moment').value >= story.length - 1) go(0);
  $('play').textContent = '❚❚ Pause';
  playing = setInterval(() => {
    if (+$('moment').value >= story.length - 1) return stop();
    go(+$('moment').value + 1);
  }, 900);
}
const keys = {ArrowRight: () => go(+$('moment').value + 1), ArrowLeft: () => go(+$('moment').value - 1), Home: () => go(0), End: () => go(story.length - 1), ' ': play};
document.addEventListener('keydown', event => {
  const typing = /^(TEXTAREA|INPUT|SELECT|BUTTON)$/.test(event.target.tagName);
  if (event.key === 'Escape' && document.body.classList.contains('presenting')) present();
  const group = event.target.closest?.('#picture g[id^=n]');
  if (group && event.key === 'Enter') choose(group.id);
  else if (!typing && keys[event.key] && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    keys[event.key]();
  }
});
function choose(id) {
  chosen = id;
  draw();
  $('picture').querySelector('#' + id)?.focus();
}
function present() {
  const on = document.body.classList.toggle('presenting');
  $('present').setAttribute('aria-pressed', on);
  if (on) $('picture').focus();
}

// ---- state in the address -----------------------------------------------------------------------------------------------

function keep() {
  const state = new URLSearchParams({program: $('text').value});
  if (Object.keys(let_).length) state.set('let', JSON.stringify(let_));
  history.replaceState(null, '', '#' + state);
}
function restore() {
  const state = new URLSearchParams(location.hash.slice(1));
  $('text').value = (state.get('program') ?? catalogue.examples[0].program).slice(0, 65536);
  try {
    const given = JSON.parse(state.get('let') ?? '{}');
    let_ = Object.fromEntries(Object.entries(given).filter(([, value]) => Number.isFinite(value)));
  } catch {
    let_ = {};
  }
}

// ---- events ----------------------------------------------------------------------------------------------------------------

function wire() {
  $('text').addEventListener('input', () => { let_ = {}; chosen = null; delete $('sliders').dataset.names; run(); });
  $('example').replaceChildren(...catalogue.examples.map(e => new Option(`${e.name}: ${e.about}`, e.name)));
  $('example').addEventListener('change', () => {
    $('text').value = catalogue.examples.find(e => e.name === $('example').value).program;
    let_ = {};
    chosen = null;
    delete $('sliders').dataset.names;
    run();
  });
  for (const id of ['values', 'depth']) $(id).addEventListener('change', draw);
  $('all').addEventListener('change', run);
  $('moment').addEventListener('input', () => { stop(); draw(); });
  $('first').addEventListener('click', () => go(0));
  $('back').addEventListener('click', keys.ArrowLeft);
  $('next').addEventListener('click', keys.ArrowRight);
  $('last').addEventListener('click', keys.End);
  $('play').addEventListener('click', play);
  $('present').addEventListener('click', present);
  $('wrt').addEventListener('change', explain);
  $('picture').addEventListener('click', event => { const group = event.target.closest('g[id^=n]'); if (group) choose(group.id); });
  $('copy').addEventListener('click', async () => {
    const quoted = "'" + $('text').value.replaceAll("'", "'\\''") + "'";
    const given = Object.entries(let_).map(([name, value]) => `${name}=${value}`).join();
    await navigator.clipboard?.writeText(`skew autograd run -e ${quoted}${given ? ' --let ' + given : ''}`);
    $('said').textContent = 'copied';
  });
  $('svg').addEventListener('click', () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString($('picture').firstChild)], {type: 'image/svg+xml'}));
    link.download = 'graph.svg';
    link.click();
    URL.revokeObjectURL(link.href);
  });
  addEventListener('hashchange', () => { restore(); delete $('sliders').dataset.names; run(); });
}

(async () => {
  if (!facts.module) {
    $('notice').hidden = false;
    $('notice').textContent = 'This build of skew had no WebAssembly compiler (Debian: clang-14 lld-14 wasi-libc libc++-14-dev-wasm32 libclang-rt-14-dev-wasm32), so this page holds no engine.';
    return;
  }
  compiled = await compile();
  engine = load();
  catalogue = JSON.parse(call('catalogue').answer);
  restore();
  wire();
  run();
})();
