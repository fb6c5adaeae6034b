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
  delete $('sliders').dataset.names;
  run();
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
  take(JSON.parse(answer));
  keep();
}

// A recording: of the program, or the one that the page was made with.
function take(from) {
  recording = from;
  story = JSON.parse(call('story', +$('all').checked).answer);
  $('error').hidden = !recording.error;
  $('error').textContent = recording.error ? recording.error.message : '';
  $('moment').max = Math.max(0, story.length - 1);
  $('moment').value = $('moment').max;
  draw();
  sliders();
  choices();
  show_panels('run');
}

function wire_editor() {
  $('text').addEventListener('input', () => {
    $('example').selectedIndex = -1;  // the program is one's own now
    changed_program();
  });
  $('example').replaceChildren(...catalogue.examples.map(e => new Option(`${e.name}: ${e.about}`, e.name)));
  $('example').addEventListener('change', () => set_program(catalogue.examples.find(e => e.name === $('example').value).program));
}
