// The last of the page's files: begins. Without the module there are figures that were drawn beforehand.
let waiting = false;
function changed() {
  history.replaceState(null, '', '#' + address());
  if (!waiting) { waiting = true; requestAnimationFrame(draw); }
}
function draw() {
  waiting = false;
  labels();
  choose(both());
  drawFigures();
  budgetBars();
  histograms();
  followToy();
}
function notice(text) {
  at('notice').textContent = text;
  at('notice').hidden = !text;
}
const opening = 240;  // steps of the toy when the page opens
function all() {
  const wrong = restore();
  notice(wrong.length ? 'The address asks for what cannot be: ' + wrong.join('; ') + '.' : '');
  card('a');
  card('b');
  makeControls();
  toy.sides = [];
  toy.playing = false;
  at('missing').value = state.missing, at('tail-' + state.tail).checked = true;
  draw();
  forget();
  restart(opening);
}
function withoutModule() {
  notice(
    'This page was made without a WebAssembly compiler (or the browser runs none): the figures show the losses at ' +
    'their defaults, and nothing can be turned. Install clang-14 lld-14 wasi-libc libc++-14-dev-wasm32 ' +
    'libclang-rt-14-dev-wasm32, build again, and the sliders appear.');
  document.body.classList.add('fixed');
  const pick = make('select', {ariaLabel: 'Figure'},
    ...(facts.figures || []).map((f, i) => make('option', {value: i, textContent: f.title})));
  const show = () => { at('curves').innerHTML = facts.figures ? facts.figures[pick.value].svg : ''; };
  pick.onchange = show;
  at('switches').append(pick);
  if (facts.figures) show();
}
(async () => {
  if (!facts.module || typeof WebAssembly !== 'object') return withoutModule();
  await load();
  makeSwitches();
  wireActions();
  makeToy();
  makeScores();
  addEventListener('hashchange', all);
  all();
})();
