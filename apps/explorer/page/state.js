// State in the address: a teacher mails a link.
function keep() {
  const state = new URLSearchParams({program: program()});
  if (Object.keys(let_).length) state.set('let', JSON.stringify(let_));
  history.replaceState(null, '', '#' + state);
}

function restore() {
  const state = new URLSearchParams(location.hash.slice(1));
  $('text').value = (state.get('program') ?? catalogue.examples[0].program).slice(0, 65536);
  try {
    const given = JSON.parse(state.get('let') ?? '{}');
    let_ = Object.fromEntries(Object.entries(given).filter(([, value]) => Number.isFinite(value)));
  } catch {
    let_ = {};
  }
}
