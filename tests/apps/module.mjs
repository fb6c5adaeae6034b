// A module of apps/module in Node: an instance, its words, its errors.

export function load_module(compiled) {
  const fail = (at, bytes) => {
    throw new Error(new TextDecoder().decode(new Uint8Array(made.exports.memory.buffer, at, bytes)));
  };
  const clock_time_get = (id, precision, at) => {
    new DataView(made.exports.memory.buffer).setBigUint64(at, BigInt(Math.round(performance.now() * 1e6)), true);
    return 0;
  };
  const imports = {page: {fail}, wasi_snapshot_preview1: {clock_time_get}};
  for (const {module, name} of WebAssembly.Module.imports(compiled)) (imports[module] ??= {})[name] ??= () => 0;
  const made = new WebAssembly.Instance(compiled, imports);
  made.exports._initialize();
  return made.exports;
}

export function text_at(engine, at) {
  const memory = new Uint8Array(engine.memory.buffer);
  return new TextDecoder().decode(memory.subarray(at, memory.indexOf(0, at)));
}

// Words for the next call.
export function say(engine, words) {
  const bytes = new TextEncoder().encode(words), at = engine.text_buffer(bytes.length);
  new Uint8Array(engine.memory.buffer).set(bytes, at);
}
