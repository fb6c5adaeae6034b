// What the graph keeps for its way back, step by step, beside the step that is shown.
(() => {
  const width = 400, height = 150, left = 64, right = 8, bottom = 20;
  const bytes = n => {
    if (n < 1000) return `${n} bytes`;
    return n < 1e6 ? `${+(n / 1e3).toPrecision(3)} KB` : `${+(n / 1e6).toPrecision(3)} MB`;
  };
  const space = new DOMParser().parseFromString('<svg></svg>', 'text/html').querySelector('svg').namespaceURI;
  const svg = (tag, attributes, ...children) => {
    const element = document.createElementNS(space, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...children);
    return element;
  };
  let curve = [];

  // Two or three round numbers of bytes up the side.
  function ticks(top) {
    const power = 10 ** Math.floor(Math.log10(top)),
          unit = [1, 2, 5, 10].map(d => d * power / 2).find(u => top / u <= 3) ?? power;
    return Array.from({length: Math.floor(top / unit) + 1}, (_, i) => i * unit).filter(Number.isInteger);
  }

  function draw_curve() {
    const at = +$('moment').value, top = Math.max(1, ...curve.map(m => m[0])), room = height - bottom - 12;
    const x = i => left + (width - left - right) * i / Math.max(1, curve.length),
          y = b => height - bottom - room * b / top;
    const line = k => curve.map((m, i) => `${i ? 'L' : 'M'}${x(i)} ${y(m[k])}H${x(i + 1)}`).join('');
    const area = (k, colour, opacity) =>
      svg('path', {d: curve.length ? `${line(k)}V${y(0)}H${x(0)}Z` : '', fill: colour, opacity});
    const word = (words, x, y, anchor) => svg('text', {x, y, fill: 'var(--ink)', 'text-anchor': anchor}, words);
    const turn = walk.findIndex(([, contribution]) => contribution >= 0),
          scale = curve.length && top > 1 ? ticks(top) : [];
    $('memory-curve')
      .replaceChildren(
        ...scale.map(b => svg('line', {x1: left, x2: width - right, y1: y(b), y2: y(b), stroke: 'var(--line)'})),
        ...scale.map(b => word(bytes(b), left - 6, y(b) + 4, 'end')), area(0, 'var(--purple)', .2),
        svg('path', {d: line(0), fill: 'none', stroke: 'var(--purple)', 'stroke-width': 2}),
        area(1, 'var(--blue)', .25), svg('rect', {
          x: x(at),
          y: 4,
          width: Math.max(2, x(1) - x(0)),
          height: height - bottom - 4,
          fill: 'var(--orange)',
          opacity: .35
        }),
        word('forward →', left, height - 5, 'start'),
        ...turn > 0 ? [word('back →', Math.min(x(turn), width - right - 45), height - 5, 'start')] : []);
    say_curve(at, top);
  }

  function say_curve(at, top) {
    const most = curve.reduce((best, m, i) => m[0] > curve[best][0] ? i : best, 0), now = curve[at];
    if (!now || top <= 1) return void ($('memory-said').textContent = 'Nothing is kept for the way back.');
    const given = now[1] ?
      `, ${
        bytes(
          now[1])} of them numbers that the program gives, leaves and constants (blue), which are there in any case` :
      '';
    $('memory-said').textContent =
      `After step ${at + 1} of ${curve.length} the graph keeps ${bytes(now[0])}${given}. ` +
      `Most is kept after step ${most + 1}: ${bytes(curve[most][0])}.`;
  }

  // ["x", "y", "x"]: "x ×2, y"
  const counted = words =>
    [...new Set(words)]
      .map(word => [word, words.filter(w => w === word).length])
      .map(([word, times]) => times > 1 ? `${word} ×${times}` : word)
      .join(', ');

  function keeper_row(node) {
    const cell = (tag, words) => make_element(tag, {textContent: words});
    return make_element('tr', {}, cell('th', with_op(node)), cell('td', counted(node.saved.map(s => s.here))),
      cell('td', bytes(node.bytes)));
  }

  add_panel({
    id: 'memory',
    title: 'Memory',
    place: 'side',
    make(box) {
      const picture = svg(
        'svg', {id: 'memory-curve', viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-labelledby': 'memory-said'});
      picture.addEventListener('click', event => {
        const r = picture.getBoundingClientRect(),
              share = ((event.clientX - r.left) / r.width * width - left) / (width - left - right);
        go(Math.min(curve.length - 1, Math.max(0, Math.floor(share * curve.length))));
      });
      const why =
        'It rises while values are made and falls while gradients go back: an op gives back what it kept once its ' +
        'gradients are sent, as in training. Memory that several ops keep counts once. ' +
        'The bar is the step that is shown; a click goes to another.';
      box.append(make_element('p', {id: 'memory-said'}), picture,
        make_element('p', {className: 'quiet', textContent: why}), make_element('table', {id: 'memory-table'}));
    },
    show(why) {
      if (why !== 'step' && why !== 'choose') {
        curve = ask('memory_curve', '', +$('all').checked);
        if (curve.wrong !== undefined) curve = [];
        const keepers = recording.nodes.filter(n => n.bytes && n.latest).sort((a, b) => b.bytes - a.bytes).slice(0, 12);
        $('memory-table').replaceChildren(...keepers.map(keeper_row));
      }
      draw_curve();
    }
  });
})();
