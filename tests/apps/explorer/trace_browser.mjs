// Measures a traced network's page in headless Chromium: how soon it shows its graph, how many boxes, whether a label
// lies on another, with scopes closed at depths 1 to 3. Argument: the page.
import {sleep, start} from '../chromium.mjs';

const browser = await start();
const {check, run} = browser;
await browser.size(1280, 900, false);
const before = performance.now();
await browser.open('file://' + process.argv[2]);
const took = performance.now() - before;
console.log(`       the page shows its graph after ${took.toFixed(0)} ms`);
check('which is soon, on a loaded machine too (2 s on a quiet one)', took < 20000);

// Boxes of texts are higher than their letters: two lines of a box touch.
const overlaps = `(() => {
  const texts = [...document.querySelectorAll('#picture svg text')].filter(t => t.textContent.trim());
  const boxes = texts.map(t => t.getBoundingClientRect()), out = [];
  for (let i = 0; i < boxes.length; ++i)
    for (let j = 0; j < i; ++j) {
      const wide = Math.min(boxes[i].right, boxes[j].right) - Math.max(boxes[i].left, boxes[j].left);
      const high = Math.min(boxes[i].bottom, boxes[j].bottom) - Math.max(boxes[i].top, boxes[j].top);
      if (wide > 1 && high > 3) out.push(texts[i].textContent + ' | ' + texts[j].textContent);
    }
  return {boxes: document.querySelectorAll('#picture svg g[id^=n], #picture svg g[id^=s]').length,
          texts: texts.length, out};
})()`;
for (const depth of [1, 2, 3]) {
  await run(`set_depth(${depth})`);
  await sleep(300);
  const found = await run(overlaps);
  console.log(`       depth ${depth}: ${found.boxes} boxes, ${found.texts} labels`);
  check(`no label lies on another at depth ${depth}`, found.texts > 20 && found.out.length === 0, found.out.join('; '));
  if (depth === 1) check('at most 15 boxes', found.boxes > 8 && found.boxes <= 15, found.boxes);
}
browser.check_quiet();
await browser.stop();
process.exit(browser.failures() ? 1 : 0);
