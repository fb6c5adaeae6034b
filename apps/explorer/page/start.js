// The last of the page's files: begins. A page made with a recording (page.h) shows that one, without an editor.
(async () => {
  if (!facts.module) {
    $('notice').hidden = false;
    $('notice').textContent = 'This build of skew had no WebAssembly compiler (Debian: clang-14 lld-14 wasi-libc ' +
      'libc++-14-dev-wasm32 libclang-rt-14-dev-wasm32), so this page holds no engine.';
    return;
  }
  compiled = await compile();
  engine = load();
  catalogue = JSON.parse(call('catalogue').answer);
  const words = $('recording').textContent.trim();
  facts.recording = words !== '';
  document.body.classList.toggle('recorded', facts.recording);
  make_panels();
  wire_editor();
  wire_graph();
  wire_steps();
  wire_export();
  $('wrt').addEventListener('change', explain);
  open_panel('inspector');
  if (facts.recording) {
    say(words);
    const {wrong} = call('open_recording');
    if (wrong === undefined) {
      const given = JSON.parse(words);
      if (given.nodes.some(n => n.scope)) $('depth').value = 1;
      if (given.title) document.querySelector('header p').textContent = given.title;
      return take(given);
    }
    $('notice').hidden = false;
    $('notice').textContent = wrong;
    return;
  }
  addEventListener('hashchange', restore);
  addEventListener('pagehide', () => { clearTimeout(keeping); keep_now(); });
  restore();
})();
