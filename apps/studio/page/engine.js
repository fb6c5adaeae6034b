// The studio's page: what is chosen lives in `state` (state.js), is computed by the module (apps/studio/module.cpp) and
// kept in the address behind '#'. These files are put together in the order of studio.cmake's list, into one script;
// this one, the first, is the way to the module.
'use strict';

const at = id => document.getElementById(id);
const make = (tag, props = {}, ...inside) => {
  const e = Object.assign(document.createElement(tag), props);
  e.append(...inside);
  return e;
};
const facts = JSON.parse(at('facts').textContent);
const losses = facts.losses;
let wasm;

async function load() {
  const packed = Uint8Array.from(atob(facts.module), c => c.charCodeAt(0));
  const unpacked =
    await new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'))).arrayBuffer();
  const fail = (words, length) => {
    throw new Error(new TextDecoder().decode(new Uint8Array(wasm.memory.buffer, words, length)));
  };
  const compiled = await WebAssembly.compile(unpacked), imports = {page: {fail}};
  for (const {module, name} of WebAssembly.Module.imports(compiled))
    (imports[module] ??= {})[name] ??= () => 0;  // no files, no clock
  wasm = (await WebAssembly.instantiate(compiled, imports)).exports;
  wasm._initialize();
}
const words = pointer => {
  const all = new Uint8Array(wasm.memory.buffer);
  return new TextDecoder().decode(all.subarray(pointer, all.indexOf(0, pointer)));
};
const numbers = (pointer, count) => new Float64Array(wasm.memory.buffer, pointer, count);
const digits = (v, n) => words(wasm.number(v, n)).replace('-', '−');

// Value, slope and curvature at many logits: a Float64Array of three each.
function evaluate(side, y, x) {
  const n = side.numbers.length, p = wasm.buffer(n + 4 * x.length);
  const all = numbers(p, n + 4 * x.length);
  all.set(side.numbers);
  all.set(x, n);
  wasm.evaluate(side.loss.index, p, y, x.length, p + 8 * n, p + 8 * (n + x.length));
  return numbers(p, n + 4 * x.length).slice(n + x.length);
}
function choose(sides) {
  wasm.clear();
  for (const side of sides) {
    const name = new TextEncoder().encode(side.label + '\0');
    const to = wasm.text_buffer(name.length), p = wasm.buffer(side.numbers.length);  // both may move the memory
    new Uint8Array(wasm.memory.buffer).set(name, to);
    numbers(p, side.numbers.length).set(side.numbers);
    wasm.choose(side.loss.index, side.numbers.length, p, side.line);
  }
}
// Of the i-th chosen loss, at many places: the shown quantity, or the best p.
function computed(i, x, call) {
  const p = wasm.buffer(2 * x.length);
  numbers(p, x.length).set(x);
  call(i, x.length, p, p + 8 * x.length);
  return numbers(p, 2 * x.length).slice(x.length);
}
const quantityAt = (i, x) =>
  computed(i, x, (which, n, from, to) => wasm.quantities(which, quantityIndex(), state.y, n, from, to));
const bestAt = (i, rates) => computed(i, rates, (which, n, from, to) => wasm.optima(which, n, from, to));
