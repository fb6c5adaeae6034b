// Curves over one pair of axes, drawn at the size they are seen in: words stay 12 pixels on any screen. A chart with
// `read` has a cursor: pointer, finger and arrow keys move it, and the values below it are written out.
// The file that Download SVG saves is drawn by the program's own figure writer instead (module.cpp).

const xmlOf = s => String(s).replace(/[&<>"]/g, c => ({'&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'})[c]);
// Multiples of 1, 2 or 5 times a power of ten in [low, high], about `wanted` of them, and their texts.
function ticks(low, high, wanted) {
  const rough = (high - low) / wanted, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(f => f * power).find(s => s >= rough * .999), list = [];
  const places = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * (high - low); ++k) list.push(k * step);
  const text = v => Math.abs(v) < step / 2 ? '0' : v.toFixed(places).replace(/^(-?)0\./, '$1.').replace('-', '−');
  return list.map(v => [v, text(v)]);
}

class Chart {
  // host: the element it fills, as high as its style says. spec(): what to draw now (see draw).
  // moved(): the cursor did.
  constructor(host, spec, {step = 0, moved = () => {}} = {}) {
    Object.assign(this, {host, spec, step, moved, cursor: null, held: false});
    new ResizeObserver(() => this.draw()).observe(host);
    if (!step) return;
    host.tabIndex = 0;
    host.setAttribute('role', 'slider');
    const follow = e => {
      const box = host.getBoundingClientRect(), {left, right, x} = this.area;
      const share = (e.clientX - box.left - left) / (right - left);
      this.move(x[0] + Math.min(1, Math.max(0, share)) * (x[1] - x[0]));
    };
    host.addEventListener('pointermove', e => { if (!this.held || e.buttons) follow(e); });
    host.addEventListener('pointerdown', e => { this.held = true; follow(e); });
    host.addEventListener('pointerleave', () => { if (!this.held) this.move(null); });
    host.addEventListener('blur', () => this.hold(null));
    host.addEventListener('keydown', e => {
      const way = {ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10}[e.key],
            [low, high] = this.area.x;
      if (e.key === 'Escape') this.hold(null);
      else if (e.key === 'Home' || e.key === 'End') this.hold(e.key === 'Home' ? low : high);
      else if (way) this.hold((this.cursor ?? (low + high) / 2) + way * (high - low) / 100);
      else return;
      e.preventDefault();
    });
  }
  // Stays at x when the pointer leaves; null: nowhere.
  hold(x) {
    this.held = x !== null;
    this.move(x);
  }
  move(x) {
    if (x !== null) {
      const [low, high] = this.area.x, inside = this.area.open ? this.step : 0;
      x = Number(Math.min(high - inside, Math.max(low + inside, Math.round(x / this.step) * this.step)).toFixed(6));
    }
    if (x === this.cursor) return;
    this.cursor = x;
    this.moved();
    this.mark();
  }
  // x: [low, high], curves: [{x, y, colour, dash, thin}]; and, if wanted, y: [low, high],
  // zones: [{from, to, name, shade}], names of the axes, diagonal, open (the ends themselves cannot be read),
  // at: x → [[y, colour]] of the cursor.
  draw() {
    const w = this.host.clientWidth, h = this.host.clientHeight,
          s = wasm && w && h && state.a.line !== undefined && this.spec();
    if (!s) return;
    let {y} = s;
    if (!y) {
      let low = 0, high = 0;
      for (const c of s.curves)
        for (const v of c.y)
          if (Number.isFinite(v)) {
            low = Math.min(low, v);
            high = Math.max(high, v);
          }
      const pad = (high - low || 1) * .06;
      y = [low < 0 ? low - pad : low, high > 0 ? high + pad : high];
    }
    const rows = ticks(y[0], y[1], Math.max(3, h / 38)),
          columns = ticks(s.x[0], s.x[1], Math.max(4, Math.min(10, w / 56)));
    const left = 14 + 7 * Math.max(...rows.map(r => r[1].length)), right = w - 12, top = s.zones ? 20 : 8,
          bottom = h - 34;
    const px = v => left + (v - s.x[0]) / (s.x[1] - s.x[0]) * (right - left),
          py = v => bottom - (v - y[0]) / (y[1] - y[0]) * (bottom - top);
    const one = v => v.toFixed(1), out = [];
    for (const {from, to, name, shade} of s.zones || []) {
      const a = px(Math.max(from, s.x[0])), b = px(Math.min(to, s.x[1])), half = 3.2 * name.length;
      if (shade)
        out.push(`<rect class="zone${shade > 1 ? ' deep' : ''}" x="${one(a)}" y="${top}" width="${
          one(b - a)}" height="${one(bottom - top)}"/>`);
      const middle = Math.max(left + half, Math.min((a + b) / 2, right - half));
      out.push(`<text class="note" text-anchor="middle" x="${one(middle)}" y="${top - 5}">${xmlOf(name)}</text>`);
    }
    for (const [v, t] of rows)
      out.push(`<line class="grid" x1="${left}" x2="${right}" y1="${one(py(v))}" y2="${one(py(v))}"/>`,
        `<text class="tick" text-anchor="end" x="${left - 7}" y="${one(py(v) + 4)}">${t}</text>`);
    out.push(`<line class="axis" x1="${left}" x2="${right}" y1="${bottom}" y2="${bottom}"/>`);
    if (y[0] < 0 && y[1] > 0)
      out.push(`<line class="zero" x1="${left}" x2="${right}" y1="${one(py(0))}" y2="${one(py(0))}"/>`);
    for (const [v, t] of columns)
      out.push(`<line class="axis" x1="${one(px(v))}" x2="${one(px(v))}" y1="${bottom}" y2="${bottom + 4}"/>`,
        `<text class="tick" text-anchor="middle" x="${one(px(v))}" y="${bottom + 17}">${t}</text>`);
    out.push(`<text class="name" text-anchor="end" x="${right}" y="${h - 3}">${xmlOf(s.names?.[0] || '')}</text>`);
    if (s.diagonal)
      out.push(`<line class="diagonal" x1="${one(px(0))}" y1="${one(py(0))}" x2="${one(px(1))}" y2="${one(py(1))}"/>`);
    for (const c of [...s.curves].reverse()) {  // the first one over the others
      let d = '', pen = 'M';
      for (let i = 0; i < c.x.length; ++i) {
        if (!Number.isFinite(c.y[i])) {
          pen = 'M';
          continue;
        }
        d += `${pen}${one(px(c.x[i]))} ${one(Math.min(2 * h, Math.max(-h, py(c.y[i]))))}`;
        pen = 'L';
      }
      out.push(`<path class="curve${c.thin ? ' thin' : ''}" style="stroke:${c.colour}"${
        c.dash ? ` stroke-dasharray="${c.dash}"` : ''} d="${d}"/>`);
    }
    this.area = {left, right, top, bottom, x: s.x, open: s.open, px, py, at: s.at};
    this.host.innerHTML = `<svg width="${w}" height="${h}" viewBox="0 0 ${w} ${h}" aria-hidden="true">${
      out.join('')}<g class="cursor"></g></svg>`;
    this.mark();
  }
  mark() {
    const g = this.host.querySelector('.cursor'), x = this.cursor;
    if (!g) return;
    const {px, py, top, bottom, at: below} = this.area;
    const inside = x !== null && below && x >= this.area.x[0] && x <= this.area.x[1];
    const dot = ([y, colour]) =>
      Number.isFinite(y) ? `<circle cx="${px(x)}" cy="${py(y)}" r="4.5" style="fill:${colour}"/>` : '';
    const line = () => `<line x1="${px(x)}" x2="${px(x)}" y1="${top}" y2="${bottom}"/>`;
    g.innerHTML = inside ? line() + below(x).map(dot).join('') : '';
  }
}
