// Networks that learn on screen: the module trains them (live_net.h), two from the same weights on the same batches, one
// by BCE, one by RAL. In an instance of its own: a mistake in a program does not end the training.
(() => {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const by_scheme = [[[31, 69, 175], [15, 162, 95], [184, 134, 11], [193, 34, 129]], [[110, 150, 230], [40, 205, 130], [225, 175, 40], [245, 90, 165]]];
  const colour_of = label => by_scheme[+dark.matches][label], names = ['common a', 'common b', 'common c', 'rare'];
  const shape_names = ['cross', 'square', 'bar', 'ring (rare)'], map_size = 48;
  let instance = null, data, going = 0, history = [], looked = 0, since = 0, steps_since = 0, kind = 0, scored = 0, stepped = 0, drawn = 0, pause = 500;

  const within = work => {  // the same calls, into the network's instance
    const before = engine, was = stale;
    engine = instance;
    try { return work(); } finally { engine = before; stale = was; }
  };
  const net = (name, ...numbers) => within(() => JSON.parse(call(name, ...numbers).answer));
  const css = (c, share) => `rgb(${c.map(v => Math.round(v * share + (dark.matches ? 20 : 255) * (1 - share))).join(',')})`;

  function begin() {
    stop();
    instance ??= load();
    kind = +$('net-data').value;
    data = net('net_begin', kind, 7, 512);
    history = [];
    looked = data.labels.indexOf(3);
    $('net-maps').hidden = kind !== 0;
    $('net-shapes').hidden = kind !== 1;
    if (kind) choose_images();
    $('net-speed').textContent = '';
    show_all();
  }

  function step(count) {
    within(() => { for (let i = 0; i < count; ++i) engine.net_step(); });
    steps_since += count;
  }

  // Steps take as long as pictures do, at least 12 ms of each frame: on a slow machine training does not wait for them.
  function frame() {
    const from = performance.now(), room = Math.min(150, Math.max(12, from - stepped));
    do step(1); while (performance.now() - from < room);
    stepped = performance.now();
    if (kind === 0 || stepped - drawn > 120) {
      show_all();
      drawn = stepped;
    }
    const now = performance.now();
    if (now - since > 1000) {
      $('net-speed').textContent = `${Math.round(steps_since * 1000 / (now - since))} steps a second, of both networks, with their pictures`;
      since = now;
      steps_since = 0;
    }
    going = requestAnimationFrame(frame);
  }
  function start() {
    since = stepped = performance.now();
    steps_since = 0;
    going = requestAnimationFrame(frame);
    $('net-go').textContent = '❚❚ Pause';
  }
  function stop() {
    cancelAnimationFrame(going);
    going = 0;
    if ($('net-go')) $('net-go').textContent = '▶ Train';
  }

  function draw_map(canvas, winners, sure) {
    const c = canvas.getContext('2d'), n = map_size, image = c.createImageData(n, n);
    for (let i = 0; i < n * n; ++i) {
      const colour = colour_of(+winners[i]), share = 0.1 + 0.045 * +sure[i], paper = dark.matches ? 20 : 255;
      for (let k = 0; k < 3; ++k) image.data[4 * i + k] = colour[k] * share + paper * (1 - share);
      image.data[4 * i + 3] = 255;
    }
    const small = Object.assign(document.createElement('canvas'), {width: n, height: n});
    small.getContext('2d').putImageData(image, 0, 0);
    c.imageSmoothingEnabled = false;
    c.drawImage(small, 0, 0, canvas.width, canvas.height);
    data.inputs.forEach(([x, y], i) => {
      const rare = data.labels[i] === 3;
      c.beginPath();
      c.arc((x + 2) / 4 * canvas.width, (2 - y) / 4 * canvas.height, rare ? 4.5 : 2, 0, 7);
      c.fillStyle = css(colour_of(data.labels[i]), 1);
      c.fill();
      if (rare) { c.strokeStyle = '#fff'; c.lineWidth = 1.5; c.stroke(); }
    });
  }

  function draw_image(canvas, rows, colour) {
    const c = canvas.getContext('2d'), h = rows.length, w = rows[0].length, most = Math.max(1e-9, largest_of(rows.flat()));
    canvas.width = w;
    canvas.height = h;
    rows.forEach((row, i) => row.forEach((v, j) => { c.fillStyle = css(v > 0 ? colour ?? [200, 90, 20] : [31, 69, 175], Math.min(1, Math.abs(v) / most)); c.fillRect(j, i, 1, 1); }));
  }
  const picture_of = (rows, size, words) => {
    const canvas = make_element('canvas', {className: 'pixels', title: words});
    canvas.style.width = `${size * rows[0].length / rows.length}px`;
    canvas.style.height = `${size}px`;
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', words);
    draw_image(canvas, rows);
    return canvas;
  };

  function choose_images() {
    const per_class = [0, 1, 2, 3].flatMap(label => data.labels.map((l, i) => l === label ? i : -1).filter(i => i >= 0).slice(0, 3));
    $('net-choose').replaceChildren(...per_class.map(i => {
      const rows = Array.from({length: 8}, (_, r) => data.inputs[i].slice(8 * r, 8 * r + 8));
      const button = make_element('button', {type: 'button', className: 'image'}, picture_of(rows, 40, shape_names[data.labels[i]]));
      button.setAttribute('aria-pressed', i === looked);
      button.addEventListener('click', () => {
        looked = i;
        for (const other of $('net-choose').children) other.setAttribute('aria-pressed', other === button);
        show_look();
      });
      return button;
    }));
  }

  // Weights and what comes out of each layer, of the input that is looked at.
  function show_look() {
    const seen = net('net_look', looked);
    $('net-look').replaceChildren(...seen.nets.flatMap((one, k) => {
      const parts = [make_element('h4', {textContent: `${k ? 'RAL' : 'BCE'}: ${one.scores.map((s, i) => `${kind ? shape_names[i] : names[i]} ${s.toFixed(2)}`).join(', ')}`})];
      for (const w of one.weights) parts.push(layer(`weights of ${w.name.replace('.weight', '')}`, w.values, w.name.startsWith('conv')));
      for (const o of one.outputs) if (o.name !== 'flatten') parts.push(layer(o.name, o.values, false));
      return [make_element('div', {className: 'net-side'}, ...parts)];
    }));
  }
  function layer(name, values, of_conv) {
    let maps = [];
    if (!Array.isArray(values[0])) maps = [[values]];
    else if (!Array.isArray(values[0][0])) maps = [values.length > values[0].length ? values[0].map((_, j) => values.map(row => row[j])) : values];
    else if (of_conv) maps = values.map(out => out.length === 1 ? out[0] : out.reduce((sum, m) => sum.map((row, i) => row.map((v, j) => v + m[i][j]))));
    else maps = values;
    const size = rows => rows.length === 1 ? 12 : rows.length < 6 ? 12 * rows.length : rows[0].length > 20 ? 4 * rows.length * 2 : 4.5 * rows.length;
    return make_element('div', {className: 'net-layer'}, make_element('span', {className: 'quiet', textContent: name}), make_element('div', {className: 'maps'}, ...maps.map(rows => picture_of(rows, size(rows), name))));
  }

  function bars(state) {
    const layers = state.nets[0].layers.filter(l => l.name.endsWith('weight'));
    const all = state.nets.flatMap(n => n.layers.map(l => l.gradient)).filter(v => v > 0), low = -6, high = 0;
    const share = v => v > 0 ? Math.min(1, Math.max(0.02, (Math.log10(v) - low) / (high - low))) : 0;
    $('net-gradients').replaceChildren(...(all.length ? layers.flatMap(l => state.nets.map((n, k) => {
      const v = n.layers.find(o => o.name === l.name).gradient, bar = make_element('span', {className: 'bar'});
      bar.style.width = `${100 * share(v)}%`;
      bar.style.background = `var(--${k ? 'blue' : 'slate'})`;
      return make_element('div', {className: 'bar-row'}, make_element('span', {textContent: `${l.name.replace('.weight', '')} ${k ? 'RAL' : 'BCE'}`}), make_element('span', {className: 'bar-room'}, bar), make_element('span', {textContent: v.toExponential(1).replace('-', '−')}));
    })) : [make_element('p', {className: 'quiet', textContent: 'none yet'})]));
  }

  // Average precision of the rare class over the steps.
  function curves(canvas) {
    const c = canvas.getContext('2d'), style = getComputedStyle(document.documentElement), w = canvas.width, h = canvas.height;
    c.clearRect(0, 0, w, h);
    c.strokeStyle = style.getPropertyValue('--line');
    for (const y of [0, 0.5, 1]) { c.beginPath(); c.moveTo(34, 8 + (h - 26) * (1 - y)); c.lineTo(w, 8 + (h - 26) * (1 - y)); c.stroke(); }
    c.fillStyle = style.getPropertyValue('--ink');
    c.font = '12px system-ui,sans-serif';
    for (const y of [0, 0.5, 1]) c.fillText(y.toFixed(1), 6, 12 + (h - 26) * (1 - y));
    const last = history.length ? history[history.length - 1].step : 1;
    c.fillText(`step ${last}`, w - 70, h - 3);
    for (const k of [0, 1]) {
      c.beginPath();
      history.forEach((s, i) => { const x = 34 + (w - 36) * s.step / Math.max(1, last), y = 8 + (h - 26) * (1 - s.nets[k].rare.ap); i ? c.lineTo(x, y) : c.moveTo(x, y); });
      c.strokeStyle = style.getPropertyValue(k ? '--blue' : '--slate');
      c.lineWidth = 2;
      c.setLineDash(k ? [] : [6, 3]);
      c.stroke();
      c.setLineDash([]);
    }
  }

  // What the networks make of data that no step sees costs as much as ten steps: not with each picture.
  function show_scores(state) {
    const from = performance.now(), scores = net('net_scores');
    scored = performance.now();
    pause = Math.max(500, 10 * (scored - from));
    history.push({step: state.step, nets: scores});
    if (history.length > 400) history = history.filter((_, i) => i % 2 === 0 || i > 390);
    const percent = v => `${Math.round(100 * v)} %`;
    $('net-said').replaceChildren(
      make_element('tr', {}, ...['', 'loss', 'all right', 'rare: AP', 'rare: recall', 'rare: precision'].map(w => make_element('th', {textContent: w}))),
      ...scores.map((n, k) => make_element('tr', {}, make_element('th', {textContent: k ? 'RAL' : 'BCE'}), ...[state.step ? state.nets[k].loss.toFixed(4) : '–', percent(n.accuracy), n.rare.ap.toFixed(2), percent(n.rare.recall), percent(n.rare.precision)].map(w => make_element('td', {textContent: w})))));
    curves($('net-curve'));
  }

  function show_all() {
    const state = net('net_state');
    if (!going || performance.now() - scored > pause) {
      show_scores(state);
      show_look();
    }
    $('net-step-count').textContent = `step ${state.step}`;
    if (kind === 0) {
      const map = net('net_map', map_size);
      $('net-maps').querySelectorAll('canvas').forEach((canvas, k) => draw_map(canvas, map.winners[k], map.sure[k]));
    }
    bars(state);
  }

  add_panel({id: 'net', title: 'A net that learns', place: 'below', runs: true,
    make(box) {
      const canvas = (words, w, h) => { const c = make_element('canvas', {width: w, height: h, className: 'map'}); c.setAttribute('role', 'img'); c.setAttribute('aria-label', words); return c; };
      const button = (id, words) => make_element('button', {id, type: 'button', textContent: words});
      const legend = make_element('p', {id: 'net-legend'}, ...names.map((n, i) => { const dot = make_element('span', {className: 'dot'}); dot.style.background = css(colour_of(i), 1); return make_element('span', {}, dot, ` ${n} `); }));
      box.append(
        make_element('p', {textContent: 'Two networks from the same first weights, on the same batches, trained here by the engine: one by binary cross-entropy (BCE), one by the robust asymmetric loss (RAL). 3 of 100 inputs are of the rare class. The numbers are of data that no step sees.'}),
        make_element('p', {className: 'row'}, make_element('label', {}, 'data ', make_element('select', {id: 'net-data'}, new Option('points in a plane, two layers', 0), new Option('shapes of 8 × 8 pixels, two convolutions', 1))),
          button('net-go', '▶ Train'), button('net-one', 'One step'), button('net-anew', 'From the beginning'), make_element('output', {id: 'net-step-count'}), make_element('output', {id: 'net-speed'})),
        make_element('div', {className: 'net-parts'},
          make_element('div', {id: 'net-maps'}, make_element('figure', {}, canvas('decision map of the network trained by BCE', 300, 300), make_element('figcaption', {textContent: 'BCE: which class it gives each place'})),
            make_element('figure', {}, canvas('decision map of the network trained by RAL', 300, 300), make_element('figcaption', {textContent: 'RAL'})), legend),
          make_element('div', {id: 'net-shapes', hidden: true}, make_element('h3', {textContent: 'look at'}), make_element('div', {id: 'net-choose', className: 'maps'})),
          make_element('div', {}, make_element('div', {className: 'sideways', tabIndex: 0}, make_element('table', {id: 'net-said'})),
            make_element('h3', {textContent: 'average precision of the rare class'}), Object.assign(canvas('average precision over the steps; BCE dashed grey, RAL blue', 380, 120), {id: 'net-curve', className: ''}),
            make_element('p', {className: 'quiet', textContent: 'BCE grey and dashed, RAL blue'}),
            make_element('h3', {textContent: 'size of the gradients, layer by layer'}), make_element('div', {id: 'net-gradients'}), make_element('p', {className: 'quiet', textContent: 'root of the mean square, from 1e−6 to 1'}))),
        make_element('details', {open: true}, make_element('summary', {textContent: 'weights, and what each layer makes of one input'}), make_element('div', {id: 'net-look'})));
      $('net-go').addEventListener('click', () => { if (!going) return start(); stop(); show_all(); });
      $('net-one').addEventListener('click', () => { stop(); step(1); show_all(); });
      $('net-anew').addEventListener('click', begin);
      $('net-data').addEventListener('change', begin);
    },
    hide: stop,
    show(why) { if (why === 'open' && !instance) begin(); }});
})();
