// What the graph keeps for its way back, step by step, beside the step that is shown.
(() => {
  const width = 360, height = 150, left = 8, bottom = 20;
  const bytes = n => n < 1000 ? `${n} bytes` : n < 1e6 ? `${+(n / 1e3).toPrecision(3)} KB` : `${+(n / 1e6).toPrecision(3)} MB`;
  const space = new DOMParser().parseFromString('<svg></svg>', 'text/html').querySelector('svg').namespaceURI;
  const svg = (tag, attributes, ...children) => {
    const element = document.createElementNS(space, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  let curve = [];

  function draw_curve() {
    const at = +$('moment').value, top = Math.max(1, ...curve.map(m => m[0]));
    const x = i => left + (width - 2 * left) * i / Math.max(1, curve.length), y = b => height - bottom - (height - bottom - 12) * b / top;
    const line = k => curve.map((m, i) => `${i ? 'L' : 'M'}${x(i)} ${y(m[k])}H${x(i + 1)}`).join('');
    const area = k => `${line(k)}V${y(0)}H${x(0)}Z`;
    $('memory-curve').replaceChildren(
      svg('path', {d: curve.length ? area(0) : '', fill: 'var(--purple)', opacity: .2}), svg('path', {d: curve.length ? line(0) : '', fill: 'none', stroke: 'var(--purple)', 'stroke-width': 2}),
      svg('path', {d: curve.length ? area(1) : '', fill: 'var(--blue)', opacity: .25}),
      svg('rect', {x: x(at), y: 4, width: Math.max(2, x(1) - x(0)), height: height - bottom - 4, fill: 'var(--orange)', opacity: .35}),
      svg('line', {x1: left, x2: width - left, y1: height - bottom, y2: height - bottom, stroke: 'var(--line)'}),
      svg('text', {x: left, y: height - 5, fill: 'var(--ink)'}, 'forward →'), svg('text', {x: width - left, y: height - 5, fill: 'var(--ink)', 'text-anchor': 'end'}, '→ back'));
    const most = curve.reduce((best, m, i) => m[0] > curve[best][0] ? i : best, 0), now = curve[at];
    $('memory-said').textContent = !now || top <= 1 ? 'Nothing is kept for the way back.'
      : `After step ${at + 1} of ${curve.length} the graph keeps ${bytes(now[0])}${now[1] ? `, ${bytes(now[1])} of them the leaves' own (blue)` : ''}. Most is kept after step ${most + 1}: ${bytes(curve[most][0])}.`;
  }

  add_panel({id: 'memory', title: 'Memory', place: 'side',
    make(box) {
      const picture = svg('svg', {id: 'memory-curve', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-labelledby': 'memory-said'});
      picture.addEventListener('click', event => {
        const r = picture.getBoundingClientRect(), share = ((event.clientX - r.left) / r.width * width - left) / (width - 2 * left);
        go(Math.min(curve.length - 1, Math.max(0, Math.floor(share * curve.length))));
      });
      box.append(make_element('p', {id: 'memory-said'}), picture,
        make_element('p', {className: 'quiet', textContent: 'It rises while values are made and falls while gradients go back: an op gives back what it kept once its gradients are sent, as in training. Memory that several ops keep counts once.'}),
        make_element('table', {id: 'memory-table'}));
    },
    show(why) {
      if (why !== 'step' && why !== 'choose') {
        curve = ask('memory_curve', '', +$('all').checked);
        if (curve.wrong !== undefined) curve = [];
        const keepers = recording.nodes.filter(n => n.bytes && n.latest).sort((a, b) => b.bytes - a.bytes).slice(0, 12);
        $('memory-table').replaceChildren(...keepers.map(n => make_element('tr', {}, make_element('th', {textContent: `${n.label} ${n.op}`}), make_element('td', {textContent: n.saved.map(s => s.name).join(', ')}), make_element('td', {textContent: bytes(n.bytes)}))));
      }
      draw_curve();
    }});
})();
