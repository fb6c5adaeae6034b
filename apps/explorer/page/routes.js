// The chain rule, route by route, beside the inspector.
function choices() {
  const names =
    [...new Set(recording.nodes.filter(n => n.op === 'leaf' && n.name && n.grad !== null).map(n => n.name))];
  const before = $('wrt').value;
  $('wrt').replaceChildren(...names.map(name => new Option(name, name)));
  $('wrt').parentElement.hidden = !names.length;
  if (names.includes(before)) $('wrt').value = before;
  explain();
}

function explain() {
  if (!$('wrt').value || recording.error || facts.recording) return void ($('routes').textContent = '');
  const leaf = recording.nodes.findLast(n => n.op === 'leaf' && n.name === $('wrt').value && n.grad !== null);
  const came = arrived_at(leaf).length, all = leaf.contributions.length;
  if (came < all) {
    $('routes').textContent = `not yet: at this step ${came} of ${all} gradients\nhave come back to ${leaf.label}`;
    return;
  }
  say($('wrt').value);
  const {answer, wrong} = call('explanation');
  $('routes').textContent = wrong ?? answer;
}
