// Compares the studio's module with numbers of the native library. Standard input: lines "loss index, count of
// parameters, the parameters, y, x, value, dx, d2x"; argument: module.wasm.gz. Prints the worst difference and fails
// above 1e-12.
import {readFileSync} from 'node:fs';
import {gunzipSync} from 'node:zlib';
import {load_module} from '../module.mjs';
const bytes = gunzipSync(readFileSync(process.argv[2])), w = load_module(new WebAssembly.Module(bytes));
console.log(`the module has ${bytes.length} bytes`);
let worst = 0, count = 0;
for (const line of readFileSync(0, 'utf8').split('\n')) {
  if (!line) continue;
  const [loss, n, ...rest] = line.split(' ').map(Number), parameters = rest.slice(0, n),
                  [y, x, ...want] = rest.slice(n);
  const p = w.buffer(n + 4), all = new Float64Array(w.memory.buffer, p, n + 4);
  all.set([...parameters, x]);
  w.evaluate(loss, p, y, 1, p + 8 * n, p + 8 * (n + 1));
  const got = [...new Float64Array(w.memory.buffer, p + 8 * (n + 1), 3)];
  got.forEach((v, i) => {
    const error = Math.abs(v - want[i]) / Math.max(1, Math.abs(want[i]));
    if (!(error <= 1e-12))
      console.log(`loss ${loss} y ${y} x ${x} number ${i}: ${v}, native ${want[i]}`), process.exitCode = 1;
    worst = Math.max(worst, error);
  });
  ++count;
}
console.log(`${count} points, worst difference ${worst.toExponential(2)} of 1e-12`);
