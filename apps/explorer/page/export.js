// Out of the page: the command for a terminal, C++, pictures of the graph and of all its steps.
const quoted_for_shell = words => "'" + words.replaceAll("'", "'\\''") + "'";

function command() {
  const given = Object.entries(let_).map(([name, value]) => `${name}=${value}`).join();
  return `skew autograd run -e ${quoted_for_shell(program())}${given ? ' --let ' + given : ''}`;
}

// Without the right to the clipboard the words are shown, selected: Ctrl+C takes them.
async function copy(words, what) {
  $('copied').hidden = false;
  $('copied-words').textContent = words;
  $('copied-title').textContent = 'what was copied';
  try {
    await navigator.clipboard.writeText(words);
    $('said').textContent = `${what} copied`;
  } catch {
    $('copied-title').textContent = `the ${what}`;
    $('copied').open = true;
    $('copied-words').focus();
    getSelection().selectAllChildren($('copied-words'));
    $('said').textContent = `The browser lets no page copy here: the ${what} is marked below, Ctrl+C copies it.`;
  }
}

function save(name, content, type) {
  const link = make_element(
    'a', {href: URL.createObjectURL(content instanceof Blob ? content : new Blob([content], {type})), download: name});
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  $('said').textContent = `${name} saved`;
}

// The picture at a step, as it is on the page (with what is hidden); −1: everything.
function picture_at(moment) {
  const {answer, wrong} = call('picture', +$('depth').value, $('values').checked ? 1 : 0, +$('all').checked, moment);
  if (wrong !== undefined) throw new Error(wrong);
  return answer;
}

async function png_of(svg) {
  const {width, height} = natural(new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement);
  const by = Math.min(2, 8000 / Math.max(width, height));
  const image = new Image(width, height);
  image.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(svg);
  await image.decode();
  const canvas = make_element('canvas', {width: width * by, height: height * by});
  canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise(done => canvas.toBlob(done, 'image/png'));
}

// A ZIP archive whose files are stored as they are (APPNOTE.TXT, 4.3): [[name, text], …].
function zip(files) {
  const table = Uint32Array.from({length: 256}, (_, n) => {
    for (let k = 0; k < 8; ++k) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
    return n;
  });
  const crc = bytes => { let c = ~0; for (const b of bytes) c = table[(c ^ b) & 255] ^ (c >>> 8); return ~c >>> 0; };
  const fields = (...pairs) => {  // [size in bytes, value], least byte first
    const out = [];
    for (const [size, value] of pairs) for (let i = 0; i < size; ++i) out.push(value >>> (8 * i) & 255);
    return out;
  };
  const parts = [], directory = [];
  let at = 0;
  for (const [name, words] of files) {
    const title = new TextEncoder().encode(name), bytes = new TextEncoder().encode(words);
    const common = fields([2, 20], [2, 0x800], [2, 0], [2, 0], [2, 0x21], [4, crc(bytes)], [4, bytes.length],
      [4, bytes.length], [2, title.length], [2, 0]);
    const head = Uint8Array.from([...fields([4, 0x04034b50]), ...common, ...title]);
    directory.push(Uint8Array.from(
      [...fields([4, 0x02014b50], [2, 20]), ...common, ...fields([2, 0], [2, 0], [2, 0], [4, 0], [4, at]), ...title]));
    parts.push(head, bytes);
    at += head.length + bytes.length;
  }
  const size = directory.reduce((sum, d) => sum + d.length, 0);
  const end = Uint8Array.from(
    fields([4, 0x06054b50], [2, 0], [2, 0], [2, files.length], [2, files.length], [4, size], [4, at], [2, 0]));
  return new Blob([...parts, ...directory, end], {type: 'application/zip'});
}

function all_steps() {
  const digits = `${story.length}`.length;
  const name = i => `step-${`${i + 1}`.padStart(digits, '0')}.svg`,
        sentences = story.map((s, i) => `${i + 1}  ${s}\n`).join('');
  return [...story.map((sentence, i) => [name(i), picture_at(i)]), ['steps.txt', sentences]];
}

function wire_export() {
  const tried = work => async () => { try { await work(); } catch (error) { $('said').textContent = error.message; } };
  const now = () => +$('moment').value >= story.length - 1 ? -1 : +$('moment').value;
  $('copy').addEventListener('click', () => copy(command(), 'command'));
  $('copy-cpp').addEventListener('click', tried(async () => {
    const {answer, wrong} = call('as_cpp');
    if (wrong !== undefined) throw new Error(wrong);
    await copy(answer, 'C++');
  }));
  $('svg').addEventListener('click', tried(() => save('graph.svg', picture_at(now()), 'image/svg+xml')));
  $('png').addEventListener('click', tried(async () => save('graph.png', await png_of(picture_at(now())))));
  $('steps-zip').addEventListener('click', tried(() => save('steps.zip', zip(all_steps()))));
}
