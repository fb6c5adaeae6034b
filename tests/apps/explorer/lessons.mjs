// The book and its exercises in the WebAssembly module beside the native program: node lessons.mjs MODULE CASES. Words
// are the same but for what is left over by rounding, "relative error …"; marks and their words are the same.
import {readFileSync} from 'node:fs';
import {load_module, say, text_at} from '../module.mjs';

const compiled = new WebAssembly.Module(readFileSync(process.argv[2]));
const {lessons, exercises} = JSON.parse(readFileSync(process.argv[3], 'utf8'));
let engine = load_module(compiled), compared = 0, wrong = 0;

function ask(name, words, ...numbers) {
  say(engine, words);
  try {
    return JSON.parse(text_at(engine, engine[name](...numbers)));
  } catch (error) {
    engine = load_module(compiled);
    return {words: error.message};
  }
}
const in_order = (key, value) => value && typeof value === 'object' && !Array.isArray(value) ?
  Object.fromEntries(Object.entries(value).sort()) :
  value;
const without_rounding = value => JSON.stringify(value, in_order)?.replace(/[^"\\]*relative error [^"\\]*/g, '');
function same(what, native, mine) {
  ++compared;
  if (without_rounding(native) === without_rounding(mine)) return;
  const a = without_rounding(native) ?? '', b = without_rounding(mine) ?? '',
        at = [...a].findIndex((c, i) => c !== b[i]);
  if (++wrong <= 5)
    console.log(
      `DIFFERENT ${what}\n${a.slice(Math.max(0, at - 60), at + 100)}\n${b.slice(Math.max(0, at - 60), at + 100)}`);
}

const contents = ask('contents', '');
same('contents', lessons.map(l => [l.number, l.title]), contents.map(l => [l.number, l.title]));
for (const lesson of lessons) same(`lesson ${lesson.number}`, lesson, ask('lesson', '', lesson.number));
for (const e of exercises) {
  const at = [e.lesson, e.seed, e.number], mine = ask('exercise', '', ...at);
  const name = `exercise ${at}`;
  for (const key of ['task', 'program', 'asked', 'head', 'use', 'options', 'shown', 'why'])
    same(`${name} ${key}`, e[key], mine[key]);
  same(`${name} revealed`, e.revealed, ask('reveal', '', ...at).answer);
  for (const {said, right, words} of e.answers) {
    const mark = ask('mark_answer', said, ...at);
    same(`${name} answer ${said}`, right, mark.right === true);
    // a rule that cannot run is an error here: its words without place and caret, for the page shows no program beside
    // it
    if (!words.includes('\n')) same(`${name} words ${said}`, words, mark.words);
    else same(`${name} words ${said}`, true, words.includes(mark.words) || mark.words === words);
  }
}
console.log(`${lessons.length} lessons, ${exercises.length} exercises, ${compared} comparisons, ${wrong} different`);
process.exit(wrong ? 1 : 0);
