// The graph: drawn by the module; chosen, enlarged and moved from here.
let chosen = null;    // the id of a box: n3
let zoom = 'auto';    // 'auto': as large as fits, letters not below 11 px, in presentation 15 px; 'fit': all of it; or a factor

const chosen_node = () => recording && chosen ? recording.nodes[+chosen.slice(1)] ?? null : null;

function draw() {
  const at = +$('moment').value, whole = at >= story.length - 1;
  const {answer, wrong} = call('picture', +$('depth').value, $('values').checked ? 1 : 0, +$('all').checked, whole ? -1 : at);
  if (wrong !== undefined) {
    $('picture').replaceChildren(make_element('p', {className: 'quiet', textContent: wrong}));
    return;
  }
  const svg = document.adoptNode(new DOMParser().parseFromString(answer, 'image/svg+xml').documentElement);
  const box = $('picture'), left = box.scrollLeft, top = box.scrollTop;
  scale(svg);  // before it is in the page: what is asked of the page afterwards makes it be laid out once more
  box.replaceChildren(svg);
  if (left || top) box.scrollTo(left, top);
  for (const group of svg.querySelectorAll('g[id^=n]')) {
    group.setAttribute('tabindex', '0');
    group.setAttribute('role', 'button');
    group.classList.toggle('chosen', group.id === chosen);
    group.classList.toggle('begins', group.id === `n${recording.not_finite}`);
  }
  $('not-finite').hidden = recording.not_finite < 0;
  if (recording.not_finite >= 0) {
    const node = recording.nodes[recording.not_finite];
    $('not-finite').textContent = `The first value that is not finite: #${node.id} ${node.label}${node.label === `#${node.id}` ? '' : ' ='} ${node.op}, line ${node.line}. Everything made of it carries that on.`;
  }
  $('sentence').textContent = story.length ? `${at + 1} of ${story.length}: ${story[at]}` : '';
  $('back').disabled = $('first').disabled = at <= 0;
  $('next').disabled = $('last').disabled = whole;
  for (const panel of panels) if (panel.box) panel.drawn?.();
}

const natural = svg => ({width: svg.viewBox.baseVal.width, height: svg.viewBox.baseVal.height});

function scale(svg = $('picture').firstElementChild) {
  if (svg?.tagName !== 'svg') return;
  const box = $('picture'), room = box.clientWidth;
  const {width, height} = natural(svg), presenting = document.body.classList.contains('presenting');
  const whole = Math.min(room / width, presenting ? (innerHeight - box.getBoundingClientRect().top - 70) / height : 1);
  let by = zoom;
  if (zoom === 'auto') by = presenting ? Math.max(1.2, Math.min(3, whole)) : Math.min(1, Math.max(11 / 12, whole));
  if (zoom === 'fit') by = Math.min(presenting ? 3 : 1, whole);
  svg.style.width = `${width * by}px`;
  box.dataset.by = by;
  box.dataset.width = width * by;
  box.classList.toggle('moves', width * by > room + 1);
  fade();
  $('zoom-fit').setAttribute('aria-pressed', zoom === 'fit');
}

// Its right edge fades where the graph goes on.
function fade() {
  const box = $('picture');
  box.classList.toggle('more', box.classList.contains('moves') && box.scrollLeft + box.clientWidth < box.dataset.width - 8);
}

function enlarge(by) {
  const box = $('picture'), before = +box.dataset.by, x = (box.scrollLeft + box.clientWidth / 2) / before, y = (box.scrollTop + box.clientHeight / 2) / before;
  zoom = Math.min(4, Math.max(0.1, before * by));
  scale();
  box.scrollTo(x * zoom - box.clientWidth / 2, y * zoom - box.clientHeight / 2);
}

// What is new at this step comes into view.
function follow() {
  const box = $('picture'), fresh = box.querySelector('.glow')?.closest('g');
  if (!fresh) return;
  const r = fresh.getBoundingClientRect(), room = box.getBoundingClientRect();
  if (r.left < room.left || r.right > room.right) box.scrollLeft += r.left - room.left - (room.width - r.width) / 2;
  if (r.top < room.top || r.bottom > room.bottom) box.scrollTop += r.top - room.top - (room.height - r.height) / 2;
}

function redraw(why) {
  draw();
  if (why === 'step') follow();
  keep();
  show_panels(why);
}

function choose(id) {
  chosen = id;
  const focused = document.activeElement;
  for (const panel of panels) if (panel.box) panel.chosen?.();
  redraw('choose');
  if (!focused || focused === document.body || !focused.isConnected || document.activeElement === document.body) $('picture').querySelector('#' + id)?.focus();
}

// Scopes within so many scopes stand open; deeper ones are one box each.
function set_depth(depth) {
  const offered = [...$('depth').options].some(o => +o.value === depth);
  $('depth').value = offered ? depth : -1;
  redraw('step');
}

function wire_graph() {
  const box = $('picture');
  for (const id of ['values', 'depth']) $(id).addEventListener('change', () => redraw('step'));
  $('all').addEventListener('change', () => take(recording));
  $('zoom-fit').addEventListener('click', () => { zoom = zoom === 'fit' ? 'auto' : 'fit'; scale(); });
  $('zoom-in').addEventListener('click', () => enlarge(1.25));
  $('zoom-out').addEventListener('click', () => enlarge(0.8));
  box.addEventListener('wheel', event => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    enlarge(event.deltaY < 0 ? 1.15 : 1 / 1.15);
  }, {passive: false});
  box.addEventListener('scroll', fade);
  let from = null, moved = false;
  box.addEventListener('pointerdown', event => {
    if (event.button === 0 && event.pointerType === 'mouse') from = {x: event.clientX, y: event.clientY, left: box.scrollLeft, top: box.scrollTop};
    moved = false;
  });
  addEventListener('pointermove', event => {
    if (!from) return;
    moved ||= Math.hypot(event.clientX - from.x, event.clientY - from.y) > 5;
    if (moved) box.scrollTo(from.left - event.clientX + from.x, from.top - event.clientY + from.y);
  });
  addEventListener('pointerup', () => { from = null; });
  box.addEventListener('click', event => {
    const group = event.target.closest('g[id^=n]');
    if (!group || moved) return;
    const scope = recording.nodes[+group.id.slice(1)].scope;
    if (group.querySelector('.dash') && scope && +$('depth').value >= 1) {  // a scope's box: opens
      set_depth(+$('depth').value + 1);
    } else choose(group.id);
  });
  new ResizeObserver(() => scale()).observe(box);
}
