// Every value and every gradient as text, as the terminal has it.
add_panel({id: 'table', title: 'Every value, every gradient in its order', place: 'below', open: true,
  make(box) { box.append(make_element('pre', {id: 'table', tabIndex: 0})); },
  show(why) { if (why === 'run' || why === 'open') $('table').textContent = call('table', +$('all').checked).answer; }});
