// The book beside the program: a chapter, its numbers computed by the module, its programs one click from the editor.

// The book and the exercises have an instance of the module of their own: an error there leaves the program's alone.
let book_engine = null;
function ask_book(name, words, ...numbers) {
  const before = [engine, stale];
  engine = book_engine ??= load();
  stale = false;
  const answer = ask(name, words, ...numbers);
  if (stale) book_engine = null;
  [engine, stale] = before;
  return answer;
}

let book_contents = null;
const contents_of_book = () => book_contents ??= ask_book('contents', '');
const lesson_options = () => contents_of_book().map(l => new Option(`${l.number}. ${l.title}`, l.number));

const lesson_panel = {
  id: 'lessons', title: 'Lessons', place: 'side', runs: true, reads: true, number: 1,
  make(box) {
    this.choice = make_element('select', {id: 'lesson'});
    this.article = make_element('article', {id: 'lesson-text', tabIndex: -1});
    this.before = button_of('lesson-before', '← Before', () => this.open(this.number - 1));
    this.next = button_of('lesson-next', 'Next →', () => this.open(this.number + 1));
    const practise = button_of('lesson-exercises', 'Exercises', () => exercise_panel.open(this.number));
    this.choice.addEventListener('change', () => this.open(+this.choice.value));
    box.append(make_element('label', {className: 'lesson-choice'}, 'Lesson ', this.choice), this.article,
      make_element('div', {className: 'row'}, this.before, this.next, practise));
  },
  show(why) {
    if (why === 'open' && !this.choice.options.length) {
      this.choice.replaceChildren(...lesson_options());
      this.read(this.number);
    }
  },
  open(number) {
    open_panel('lessons');
    this.read(number);
    this.article.focus({preventScroll: true});
    this.article.scrollTop = 0;
    $('tab-lessons').scrollIntoView({block: 'nearest'});
  },
  read(number) {
    const count = contents_of_book().length;
    this.number = Math.min(count, Math.max(1, number));
    this.choice.value = this.number;
    keep();
    this.before.disabled = this.number === 1;
    this.next.disabled = this.number === count;
    const lesson = ask_book('lesson', '', this.number);
    this.article.replaceChildren(...lesson.wrong ?
        [make_element('pre', {className: 'wrong', textContent: lesson.wrong})] :
        [make_element('h2', {textContent: `${lesson.number}. ${lesson.title}`}), ...passages_shown(lesson.passages)]);
  },
};
add_panel(lesson_panel);

function spans_shown(spans) {
  const tags = {code: 'code', number: 'code', strong: 'b', emphasis: 'i'};
  return spans.map(span => {
    if (span.kind === 'text') return span.words;
    if (span.kind === 'link') return link_shown(span);
    return make_element(tags[span.kind], {className: span.kind, textContent: span.words});
  });
}

// Only lessons can be gone to from here: the book's other links lead to files that lie elsewhere.
function link_shown({words, target}) {
  const number = parseInt(target);
  if (!number) return words;
  return make_element(
    'button', {type: 'button', className: 'link', textContent: words, onclick: () => lesson_panel.open(number)});
}

function program_shown(passage) {
  const button = make_element('button', {
    type: 'button',
    className: 'run-this',
    textContent: 'Run this',
    onclick: () => {
      show_program(passage.whole);
    }
  });
  const parts =
    passage.text ? [make_element('pre', {className: 'program', tabIndex: 0, textContent: passage.text}), button] : [];
  if (passage.output) parts.push(make_element('pre', {className: 'output', tabIndex: 0, textContent: passage.output}));
  return make_element('div', {className: 'live'}, ...parts);
}

function passages_shown(passages) {
  const out = [];
  let list = null;
  for (const passage of passages) {
    const words = spans_shown(passage.spans);
    if (passage.kind === 'item') {
      const tag = passage.level ? 'ol' : 'ul';
      if (list?.localName !== tag) out.push(list = make_element(tag));
      list.append(make_element('li', {}, ...words));
      continue;
    }
    list = null;
    if (passage.kind === 'heading') out.push(make_element('h3', {}, ...words));
    if (passage.kind === 'paragraph') out.push(make_element('p', {}, ...words));
    if (passage.kind === 'code') out.push(make_element('pre', {tabIndex: 0, textContent: passage.text}));
    if (passage.kind === 'program') out.push(program_shown(passage));
    if (passage.kind === 'question')
      out.push(make_element('details', {}, make_element('summary', {}, ...words), ...passages_shown(passage.answer)));
  }
  return out;
}
