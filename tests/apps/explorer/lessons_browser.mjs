// Reads, runs and practises in the explorer's page as a learner would, by mouse and by keyboard. Arguments: the page,
// the solutions of exercises as JSON {"seed", "guess", "rule", "broken"}: {lesson, number, solution}; a folder for
// screenshots if wanted.
import {resolve} from 'node:path';
import {sleep, start} from '../chromium.mjs';

const page = 'file://' + resolve(process.argv[2]), solutions = JSON.parse(process.argv[3]);
const browser = await start(process.argv[4]);
const {check, click, key, open, run, set, shoot, size, text} = browser;
const choose = (id, value) => set(id, String(value));

await size(1500, 1000, false);
await open(page);
await click('tab-lessons');
check('the first lesson is shown with its numbers',
  /1\. A number that remembers/.test(await text('lesson-text')) && /a\.grad = None/.test(await text('lesson-text')),
  (await text('lesson-text')).slice(0, 300));
check('the list has ten lessons', await run('document.getElementById("lesson").options.length') === 10);
const slowest = [];
for (let n = 1; n <= 10; ++n) {
  const from = Date.now();
  await choose('lesson', n);
  slowest.push(Date.now() - from);
  const words = await text('lesson-text');
  check(`lesson ${n} is read`,
    words.startsWith(`${n}. `) && !words.includes(' = ?') &&
      await run('!document.querySelector("#lesson-text .wrong")'),
    words.slice(0, 200));
}
console.log(`       the slowest lesson is shown after ${Math.max(...slowest)} ms`);
await choose('lesson', 3);
await run('document.querySelector("#lesson-text .run-this").click()');
check('"Run this" puts the program into the editor and runs it',
  /c = a \* b/.test(await run('document.getElementById("text").value')) &&
    await run('recording.nodes.some(n => n.label === "a" && n.grad === 6)'));
const programs = await run('document.querySelectorAll("#lesson-text .run-this").length');
for (let n = 0; n < programs; ++n) {
  await run(`document.querySelectorAll("#lesson-text .run-this")[${n}].click()`);
  check(`program ${n + 1} of lesson 3 runs in the editor`, await run('document.getElementById("error").hidden'),
    await text('error'));
}
await run('document.querySelector("#lesson-text details summary").click()');
check(
  'a question shows its answer when it is opened', await run('document.querySelector("#lesson-text details").open'));
await shoot('lesson');
await click('lesson-next');
check('the next lesson follows', /^4\. /.test(await text('lesson-text')));
await run('document.querySelector("#lesson-text button.link").click()');
check('a link of the book leads to its lesson', await run('+document.getElementById("lesson").value') !== 4);

// ---- exercises: guess, hide, reveal; a rule; a broken op
const exercise = async ({lesson, number}) => {
  await choose('exercise-lesson', lesson);
  for (let i = 0; i < number; ++i) await click('exercise-next');
};
const answer = words => run(`(() => { document.getElementById('exercise-said').value = ${
  JSON.stringify(words)}; document.getElementById('exercise-form').requestSubmit(); })()`);
await click('lesson-exercises');
check('the answer has the focus', await run('document.activeElement.id') === 'exercise-said');
await choose('exercise-seed', solutions.seed);
await exercise(solutions.guess);
check('the number is hidden', await run('document.getElementById("exercise-answer").hidden'));
await answer('1e9');
check('a wrong number is refused', await text('exercise-says') === 'not this');
await answer('a lot');
check('what is no number is told how to write one', /is no number; write a number/.test(await text('exercise-says')));
await answer(solutions.guess.solution);
check('the right number is right, and where it comes from is shown',
  /^Right/.test(await text('exercise-says')) && /answer: /.test(await text('exercise-answer')),
  await text('exercise-says'));
check('the score counts', await text('exercise-score') === '1 of 1 right, 0 of them at the first try',
  await text('exercise-score'));
await shoot('exercise');
await exercise(solutions.rule);
await answer('g, g');
check('a wrong rule is told what the difference says',
  /your rule sends .*; the difference quotient says/.test(await text('exercise-says')), await text('exercise-says'));
await answer('(((');
check('a rule that cannot be read is told where', /line \d+, column \d+/.test(await text('exercise-says')),
  await text('exercise-says'));
await answer(solutions.rule.solution);
check(
  'after mistakes the right rule is right', /^Right/.test(await text('exercise-says')), await text('exercise-says'));
await run('document.querySelector("#exercise-answer .run-this").click()');
check('the solved program goes to the editor',
  /@backward/.test(await run('document.getElementById("text").value')) &&
    await run('document.getElementById("error").hidden'));
await exercise(solutions.broken);
const options = await run('[...document.querySelectorAll("input[name=broken]")].map(o => o.value)');
const pick = op => run(`(() => { document.querySelector('input[name=broken][value="${
  op}"]').checked = true; document.getElementById('exercise-form').requestSubmit(); })()`);
await pick(options.find(o => o !== solutions.broken.solution));
check('another op is refused', /fits its rule/.test(await text('exercise-says')), await text('exercise-says'));
await pick(solutions.broken.solution);
check('the broken op is found', /^Right/.test(await text('exercise-says')), await text('exercise-says'));
await shoot('broken');
await click('exercise-next');
await click('exercise-reveal');
check('an answer can be shown, and counts as asked',
  /answer: /.test(await text('exercise-answer')) &&
    /^1 of 2 right, 0 of them at the first try$/.test(await text('exercise-score')),
  await text('exercise-score'));

// ---- by keyboard: from the tab to a chapter, to a program in the editor, to an answer
await open(page);
await run('document.getElementById("tab-lessons").click(); document.getElementById("tab-lessons").focus()');
const reached = new Set();
let ran = false;
for (let i = 0; i < 40; ++i) {
  await key('Tab', 9);
  const at = await run('document.activeElement.id || document.activeElement.className');
  reached.add(at);
  if (at === 'run-this' && !ran) {
    await key('Enter', 13);
    ran = true;
  }
}
check('Tab reaches the chapters, programs and questions',
  ['lesson', 'run-this', 'program', 'lesson-next', 'lesson-exercises'].every(w => reached.has(w)), [...reached].join());
check('Enter runs a program of the lesson', ran && /a \* b/.test(await run('document.getElementById("text").value')));
await click('lesson-exercises');
check('the answer has the focus', await run('document.activeElement.id') === 'exercise-said');
await choose('exercise-seed', solutions.seed);
await exercise(solutions.guess);
await run('document.getElementById("exercise-said").focus()');
for (const c of solutions.guess.solution) await key(c);
await key('Enter', 13);
check(
  'an exercise is answered by keyboard alone', /^Right/.test(await text('exercise-says')), await text('exercise-says'));

// ---- narrow, dark
await size(360, 740, true);
await open(page);
for (const panel of ['lessons', 'exercises']) {
  await click('tab-' + panel);
  if (panel === 'lessons') await choose('lesson', 8);
  else await exercise(solutions.broken);
  await sleep(100);
  const wide = await run('document.documentElement.scrollWidth');
  check(`${panel} fit a phone`, wide <= 360, wide);
  const small = await run(`Math.min(...[...document.querySelectorAll("#panel-${
    panel} *")].filter(e => e.checkVisibility() && e.textContent.trim()).map(e => parseFloat(getComputedStyle(e).fontSize)))`);
  check(`${panel}: text is at least 11 px`, small >= 11, small);
  await shoot(panel + '-phone-dark');
}
browser.check_quiet();
await browser.stop();
process.exit(browser.failures() ? 1 : 0);
