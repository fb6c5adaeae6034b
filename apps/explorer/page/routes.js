// The chain rule, route by route, under the inspector.
function choices() {
  const names = [...new Set(recording.nodes.filter(n => n.op === 'leaf' && n.name && n.grad !== null).map(n => n.name))];
  const before = $('wrt').value;
  $('wrt').replaceChildren(...names.map(name => new Option(name, name)));
  $('wrt').parentElement.hidden = !names.length;
  if (names.includes(before)) $('wrt').value = before;
  explain();
}

function explain() {
  if (!$('wrt').value || recording.error || facts.recording) return void ($('routes').textContent = '');
  say($('wrt').value);
  const {answer, wrong} = call('explanation');
  $('routes').textContent = wrong ?? answer;
}
