// State in the address: a teacher mails a link to a program, at a step, beside a tab.
let keeping = 0;

// A moment after the last change: browsers refuse an address that changes hundreds of times in a row.
function keep() {
  clearTimeout(keeping);
  if (!facts.recording) keeping = setTimeout(keep_now, 150);
}

function keep_now() {
  const state = new URLSearchParams({program: program()}), tab = side_panels().find(visible)?.id;
  if (Object.keys(let_).length) state.set('let', JSON.stringify(let_));
  if (+$('moment').value < story.length - 1) state.set('step', +$('moment').value + 1);
  if (tab && tab !== 'inspector') state.set('tab', tab);
  if (chosen) state.set('node', chosen.slice(1));
  if (+$('depth').value >= 1) state.set('depth', $('depth').value);
  history.replaceState(null, '', '#' + state);
}

// What stands in the address, run.
function restore() {
  const state = new URLSearchParams(location.hash.slice(1)), whole = name => /^\d{1,6}$/.test(state.get(name) ?? '') ? +state.get(name) : -1;
  $('text').value = (state.get('program') ?? catalogue.examples[0].program).slice(0, 65536);
  try {
    const given = JSON.parse(state.get('let') ?? '{}');
    let_ = Object.fromEntries(Object.entries(given).filter(([, value]) => Number.isFinite(value)));
  } catch {
    let_ = {};
  }
  chosen = null;
  delete $('sliders').dataset.names;
  if ([...$('depth').options].some(o => o.value === state.get('depth'))) $('depth').value = state.get('depth');
  run();
  if (recording.nodes[whole('node')]) chosen = `n${whole('node')}`;
  if (whole('step') > 0) $('moment').value = Math.min(whole('step'), story.length) - 1;
  if (side_panels().some(p => p.id === state.get('tab'))) open_panel(state.get('tab'));
  redraw('step');
  show_panels('choose');
}
