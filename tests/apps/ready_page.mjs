// Opens a page as a person would who got it by mail: what it draws is there, it asks nothing of a network. Arguments:
// the page, and a selector of what it draws.
import {resolve} from 'node:path';
import {start} from './chromium.mjs';

const browser = await start();
await browser.size(1280, 900, false);
await browser.open('file://' + resolve(process.argv[2]), process.argv[3]);
browser.check_quiet();
await browser.stop();
process.exit(browser.failures() ? 1 : 0);
