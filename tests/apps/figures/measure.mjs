// Measures the figures of a folder's figures.json in headless Chromium: the boxes of their texts, and the contrast of
// each text to the pixels behind it. Arguments: the folder, and `shots` for screenshots and a sheet of all, index.html.
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

import {start} from '../chromium.mjs';

const folder = process.argv[2], shots = process.argv[3] === 'shots';
const list = JSON.parse(readFileSync(join(folder, 'figures.json'), 'utf8'));
const browser = await start();
await browser.size(1000, 900, false);
await browser.open('data:text/html,<!doctype html><body style="margin:0"><div id="at"></div></body>', '#at');

// The page's side. Heights are those of letters (from the font size), widths those of the boxes.
await browser.run(`
window.show = svg => {
  const at = document.getElementById('at');
  at.innerHTML = svg;
  const all = at.firstElementChild.getBoundingClientRect();
  return {width: Math.ceil(all.width), height: Math.ceil(all.height)};
};
window.boxes = () => [...document.querySelectorAll('svg text')].filter(t => t.textContent.trim()).map(t => {
  const b = t.getBoundingClientRect(), style = getComputedStyle(t), size = parseFloat(style.fontSize);
  const base = t.getCTM().f + parseFloat(t.getAttribute('y')) * t.getCTM().d;
  return {words: t.textContent, left: b.left, right: b.right, top: base - .74 * size, bottom: base + .2 * size,
    colour: style.fill, halo: t.classList.contains('halo') ? style.stroke : ''};
});
window.numbers = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(Number);
window.luminance = rgb => rgb.map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4).reduce((s, v, i) => s + v * [.2126, .7152, .0722][i], 0);
window.contrast = (a, b) => { const x = luminance(a) + .05, y = luminance(b) + .05; return Math.max(x, y) / Math.min(x, y); };
// The contrast that nine tenths of the pixels behind a text have at least: a thin line may run through it.
window.contrasts = async png => {
  const image = new Image();
  image.src = 'data:image/png;base64,' + png;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.width; canvas.height = image.height;
  const c = canvas.getContext('2d', {willReadFrequently: true});
  c.drawImage(image, 0, 0);
  return boxes().map(b => {
    const colour = numbers(b.colour);
    if (b.halo) return contrast(colour, numbers(b.halo));
    const x = Math.max(0, Math.floor(b.left)), y = Math.max(0, Math.floor(b.top));
    const w = Math.max(1, Math.min(image.width - x, Math.ceil(b.right) - x)), h = Math.max(1, Math.min(image.height - y, Math.ceil(b.bottom) - y));
    const data = c.getImageData(x, y, w, h).data, found = [];
    for (let i = 0; i < data.length; i += 4) found.push(contrast(colour, [data[i], data[i + 1], data[i + 2]]));
    found.sort((a, b) => a - b);
    return found[Math.floor(found.length / 10)];
  });
};
`);

function faults({words, left, right, top, bottom}, i, all, size) {
  const out = [];
  // A name is cut in its middle, or at both ends to keep it.
  if (words.endsWith('…') && !words.startsWith('…')) out.push(`the sentence '${words}' is cut`);
  if (left < 0 || top < 0 || right > size.width || bottom > size.height) out.push(`'${words}' leaves the picture`);
  for (const b of all.slice(i + 1)) {
    const wide = Math.min(right, b.right) - Math.max(left, b.left),
          high = Math.min(bottom, b.bottom) - Math.max(top, b.top);
    if (wide > .5 && high > .5)
      out.push(`'${words}' and '${b.words}' overlap by ${wide.toFixed(1)} x ${high.toFixed(1)}`);
    const cut = /\S…|…\S/.test(words);  // a … b is a range
    if (cut && words === b.words) out.push(`two names are cut to '${words}'`);
  }
  return out;
}

let texts = 0, least = 21;
for (const figure of list) {
  const svg = readFileSync(join(folder, figure.file), 'utf8');
  const size = await browser.run(`show(${JSON.stringify(svg)})`);
  const all = await browser.run('boxes()'), said = all.flatMap((b, i) => faults(b, i, all, size));
  await browser.run('document.querySelectorAll("svg text").forEach(t => t.style.visibility = "hidden")');
  const bare = await browser.picture(size);
  const contrasts = await browser.run(`contrasts(${JSON.stringify(bare)})`);
  contrasts.forEach((c, i) => {
    if (c < 4.5) said.push(`'${all[i].words}' (${all[i].colour}) has a contrast of ${c.toFixed(2)}`);
  });
  texts += all.length;
  least = Math.min(least, ...contrasts);
  if (shots) {
    await browser.run('document.querySelectorAll("svg text").forEach(t => t.style.visibility = "visible")');
    writeFileSync(
        join(folder, figure.file.replace('.svg', '.png')), Buffer.from(await browser.picture(size), 'base64'));
  }
  figure.faults = said.length;
  if (said.length || !all.length)
    browser.check(
        `${figure.name}, ${figure.theme}`, false,
        '\n         ' + (said.slice(0, 6).join('\n         ') || 'no text') +
            (said.length > 6 ? `\n         and ${said.length - 6} more` : ''));
}
if (shots) {
  const cell = f => `<figure style="background:${f.theme === 'dark' ? '#000' : '#ccc'}"><img src="${
      encodeURIComponent(f.file)}" loading="lazy"><figcaption>${f.name}${
      f.faults ? ` <b>${f.faults} faults</b>` : ''}</figcaption></figure>`;
  writeFileSync(join(folder, 'index.html'),
    `<!doctype html><meta charset="utf-8"><title>Every figure</title><style>body{display:grid;grid-template-columns:repeat(auto-fill,minmax(420px,1fr));gap:12px;font:13px sans-serif}figure{margin:0;padding:6px}img{width:100%;max-height:420px;object-fit:contain}figcaption{color:#888}b{color:#c00}</style>${
      list.map(cell).join('\n')}`);
}
console.log(`${list.length} figures, ${texts} texts, least contrast ${least.toFixed(2)}, ${
    list.filter(f => f.faults).length} figures with faults`);
await browser.stop();
process.exit(browser.failures() ? 1 : 0);
