// The program's text, and running it.
let recording = null, story = [], let_ = {}, catalogue;

const program = () => $('text').value;

// Another program, with nothing of the last one: what examples, lessons and exercises call.
function set_program(words) {
  $('text').value = words;
  changed_program();
}

// The same from a lesson or an exercise, which stand below: the eye goes to the graph.
function show_program(words) {
  set_program(words);
  $('said').textContent = 'The program is in the editor; change it.';
  (narrow() ? $('graph') : $('program')).scrollIntoView({block: 'start', behavior: still() ? 'auto' : 'smooth'});
}
const narrow = () => matchMedia('(max-width: 760px)').matches;
const still = () => matchMedia('(prefers-reduced-motion: reduce)').matches;

function changed_program() {
  let_ = {};
  chosen = null;
  $('copied').hidden = true;
  delete $('sliders').dataset.names;
  run();
}

// As tall as the text, and the example's name where it is one.
function fit_editor() {
  const rows = Math.max(5, program().replace(/\n$/, '').split('\n').length + 1);
  if ($('text').rows !== rows) $('text').rows = rows;
  $('example').value = catalogue.examples.find(e => e.program === program())?.name ?? '';
}

function run() {
  if (stale) engine = load();
  stale = false;
  engine.let_clear();
  for (const [name, value] of Object.entries(let_)) {
    say(name);
    engine.let_set(value);
  }
  say(program());
  let {answer, wrong} = call('run');
  if (wrong !== undefined) answer = call('failed').answer;
  fit_editor();
  take(JSON.parse(answer));
  keep();
}

// A recording: of the program, or the one that the page was made with.
function take(from) {
  recording = from;
  stepped = false;
  offer();
  story = JSON.parse(call('story', +$('all').checked).answer);
  walk = JSON.parse(call('walk', +$('all').checked).answer);
  show_error();
  $('moment').max = Math.max(0, story.length - 1);
  $('moment').value = $('moment').max;
  draw();
  sliders();
  choices();
  show_panels('run');
}

// The first line is a sentence; the line of the program and its caret stay below each other.
function show_error() {
  $('error').hidden = !recording.error;
  const [words, ...place] = recording.error ? recording.error.message.split('\n') : [''];
  $('error-words').textContent = words;
  $('error-place').textContent = place.map(l => l.slice(2)).join('\n');
  $('error-place').hidden = !place.length;
  if (!place.length) return;
  const width = $('error-place').clientWidth,
        caret = (place[1] ?? '').length / Math.max(1, ...place.map(l => l.length));
  $('error-place').scrollLeft = caret * $('error-place').scrollWidth - width / 2;
}

// The word of the mistake, selected.
function go_to_error() {
  const {line, column} = recording.error, lines = program().split('\n');
  const letters = [...lines[line - 1] ?? ''], before = letters.slice(0, column - 1).join('').length;
  const from = lines.slice(0, line - 1).reduce((sum, l) => sum + l.length + 1, 0) + before;
  const word = /^(\w+|\S|$)/.exec(program().slice(from))?.[0].length ?? 0;
  $('text').focus();
  $('text').setSelectionRange(from, from + word);
}

function wire_editor() {
  $('text').addEventListener('input', changed_program);
  $('error-go').addEventListener('click', go_to_error);
  const own = new Option('a program of your own', '');
  own.disabled = own.hidden = true;
  $('example').replaceChildren(own, ...catalogue.examples.map(e => new Option(`${e.name}: ${e.about}`, e.name)));
  $('example').addEventListener(
    'change', () => set_program(catalogue.examples.find(e => e.name === $('example').value).program));
}
