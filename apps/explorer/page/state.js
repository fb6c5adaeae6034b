// State in the address: a teacher mails a link to a program, at a step, beside a tab, a lesson or an exercise.
let keeping = 0;

// A moment after the last change: browsers refuse an address that changes hundreds of times in a row.
function keep() {
  clearTimeout(keeping);
  if (!facts.recording) keeping = setTimeout(keep_now, 150);
}

function keep_now() {
  const state = new URLSearchParams({program: program()}), tab = side_panels().find(visible)?.id;
  const put = (name, value, where = true) => { if (where) state.set(name, value); };
  put('let', JSON.stringify(let_), Object.keys(let_).length);
  put('all', 1, $('all').checked);
  put('step', +$('moment').value + 1, !known.whole);
  put('tab', tab, tab && tab !== 'inspector');
  put('lesson', lesson_panel.number, tab === 'lessons');
  put(
    'exercise', [exercise_panel.lesson, exercise_panel.seed, exercise_panel.number + 1].join('.'), tab === 'exercises');
  put('node', chosen?.slice(1), chosen);
  put('depth', $('depth').value, +$('depth').value >= 1);
  put('values', 1, $('values').checked);
  put('zoom', typeof zoom === 'number' ? +zoom.toPrecision(3) : zoom, zoom !== 'auto');
  put('present', 1, document.body.classList.contains('presenting'));
  history.replaceState(null, '', '#' + state);
}

// What the address says of a slider's leaves: numbers alone.
function given_leaves(words) {
  try {
    return Object.fromEntries(Object.entries(JSON.parse(words)).filter(([, value]) => Number.isFinite(value)));
  } catch {
    return {};
  }
}

// Lesson, exercise and tab.
function restore_reading(state, whole) {
  const [lesson, seed, number] =
    /^(\d{1,2})\.(\d{1,15})\.(\d{1,4})$/.exec(state.get('exercise') ?? '')?.slice(1).map(Number) ?? [];
  const tab = state.get('tab'), at_most = n => Math.min(n, contents_of_book().length);
  if (tab === 'lessons' && whole('lesson') > 0) lesson_panel.number = at_most(whole('lesson'));
  if (tab === 'exercises' && lesson >= 1) exercise_panel.restore(at_most(lesson), seed, Math.max(1, number) - 1);
  if (side_panels().some(p => p.id === state.get('tab'))) open_panel(state.get('tab'));
}

// What stands in the address, run.
function restore() {
  const state = new URLSearchParams(location.hash.slice(1));
  const whole = name => /^\d{1,6}$/.test(state.get(name) ?? '') ? +state.get(name) : -1;
  $('text').value = (state.get('program') ?? catalogue.examples[0].program).slice(0, 65536);
  let_ = given_leaves(state.get('let') ?? '{}');
  chosen = null;
  delete $('sliders').dataset.names;
  $('values').checked = state.get('values') === '1';
  $('all').checked = state.get('all') === '1';
  zoom = state.get('zoom') === 'fit' ? 'fit' : Math.min(4, Math.max(0.1, parseFloat(state.get('zoom')))) || 'auto';
  run();
  if ([...$('depth').options].some(o => o.value === state.get('depth'))) $('depth').value = state.get('depth');
  if (recording.nodes[whole('node')]) chosen = `n${whole('node')}`;
  stepped = whole('step') > 0;
  if (stepped) $('moment').value = Math.min(whole('step'), story.length) - 1;
  restore_reading(state, whole);
  if (state.get('present') === '1') present(true);
  redraw('step');
  show_panels('choose');
}
