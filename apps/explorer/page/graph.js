// The graph: drawn by the module; chosen, enlarged and moved from here.
let chosen = null;    // the id of a box: n3
// 'auto': as large as fits, letters not below 11 px, in presentation 15 px; 'fit': all of it; or a factor
let zoom = 'auto';

const chosen_node = () => recording && chosen ? recording.nodes[+chosen.slice(1)] ?? null : null;

// The picture of the step, as it comes from the module; null, with its words in place, where there is none.
function drawn_svg() {
  const {answer, wrong} =
    call('picture', +$('depth').value, +$('values').checked, +$('all').checked, known.now ? +$('moment').value : -1);
  if (wrong === undefined)
    return document.adoptNode(new DOMParser().parseFromString(answer, 'image/svg+xml').documentElement);
  $('picture').replaceChildren(make_element('p', {className: 'quiet', textContent: wrong}));
  return null;
}

function draw() {
  know();
  const box = $('picture'), left = box.scrollLeft, top = box.scrollTop, focused = focused_box();
  const svg = drawn_svg();
  if (!svg) return;
  scale(svg);  // before it is in the page: what is asked of the page afterwards makes it be laid out once more
  box.replaceChildren(svg);
  if (left || top) box.scrollTo(left, top);
  for (const group of boxes()) {
    group.setAttribute('tabindex', '-1');
    group.setAttribute('role', 'button');
    group.classList.toggle('chosen', group.id === chosen);
    group.classList.toggle('begins', group.id === `n${recording.not_finite}`);
  }
  reach_box(focused);
  say_where();
  mark_line();
  for (const panel of panels) if (panel.box) panel.drawn?.();
}

// What stands above the picture.
function say_where() {
  const at = +$('moment').value;
  $('not-finite').hidden = recording.not_finite < 0;
  if (recording.not_finite >= 0) {
    const node = recording.nodes[recording.not_finite], named = node.label !== `#${node.id}`;
    $('not-finite').textContent =
      `The first value that is not finite: #${node.id} ${node.label}${named ? ' =' : ''} ${node.op}, ` +
      `line ${node.line}. Everything made of it carries that on.`;
  }
  $('sentence').textContent = story.length ? `${at + 1} of ${story.length}: ${story[at]}` : '';
  $('back').disabled = $('first').disabled = at <= 0;
  $('next').disabled = $('last').disabled = known.whole;
}

// ---- boxes: one of them is reached by Tab, the others from there by the up and down keys
const boxes = () => [...$('picture').querySelectorAll('g[id^=n]')];
const focused_box = () =>
  $('picture').contains(document.activeElement) ? document.activeElement.closest('g[id^=n]')?.id ?? null : null;

// The focus that another drawing took away comes back.
function reach_box(focused) {
  const all = boxes(), box = all.find(g => g.id === focused) ?? all.find(g => g.id === chosen) ?? all[0];
  box?.setAttribute('tabindex', '0');
  if (focused) (box?.id === focused ? box : $('picture')).focus({preventScroll: true});
}

// From one box to the next, down or up, in the order in which they are made.
function walk_boxes(group, by) {
  const order = boxes().sort((a, b) => a.id.slice(1) - b.id.slice(1)), next = order[order.indexOf(group) + by];
  if (!next) return;
  for (const g of order) g.setAttribute('tabindex', g === next ? '0' : '-1');
  next.focus({preventScroll: true});
  follow(next);
}

// ---- what there is to choose for this recording
function offer() {
  const several = n => n.shape.reduce((a, b) => a * b, 1) > 2;
  const depth = Math.max(0, ...recording.nodes.map(n => n.scope ? n.scope.split('.').length : 0));
  $('values').parentElement.hidden = !recording.nodes.some(several);
  $('all').parentElement.hidden = recording.nodes.every(n => n.latest);
  $('depth').parentElement.hidden = !depth;
  const wanted = ['-1', ...Array.from({length: depth}, (_, i) => `${i + 1}`)], before = $('depth').value;
  if ([...$('depth').options].map(o => o.value).join() === wanted.join()) return;
  $('depth').replaceChildren(...wanted.map(v => new Option({'-1': 'none', 1: 'outermost'}[v] ?? `depth ${v}`, v)));
  $('depth').value = wanted.includes(before) ? before : '-1';
}

const natural = svg => ({width: svg.viewBox.baseVal.width, height: svg.viewBox.baseVal.height});

// How large the picture is: in presentation as it fits the room; else letters do not become smaller than 11 px.
function scale(svg = $('picture').firstElementChild) {
  if (svg?.tagName !== 'svg') return;
  const {width, height} = natural(svg), presenting = document.body.classList.contains('presenting');
  if (presenting) arrange(width, height);
  const box = $('picture'), room = box.clientWidth, tall = presenting ? room_below(box) : Infinity;
  const whole = Math.min(room / width, tall / height);
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

// In presentation: a short program stands below a flat graph, a long one beside it.
const room_below = box => innerHeight - box.getBoundingClientRect().top - 80;
function arrange(width, height) {
  const lines = $('text').rows, flat_graph = width > 2.4 * height;
  document.body.classList.toggle('stacked', !facts.recording && innerWidth > 760 && flat_graph && lines <= 9);
}

// Its right edge fades where the graph goes on.
function fade() {
  const box = $('picture');
  box.classList.toggle(
    'more', box.classList.contains('moves') && box.scrollLeft + box.clientWidth < box.dataset.width - 8);
}

function enlarge(by) {
  const box = $('picture'), before = +box.dataset.by;
  const x = (box.scrollLeft + box.clientWidth / 2) / before, y = (box.scrollTop + box.clientHeight / 2) / before;
  zoom = Math.min(4, Math.max(0.1, before * by));
  scale();
  keep();
  box.scrollTo(x * zoom - box.clientWidth / 2, y * zoom - box.clientHeight / 2);
}

// What is new at this step comes into view.
function follow(fresh = $('picture').querySelector('.rim-now')?.closest('g')) {
  const box = $('picture');
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
  const lost =
    !focused || focused === document.body || !focused.isConnected || document.activeElement === document.body;
  if (lost) $('picture').querySelector('#' + id)?.focus();
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
  $('all').addEventListener('change', () => { take(recording); keep(); });
  $('zoom-fit').addEventListener('click', () => { zoom = zoom === 'fit' ? 'auto' : 'fit'; scale(); keep(); });
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
    moved = false;
    if (event.button !== 0 || event.pointerType !== 'mouse') return;
    from = {x: event.clientX, y: event.clientY, left: box.scrollLeft, top: box.scrollTop};
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
