// A page as it looks once it has drawn: address, selector of what it draws, the PNG.
import {writeFileSync} from 'node:fs';
import {sleep, start} from '../../tests/apps/chromium.mjs';

const [page, shows, out] = process.argv.slice(2);
const browser = await start();
await browser.size(1280, 860, false);
await browser.open('file://' + page, shows);
await sleep(1500);
writeFileSync(out, Buffer.from(await browser.picture({width: 1280, height: 860}), 'base64'));
await browser.stop();
process.exit(browser.failures() ? 1 : 0);
