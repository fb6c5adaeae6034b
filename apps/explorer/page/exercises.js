// Exercises: a number to be said before it is shown, a way back to be written, a broken op to be found. The module
// makes them from a seed and marks them; here is only where they stand.
const exercise_panel = {
  id: 'exercises',
  title: 'Exercises',
  place: 'side',
  runs: true,
  reads: true,
  lesson: 1,
  number: 0,
  asked: 0,
  right: 0,
  at_once: 0,
  missed: false,
  done: false,
  make(box) {
    this.seed = Math.floor(Math.random() * 10000);
    this.choice = make_element('select', {id: 'exercise-lesson'});
    this.seed_box =
      make_element('input', {id: 'exercise-seed', type: 'number', min: 0, max: 9007199254740991, value: this.seed});
    this.body = make_element('div', {id: 'exercise', tabIndex: -1});
    this.says = make_element('pre', {id: 'exercise-says'});
    this.says.setAttribute('role', 'status');
    this.score = make_element('output', {id: 'exercise-score'});
    this.reveal = button_of('exercise-reveal', 'Show the answer', () => this.show_answer());
    this.previous = button_of('exercise-previous', 'Previous', () => this.begin(this.number - 1, true));
    this.next = button_of('exercise-next', 'Next exercise', () => this.begin(this.number + 1, true));
    this.revealed = make_element('pre', {id: 'exercise-answer', tabIndex: 0, hidden: true});
    this.choice.addEventListener('change', () => this.open(+this.choice.value, false));
    this.seed_box.addEventListener('change', () => {
      const seed = +this.seed_box.value;
      if (this.seed_box.value !== '' && Number.isSafeInteger(seed) && seed >= 0) {
        this.seed = seed;
        return this.open(this.lesson, false);
      }
      this.seed_box.value = this.seed;
      this.says.textContent = 'The number of a set of exercises is 0 or a whole number above it.';
    });
    const row = (...parts) => make_element('div', {className: 'row'}, ...parts);
    const set = make_element('label', {title: 'The same number gives the same exercises'}, 'Set no. ', this.seed_box);
    box.append(row(make_element('label', {}, 'Of lesson ', this.choice), set), this.body, this.says,
      row(this.reveal, this.previous, this.next, this.score), this.revealed);
  },
  show(why) {
    if (why !== 'open' || this.choice.options.length) return;
    this.choice.replaceChildren(...lesson_options());
    this.begin(0, false);
  },
  open(lesson, takes = true) {
    if (!this.choice.options.length) this.choice.replaceChildren(...lesson_options());
    this.lesson = lesson;
    this.choice.value = lesson;
    this.asked = this.right = this.at_once = 0;
    open_panel('exercises');
    this.begin(0, takes);
  },

  // The exercise that an address names; open_panel() then shows it.
  restore(lesson, seed, number) {
    Object.assign(this, {lesson, seed, asked: 0, right: 0});
    this.choice.replaceChildren(...lesson_options());
    this.choice.value = lesson;
    this.seed_box.value = seed;
    this.begin(number, false);
  },

  // Another exercise; `takes` the focus where a person asked for it.
  begin(number, takes) {
    this.number = number;
    keep();
    this.done = false;
    this.revealed.hidden = true;
    this.reveal.disabled = false;
    this.previous.disabled = number === 0;
    this.says.textContent = '';
    const exercise = this.exercise = this.call('exercise');
    if (exercise.wrong) return void this.body.replaceChildren(worded('pre', exercise.wrong, {className: 'wrong'}));
    const rule = `@backward\n${exercise.head} …\n${exercise.use}L.backward()\n`;
    const program = exercise.program + (exercise.kind === 'rule' ? rule : '');
    const parts = [
      make_element('h3', {textContent: `Exercise ${number + 1}`}), make_element('p', {textContent: exercise.task}),
      make_element('pre', {className: 'program', tabIndex: 0, textContent: program})
    ];
    if (exercise.shown)
      parts.push(make_element('pre', {className: 'output', tabIndex: 0, textContent: exercise.shown}));
    this.body.replaceChildren(...parts, this.answer_form(exercise));
    if (takes) this.body.querySelector('#exercise-said, input[name=broken]')?.focus();
    this.missed = false;
    this.tell_score();
  },
  answer_form(exercise) {
    const form = make_element('form', {id: 'exercise-form', className: 'row'}),
          check = worded('button', 'Check', {id: 'exercise-check'});
    const kind = exercise.kind === 'rule' ? 'textarea' : 'input';
    const said = make_element(kind, {id: 'exercise-said', spellcheck: false, autocomplete: 'off'});
    said.setAttribute('autocapitalize', 'off');
    if (exercise.kind === 'guess') {
      form.append(make_element('label', {}, worded('code', exercise.asked), ' = ', said), `(${exercise.near})`);
    } else if (exercise.kind === 'rule') {
      said.rows = 3;
      form.append(make_element('label', {className: 'rule'}, make_element('code', {textContent: exercise.head}), said));
      said.addEventListener('keydown', event => {
        if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
      });
      said.title = 'Ctrl+Enter checks';
    } else {
      for (const op of exercise.options)
        form.append(
          make_element('label', {}, make_element('input', {type: 'radio', name: 'broken', value: op}), ' ' + op));
    }
    if (exercise.kind === 'rule') check.textContent = 'Check (Ctrl+Enter)';
    form.append(check);
    form.addEventListener('submit', event => {
      event.preventDefault();
      this.mark(exercise.kind === 'broken' ? form.querySelector('input:checked')?.value ?? '' : said.value);
    });
    return form;
  },
  call(name, words = '') { return ask_book(name, words, this.lesson, this.seed, this.number); },
  mark(answer) {
    const {right, words, wrong} = this.call('mark_answer', answer);
    this.says.textContent = right ? 'Right. ' + this.exercise.why : wrong ?? words;
    this.says.classList.toggle('right', right === true);
    this.says.classList.toggle('wrong', right !== true);
    if (right) this.end(true);
    else this.missed = true;
  },
  tell_score() {
    const late = this.at_once < this.right ? `, ${this.at_once} of them at the first try` : '';
    this.score.textContent = this.asked ? `${this.right} of ${this.asked} right${late}` : '';
  },
  show_answer() {
    this.says.textContent = '';
    this.end(false);
    this.revealed.focus();
  },
  end(right) {
    if (!this.done) {
      this.asked += 1;
      this.right += right;
      this.at_once += right && !this.missed;
      this.tell_score();
    }
    this.done = true;
    const {answer, program, wrong} = this.call('reveal');
    const try_it = button_of('', 'Put it in the editor', () => show_program(program));
    try_it.className = 'run-this';
    this.revealed.replaceChildren(wrong ?? answer, program ? try_it : '');
    this.revealed.hidden = false;
    this.reveal.disabled = true;
    if (right) this.next.focus();
  },
};
add_panel(exercise_panel);
