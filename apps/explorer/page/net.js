// Networks that learn on screen: the module trains them (live_net.h), two from the same weights on the same batches,
// one by BCE, one by RAL. In an instance of its own: a mistake in a program does not end the training.
(() => {
  const map_size = 48;
  let instance = null, data, going = 0, history = [], looked = 0, kind = 0;
  let since = 0, steps_since = 0, scored = 0, stepped = 0, drawn = 0, pause = 500;  // times in ms, steps since

  const within = work => {  // the same calls, into the network's instance
    const before = engine, was = stale;
    engine = instance;
    try { return work(); } finally { engine = before; stale = was; }
  };
  const net = (name, ...numbers) => within(() => JSON.parse(call(name, ...numbers).answer));
  const labels = () => net_kinds[kind].labels;

  function begin() {
    stop();
    instance ??= load();
    kind = +$('net-data').value;
    data = net('net_begin', kind, 7, 512, +$('net-missing').value);
    history = [];
    looked = data.labels.indexOf(net_rare);
    $('net-maps').hidden = kind !== 0;
    $('net-shapes').hidden = kind !== 1;
    if (kind) choose_images();
    $('net-speed').textContent = '';
    $('net-expect').textContent = expected[kind];
    show_all();
  }

  // Measured by net_scores() over seeds 7, 1, 2, 3, 4 (points) and 7, 1, 2 (shapes).
  const expected = [
    'What to expect, over five seeds: with half of the rare labels missing, BCE has found 44 % of the rare points ' +
      'after 1,000 steps and RAL 84 %; after 3,000 steps each has found 91 %. RAL is sooner ' +
      'here, not better in the end.',
    'What to expect, over three seeds after 800 steps: here BCE is ahead, with all labels (average precision 0.86 ' +
      'against 0.70) and with half of them missing (0.49 against 0.40). 15 rare images are few. Which loss is better ' +
      'is to be measured on the data one has.'
  ];

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
      const speed = Math.round(steps_since * 1000 / (now - since));
      $('net-speed').textContent = `${speed} steps a second, of both networks, with their pictures`;
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

  // ---- the input that is looked at
  function look_at(index) {
    looked = index;
    [...$('net-choose').children].forEach(button => button.setAttribute('aria-pressed', +button.dataset.i === index));
    show_all();
  }

  function choose_images() {
    const of_label = label => data.labels.flatMap((l, i) => l === label ? [i] : []);
    const some =
      label => [...of_label(label).slice(0, 2), of_label(label).at(-1)];  // of the rare ones the last has its label
    $('net-choose').replaceChildren(...[0, 1, 2, 3].flatMap(some).map(i => {
      const rows = Array.from({length: 8}, (_, r) => data.inputs[i].slice(8 * r, 8 * r + 8));
      const button = make_element('button', {type: 'button', className: 'image'}, pixels_of(rows, 40, words_of(i)));
      button.dataset.i = i;
      button.setAttribute('aria-pressed', i === looked);
      button.addEventListener('click', () => look_at(i));
      return button;
    }));
  }

  function choose_point(event) {
    const canvas = event.currentTarget, r = canvas.getBoundingClientRect();
    const x = (event.clientX - r.left) / r.width * 4 - 2, y = 2 - (event.clientY - r.top) / r.height * 4;
    const far = data.inputs.map(p => Math.hypot(p[0] - x, p[1] - y));
    look_at(far.indexOf(Math.min(...far)));
  }

  function words_of(i) {
    const missing = i < data.missing ? ', its label missing' : '';
    const where = kind ? '' : ` at (${data.inputs[i].map(near).join(', ')})`;
    return `${labels()[data.labels[i]]}${where}${missing}`;
  }

  // Weights and what comes out of each layer, of the input that is looked at.
  function show_look() {
    const seen = net('net_look', looked);
    $('net-looked').textContent =
      `Weights, and what each layer makes of one ${net_kinds[kind].one}: ${words_of(looked)}`;
    $('net-look').replaceChildren(...seen.nets.map((one, k) => {
      const scores = one.scores.map((s, i) => `${labels()[i]} ${s.toFixed(2)}`).join(', ');
      const parts = [worded('h4', net_losses[k]), worded('p', `It says: ${scores}.`, {className: 'small'})];
      for (const {name, values} of one.weights)
        parts.push(layer_picture(`weights of ${name.replace('.weight', '')}`, values, name.startsWith('conv')));
      for (const o of one.outputs)
        if (o.name !== 'flatten') parts.push(layer_picture(`out of ${o.name}`, o.values, false));
      return make_element('div', {className: 'net-side'}, ...parts);
    }));
  }

  // What the networks make of data that no step sees costs as much as ten steps: not with each picture.
  function show_scores(state) {
    const from = performance.now(), scores = net('net_scores');
    scored = performance.now();
    pause = Math.max(500, 10 * (scored - from));
    history.push({step: state.step, nets: scores});
    if (history.length > 400) history = history.filter((_, i) => i % 2 === 0 || i > 390);
    const percent = v => `${Math.round(100 * v)} %`,
          row = (tag, words) => words.map(w => make_element(tag, {textContent: w}));
    const head = ['', 'loss', 'accuracy', 'rare: AP', 'rare: found', 'called rare: right'];
    $('net-said').replaceChildren(make_element('tr', {}, ...row('th', head)), ...scores.map((n, k) => {
      const loss = state.step ? `${+state.nets[k].loss.toPrecision(3)}` : '–';
      const cells =
        [loss, percent(n.accuracy), n.rare.ap.toFixed(2), percent(n.rare.recall), percent(n.rare.precision)];
      return make_element('tr', {}, ...row('th', [net_losses[k]]), ...row('td', cells));
    }));
    draw_scores($('net-curve'), history);
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
      $('net-maps').querySelectorAll('canvas').forEach((canvas, k) => {
        fill_map(canvas, map_size, map.winners[k], map.sure[k]);
        draw_points(canvas, data, looked);
      });
    }
    $('net-gradients').replaceChildren(...gradient_bars(state.nets));
  }

  // ---- the panel's parts
  const quiet = words => worded('p', words, {className: 'quiet small'});
  const heading = words => worded('h3', words);
  function canvas_of(words, width, height) {
    const canvas = make_element('canvas', {width, height, className: 'map'});
    canvas.setAttribute('role', 'img');
    canvas.setAttribute('aria-label', words);
    return canvas;
  }

  function controls() {
    const kinds =
      choice_of('net-data', [['points in a plane, two layers', 0], ['shapes of 8 × 8 pixels, two convolutions', 1]]);
    const missing = choice_of('net-missing', [['none', 0], ['30 %', 0.3], ['half', 0.5], ['70 %', 0.7]]);
    missing.value = '0.5';
    return make_element('p', {className: 'row'}, make_element('label', {}, 'data ', kinds),
      make_element('label', {}, 'rare labels missing ', missing),
      button_of('net-go', '▶ Train'), button_of('net-one', 'One step'), button_of('net-anew', 'From the beginning'),
      make_element('output', {id: 'net-step-count'}), make_element('output', {id: 'net-speed'}));
  }

  function maps() {
    const legend = make_element('p', {id: 'net-legend'});
    const entry = (words, style) => {
      const dot = make_element('span', {className: 'dot'});
      dot.style.cssText = style;
      legend.append(make_element('span', {}, dot, ` ${words} `));
    };
    net_kinds[0].labels.forEach((name, i) => entry(name, `background:${net_css(net_colour(i))}`));
    entry('rare, its label missing', `background:#fff;border:2px solid ${net_css(net_colour(net_rare))}`);
    const figures =
      net_losses.map(name => make_element('figure', {},
                       canvas_of(`which class the network trained by ${name} gives each place`, 300, 300),
                       make_element('figcaption',
                         {textContent: `${name}: which class it gives each place; click a point to look at it`})));
    for (const figure of figures) figure.firstChild.addEventListener('click', choose_point);
    return make_element('div', {id: 'net-maps'}, ...figures, legend);
  }

  function numbers() {
    const key = make_element('p', {className: 'small', id: 'net-key'}, ...net_losses.map((name, k) => {
      const line = make_element('span', {className: 'line'});
      line.style.borderTop = `2px ${k ? 'solid' : 'dashed'} ${net_line(k)}`;
      return make_element('span', {}, line, ` ${name} `);
    }));
    const table = make_element('div', {className: 'sideways', tabIndex: 0}, make_element('table', {id: 'net-said'}));
    const curve =
      Object.assign(canvas_of('average precision over the steps', 380, 120), {id: 'net-curve', className: ''});
    return make_element('div', {}, table,
      quiet(
        'AP, average precision: all inputs in the order of their score for "rare"; 1 where every rare one comes ' +
        'before all others. The two losses are different functions: their numbers are not to be compared.'),
      heading('Average precision of the rare class'), curve, key, heading('Size of the gradients, layer by layer'),
      make_element('div', {id: 'net-gradients'}), quiet('root of the mean square, from 1e−6 to 1'));
  }

  add_panel({
    id: 'net',
    title: 'A net that learns',
    place: 'below',
    runs: true,
    make(box) {
      const
        about =
          'Two networks from the same first weights, on the same batches, trained here by the engine: one by binary ' +
        'cross-entropy (BCE), one by the robust asymmetric loss (RAL). 3 of 100 inputs are of the rare class. A part ' +
        'of them has no label in training, as where nobody marked it: there the loss is told "no" though "yes" is ' +
        'true. The numbers are of other data, that no step sees and whose labels are all there.',
        look = make_element('div', {id: 'net-choose', className: 'maps'});
      box.append(make_element('p', {textContent: about}), controls(),
        make_element('p', {id: 'net-expect', className: 'quiet'}),
        make_element('div', {className: 'net-parts'}, maps(),
          make_element('div', {id: 'net-shapes', hidden: true}, heading('Look at'), look), numbers()),
        heading(''),
        quiet('Orange above 0, blue below, the stronger the nearer to the largest of its layer, which is named.'),
        make_element('div', {id: 'net-look'}));
      box.querySelector(':scope > h3').id = 'net-looked';
      $('net-go').addEventListener('click', () => { if (!going) return start(); stop(); show_all(); });
      $('net-one').addEventListener('click', () => { stop(); step(1); show_all(); });
      for (const id of ['net-data', 'net-missing']) $(id).addEventListener('change', begin);
      $('net-anew').addEventListener('click', begin);
    },
    hide: stop,
    show(why) {
      if (why === 'open' && !instance) begin();
    }
  });
})();
