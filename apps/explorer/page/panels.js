// The extension point. A panel shows one thing beside the graph; to add one, write a file here, put its name in
// module.cmake's list and call
//   add_panel({id: 'memory', title: 'Memory', place: 'side', make(box) {…}, show(why) {…}});
// reads: true for one to be read: it gets half of the page. runs: true for one that needs ops to run again: a page made
// with a recording (page.h) leaves it out. place: 'left' above the program, 'side' a tab beside the graph, 'below' a
// section under the graph. make() is called once, with the panel's
// element; show() whenever the panel is visible and something changed: why is 'run' (another recording), 'step',
// 'choose' or 'open'. drawn() is called after each drawing of the graph, visible or not, and may change what
// $('picture') shows; chosen() when a box was chosen, likewise. What a panel may use: recording (json_view.cpp says
// what it holds), story, chosen_node(), program(), set_program(text), go(step), choose(id), ask(function, words,
// …numbers), make_element().
const panels = [];
const add_panel = panel => panels.push(panel);
const visible = panel =>
  panel.box && !panel.box.hidden && (panel.place !== 'below' || panel.box.parentElement.open !== false);

function make_element(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

// Text in an element; a button; a choice of [[words, value], …].
const worded = (tag, words, properties = {}) => make_element(tag, {...properties, textContent: words});
const button_of = (id, words, onclick = null) => worded('button', words, {id, type: 'button', onclick});
const choice_of = (id, options) =>
  make_element('select', {id}, ...options.map(([words, value]) => new Option(words, value)));

function show_panels(why) {
  for (const panel of panels) if (visible(panel)) panel.show?.(why);
}

const side_panels = () => panels.filter(p => p.box && p.place === 'side');

function open_panel(id) {
  for (const panel of side_panels()) {
    const on = panel.id === id;
    panel.box.hidden = !on;
    panel.tab.setAttribute('aria-selected', on);
    panel.tab.tabIndex = on ? 0 : -1;
    if (on) document.body.classList.toggle('reading', panel.reads === true);
    if (on) panel.show?.('open');
  }
  keep();
}

function make_panels() {
  for (const panel of panels) {
    if (panel.runs && facts.recording) continue;
    panel.box = $('panel-' + panel.id) ?? make_element('div', {id: 'panel-' + panel.id});
    if (panel.place === 'side') {
      panel.tab = make_element('button', {type: 'button', id: 'tab-' + panel.id, textContent: panel.title});
      panel.tab.setAttribute('role', 'tab');
      panel.tab.setAttribute('aria-controls', panel.box.id);
      panel.box.setAttribute('role', 'tabpanel');
      panel.box.setAttribute('aria-labelledby', panel.tab.id);
      panel.tab.addEventListener('click', () => open_panel(panel.id));
      $('tabs').append(panel.tab);
      $('detail').append(panel.box);
      panel.box.hidden = true;
    } else if (panel.place === 'left') {
      $('program').prepend(panel.box);
    } else {
      const title = make_element('summary', {}, make_element('h2', {textContent: panel.title}));
      const details = make_element('details', {id: 'part-' + panel.id, open: panel.open === true}, title, panel.box);
      details.addEventListener('toggle', () => details.open ? panel.show?.('open') : panel.hide?.());
      document.querySelector('main').append(make_element('section', {className: 'wide'}, details));
    }
    panel.make?.(panel.box);
  }
  $('tabs').addEventListener('keydown', event => {
    const tabs = side_panels(), at = tabs.findIndex(p => p.tab === event.target);
    const to = {ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1}[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = tabs[(to + tabs.length) % tabs.length];
    open_panel(next.id);
    next.tab.focus();
  });
}
