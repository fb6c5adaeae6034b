// The graph: drawn by the module, chosen from here.
let chosen = null;  // the id of a box: n3

const chosen_node = () => recording && chosen ? recording.nodes[+chosen.slice(1)] : null;

function draw() {
  const at = +$('moment').value, whole = at >= story.length - 1;
  const {answer} = call('picture', +$('depth').value, $('values').checked ? 1 : 0, +$('all').checked, whole ? -1 : at);
  const svg = document.importNode(new DOMParser().parseFromString(answer, 'image/svg+xml').documentElement, true);
  const box = $('picture'), left = box.scrollLeft, top = box.scrollTop;
  box.replaceChildren(svg);
  const room = box.clientWidth / svg.width.baseVal.value;  // shrunk a little to fit; letters stay 11 px
  if (room < 1 && room > 11 / 13) svg.style.width = '100%';
  box.scrollTo(left, top);
  for (const group of svg.querySelectorAll('g[id^=n]')) {
    group.setAttribute('tabindex', '0');
    group.setAttribute('role', 'button');
    group.classList.toggle('chosen', group.id === chosen);
  }
  $('sentence').textContent = story.length ? `${at + 1} of ${story.length}: ${story[at]}` : '';
  $('back').disabled = $('first').disabled = at <= 0;
  $('next').disabled = $('last').disabled = whole;
}

function redraw(why) {
  draw();
  show_panels(why);
}

function choose(id) {
  chosen = id;
  redraw('choose');
  $('picture').querySelector('#' + id)?.focus();
}

function wire_graph() {
  for (const id of ['values', 'depth']) $(id).addEventListener('change', () => redraw('step'));
  $('all').addEventListener('change', () => take(recording));
  $('picture').addEventListener('click', event => { const group = event.target.closest('g[id^=n]'); if (group) choose(group.id); });
  $('svg').addEventListener('click', () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([new XMLSerializer().serializeToString($('picture').firstChild)], {type: 'image/svg+xml'}));
    link.download = 'graph.svg';
    link.click();
    URL.revokeObjectURL(link.href);
  });
}
