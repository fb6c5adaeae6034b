// The explorer's page: what is typed goes to the module, what comes back is shown. Everything that is computed, drawn
// or said comes from the module (apps/explorer/module); the files here hold events and places. They are put together in
// the order of module.cmake's list, into one script; this one, the first, is the way to the module.
'use strict';

const $ = id => document.getElementById(id);
const facts = JSON.parse($('facts').textContent);
let compiled, engine;
let stale = false;  // the instance met an error: its destructors did not run

async function compile() {
  const packed = Uint8Array.from(atob(facts.module), c => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return WebAssembly.compile(await new Response(stream).arrayBuffer());
}

function load() {
  const fail = (at, bytes) => {
    throw new Error(new TextDecoder().decode(new Uint8Array(made.exports.memory.buffer, at, bytes)));
  };
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
    stale = true;
    return {wrong: error.message};
  }
}

// The same with words, for an answer that is JSON: {…}, or {wrong}.
function ask(name, words, ...numbers) {
  say(words);
  const {answer, wrong} = call(name, ...numbers);
  return wrong === undefined ? JSON.parse(answer) : {wrong};
}
