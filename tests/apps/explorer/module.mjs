// The explorer's WebAssembly module beside the native program: node module.mjs MODULE CASES. CASES is a JSON list of
// {program, json}; numbers must agree to 1e-12 relative, everything else word for word. What the check's differences
// leave over is rounding by its nature, and so is which element has most of it: neither is compared; gradients are, in
// the nodes.
import {readFileSync} from 'node:fs';
import {load_module, say, text_at} from '../module.mjs';

const compiled = new WebAssembly.Module(readFileSync(process.argv[2]));
const cases = JSON.parse(readFileSync(process.argv[3], 'utf8'));

const load = () => load_module(compiled);

const rounding = new Set(['worst', 'at', 'gradient', 'difference']);
let numbers = 0;

// The first difference between two values, or nothing.
function difference(native, mine, path) {
  if (typeof native === 'number' && typeof mine === 'number') {
    ++numbers;
    const scale = Math.max(Math.abs(native), 1e-3);
    return Math.abs(native - mine) <= 1e-12 * scale ? '' : `${path}: ${native} and ${mine}`;
  }
  if (native === null || mine === null || typeof native !== 'object' || typeof mine !== 'object')
    return native === mine ? '' : `${path}: ${JSON.stringify(native)} and ${JSON.stringify(mine)}`;
  const keys = Object.keys(native);
  if (keys.join() !== Object.keys(mine).join()) return `${path}: other members`;
  for (const key of keys) {
    if (path.includes('.check') && rounding.has(key)) continue;
    const found = difference(native[key], mine[key], `${path}.${key}`);
    if (found) return found;
  }
  return '';
}

let wrong = 0, engine = load();
for (const {program, json} of cases) {
  const stack = engine.__stack_pointer.value;
  let answer, failed = false;
  try {
    say(engine, program);
    answer = text_at(engine, engine.run());
  } catch (error) {
    engine.__stack_pointer.value = stack;
    answer = text_at(engine, engine.failed());
    failed = true;
  }
  const found = difference(JSON.parse(json), JSON.parse(answer), 'recording');
  if (found && ++wrong <= 5) console.log(`DIFFERENT\n${program}\n${found}`);
  if (failed) engine = load();
}
console.log(`${cases.length} programs, ${numbers} numbers, ${wrong} different`);
process.exit(wrong ? 1 : 0);
