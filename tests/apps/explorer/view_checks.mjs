// What stands where in the explorer's page, and what it says at a step: browser.mjs runs these on a page of its own.
import {sleep} from '../chromium.mjs';

export async function check_views(browser, page) {
  const {check, click, key, open, run, set, size, text, type, until} = browser;
  const by_example = name => set('example', name);
  const choose = name =>
    run(`(() => { const n = recording.nodes.findLast(n => n.label === '${name}'); choose('n' + n.id); })()`);
  const bottom = selector => run(`document.querySelector('${selector}').getBoundingClientRect().bottom`);
  const lines_of = id => run(`[...document.querySelectorAll('#picture #${id} text')].map(t => t.textContent)`);

  // ---- one screen
  await size(1280, 900, false);
  await open(page);
  for (const selector of ['#text', '#sliders', '#picture svg', '#inspector dl', '#routes'])
    check(
      `at 1280 × 900 ${selector} stands on the first screen`, await bottom(selector) <= 900, await bottom(selector));
  await run(`document.querySelector('#picture #n2').dispatchEvent(new Event('click', {bubbles: true}))`);
  check('and a click on a box says what it is there',
    /#2 c/.test(await text('node-name')) && await bottom('#inspector dl') <= 900, await bottom('#inspector dl'));
  check('lessons are the first tab', await run(`document.querySelector('#tabs > button').id`) === 'tab-lessons');
  await click('tab-lessons');
  const ends = await run(
    `Math.max(...[...document.querySelectorAll('main > section')].map(s => s.getBoundingClientRect().bottom + scrollY))`);
  check('a lesson leaves no empty page below', await run('document.documentElement.scrollHeight') - ends < 80, ends);
  check('and its buttons are in sight', await bottom('#lesson-next') <= 900, await bottom('#lesson-next'));

  // ---- the step rules what is said
  await open(page);
  await run('go(4)');
  await choose('a');
  check('before backward the inspector knows no gradient',
    /gradientnot yet/.test(await text('inspector')) && !/came back/.test(await text('inspector')),
    await text('inspector'));
  check('and the chain rule neither', /not yet: at this step 0 of 2/.test(await text('routes')), await text('routes'));
  await run('go(8)');
  check('gradients come into it one by one',
    /gradient so far−6came back\+= −6/.test(await text('inspector')) &&
      await run(`document.querySelectorAll('#inspector li').length`) === 1,
    await text('inspector'));
  check('the table marks the line of the step',
    await run(`[...document.querySelectorAll('#table .now')].map(s => s.textContent.trim()).join()`)
      .then(words => /^\+= −6/.test(words)));
  check('and what is to come is pale',
    await run(`[...document.querySelectorAll('#table .later')].some(s => /\\+= 12/.test(s.textContent))`));
  check('the editor marks the line of the program',
    await run(
      `(t => t.classList.contains('at-step') && t.style.getPropertyValue('--at'))(document.getElementById('text'))`) ===
      '2');
  await run('go(story.length - 1)');
  check('at the end nothing is pale, and the last step is marked as every other one',
    await run(`document.querySelectorAll('#table .later').length`) === 0 &&
      await run(`[...document.querySelectorAll('#table .now')].map(s => s.textContent.trim()).join()`)
        .then(words => /^\+= −18/.test(words)) &&
      /gradient6/.test(await text('inspector')),
    await text('inspector'));

  // ---- boxes and arrows
  await run('go(2)');
  check('the box of the step has a thick rim and no dark fill',
    await run(`!!document.querySelector('#n2 .rim-now') && !document.querySelector('#picture .glow')`));
  await by_example('mlp');
  const [b2, z] = await run(`['b2', 'z'].map(name => 'n' + recording.nodes.find(n => n.label === name).id)`);
  check('a box of one number shows it among tensors', (await lines_of(b2))[1] === '0', await lines_of(b2));
  check('ops show that their gradient came', (await lines_of(z)).some(l => l.startsWith('∂')), await lines_of(z));
  for (const [name, most] of [['chain', 0], ['micrograd', 2]]) {
    await by_example(name);
    const covered = await run(`(() => {
      const inside = (b, p) => p.x > b.x + 1 && p.x < b.x + b.width - 1 && p.y > b.y + 3 && p.y < b.y + b.height - 3;
      const labels = [...document.querySelectorAll('#picture svg > text.t-rust')].filter(t => !t.textContent.includes(':')).map(t => t.getBBox());
      const points = [...document.querySelectorAll('#picture svg > path')].flatMap(p => Array.from({length: 200}, (_, i) => p.getPointAtLength(p.getTotalLength() * i / 199)));
      return labels.length ? labels.filter(b => points.some(p => inside(b, p))).length : 999;
    })()`);
    check(`numbers stand beside the arrows of ${name}`, covered <= most, covered);
  }
  check('a key says what colours mean',
    await run(`[...document.querySelectorAll('#picture text')].some(t => /^leaf/.test(t.textContent))`));
  await by_example('regression');
  for (const all of [false, true]) {
    if (all) await click('all');
    check(`every sentence is about a box that is drawn${all ? ', of all repetitions' : ''}`,
      await run(
        `(() => { const boxes = new Set(boxes_drawn()); return walk.every(([node]) => boxes.has('n' + node)); function boxes_drawn() { return [...document.querySelectorAll('#picture g[id^=n]')].map(g => g.id); } })()`));
    check('the step is an arrow', await run(`!!document.querySelector('#picture path.dots')`));
  }
  const left = label =>
    run(`document.querySelector('#picture #n' + recording.nodes.find(n => n.label === '${label}').id).getBBox().x`);
  check('repetitions run from left to right',
    await left('w₂') > await left('loss') && await left('w₃') > await left('loss₂'),
    [await left('w₂'), await left('loss')]);
  check('what can be chosen is offered',
    await run(`['values', 'all'].every(id => !document.getElementById(id).parentElement.hidden)`));
  await click('all');
  await by_example('chain');
  check('and what would do nothing is not',
    await run(`['values', 'all', 'depth'].every(id => document.getElementById(id).parentElement.hidden)`));

  // ---- a mistake in a long line
  await type(
    'a = param(zeros(2, 3))\nb = param(zeros(4))\nvery_long_name_of_the_result_of_this_program = a + a + a * a + a + b');
  const [line = '', caret = ''] = (await text('error-place')).split('\n');
  check('the caret stands below its place, in lines that do not wrap',
    line[caret.indexOf('^')] === '+' &&
      await run(`getComputedStyle(document.getElementById('error-place')).whiteSpace`)
        .then(w => w === 'pre' || w === 'nowrap'),
    caret);
  check('and in sight', await run(`document.getElementById('error-place').scrollLeft`) > 0);
  await click('error-go');
  check('"Go there" selects it in the editor',
    await run(
      `(t => document.activeElement === t && t.value.slice(0, t.selectionStart).split('\\n').at(-1).length)(document.getElementById('text'))`) ===
      caret.indexOf('^'));

  // ---- boxes by keyboard
  await by_example('chain');
  await run('go(5)');
  await run(`document.querySelector('#picture #n2').focus()`);
  await key('ArrowLeft', 37);
  check('a step keeps the focus on its box', await run('document.activeElement.id') === 'n2',
    await run('document.activeElement.id'));
  await key(' ', 32);
  check('Space chooses the box and plays nothing', await run(`chosen === 'n2' && playing === 0`));
  check(
    'one box alone is reached by Tab', await run(`document.querySelectorAll('#picture g[tabindex="0"]').length`) === 1);
  await key('ArrowDown', 40);
  check('the others by the down key', await run('document.activeElement.id') === 'n3',
    await run('document.activeElement.id'));

  // ---- sliders write into the program
  await by_example('neuron');
  await by_example('chain');
  check('an example has its name', await run(`document.getElementById('example').value`) === 'chain');
  const slide = value => run(
    `(s => { s.value = ${value}; s.dispatchEvent(new Event('input')); })(document.querySelector('#sliders input'))`);
  await slide(5);
  check('a slider asked for 5 gives 5, in the program too',
    /^a = 5\.0; b = -2\.0/.test(await run('program()')) && await run('recording.nodes[0].value') === 5,
    await run('program()'));
  check('the program is one of your own then', await run(`document.getElementById('example').value`) === '');
  await run(`document.querySelector('#sliders input').dispatchEvent(new Event('dblclick'))`);
  check('a double click goes back', /^a = 3\.0; b/.test(await run('program()')), await run('program()'));

  // ---- copying without the right to
  await run(`navigator.clipboard.writeText = () => Promise.reject(new Error('no'))`);
  await click('copy');
  await until(`document.getElementById('copied').open`, 'what could not be copied is shown');
  check('and marked', (await run('getSelection().toString()')).startsWith('skew autograd run'),
    await run('getSelection().toString()'));
  check('with a title that says so', !/copied/.test(await text('copied-title')), await text('copied-title'));

  // ---- the address holds what is looked at
  await click('tab-lessons');
  await set('lesson', '7');
  await run('enlarge(1.25)');
  await until(
    `/lesson=7/.test(location.hash) && /zoom=/.test(location.hash)`, 'the address names the lesson and the size');
  await open(await run('location.href'));
  check('a link opens its lesson', /^7\. /.test(await text('lesson-text')) && await run('zoom') > 1, await run('zoom'));
  await click('tab-exercises');
  await set('exercise-lesson', '3');
  await set('exercise-seed', '41');
  await click('exercise-next');
  await until(`/exercise=3\\.41\\.2/.test(location.hash)`, 'the address names the exercise');
  const asked = await text('exercise');
  await open(await run('location.href'));
  check(
    'a link opens its exercise', await text('exercise') === asked && /Exercise 2/.test(asked), await text('exercise'));
  await click('tab-inspector');
  await by_example('regression');
  await click('all');
  await click('values');
  await click('present');
  await until(`/all=1/.test(location.hash) && /values=1/.test(location.hash) && /present=1/.test(location.hash)`,
    'the address names repetitions, values, presentation');
  await open(await run('location.href'));
  check('a link opens them',
    await run(
      `document.body.classList.contains('presenting') && document.getElementById('all').checked && document.getElementById('values').checked`));

  // ---- presentation
  for (const [name, width, height] of [['chain', 1280, 900], ['chain', 1920, 1080], ['micrograd', 1280, 900]]) {
    await size(width, height, false);
    await open(page);
    await by_example(name);
    await click('present');
    await run('go(3)');
    check(`in presentation ${name} stands beside its program, the line marked`,
      await run(
        `document.getElementById('text').checkVisibility() && document.getElementById('text').classList.contains('at-step')`));
    const used = await run(
      `Math.max(...[...document.querySelectorAll('main > section')].filter(s => s.checkVisibility()).map(s => s.getBoundingClientRect().bottom))`);
    check(`and the screen of ${width} × ${height} is used`, used > 0.75 * height, used);
    check('its end has a button',
      await text('present') === 'End' && await run(`document.getElementById('present').checkVisibility()`));
    await click('present');
    check('which ends it', await run(`!document.body.classList.contains('presenting')`));
  }

  // ---- memory, the networks
  await size(1280, 900, false);
  await open(page);
  await click('tab-memory');
  check('the curve of memory has a scale',
    await run(
      `[...document.querySelectorAll('#memory-curve text')].filter(t => /bytes|KB/.test(t.textContent)).length`) >= 2);
  await run(`document.getElementById('part-net').open = true`);
  await until(`document.querySelectorAll('#net-look .net-side').length === 2`, 'two networks are shown');
  check('side by side',
    await run(
      `(([a, b]) => a.getBoundingClientRect().top === b.getBoundingClientRect().top)([...document.querySelectorAll('.net-side')])`));
  check('of an input that is named', /rare at \(/.test(await text('net-looked')), await text('net-looked'));
  check('AP is explained', /average precision/.test(await text('panel-net')));
  const labelled = () => run(`document.getElementById('net-looked').textContent.includes('its label missing')`);
  check('labels are missing in training', await labelled());
  await set('net-missing', '0');
  check('or all there', !await labelled());
  await run(`document.getElementById('part-net').open = false`);
  await sleep(100);
}
