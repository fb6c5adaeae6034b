// Every value and every gradient as text, as the terminal has it; at a step, what is still to come is pale.

// The table's lines, each with the node and the contribution that it tells.
function table_lines() {
  let inside = false, node = null, contribution = -1, count = 0;
  const room = Math.floor($('table').clientWidth / 7.83), width = Math.max(80, Math.min(160, room));  // in letters
  return call('table', +$('all').checked, width).answer.split('\n').map(line => {
    const head = inside && /^ {0,4}(\d+) /.exec(line);
    if (/^ *# +op/.test(line)) inside = true;
    else if (head) [node, contribution, count] = [recording.nodes[+head[1]], -1, 0];
    else if (node && /^ +\+= /.test(line)) contribution = count++;
    else if (!line.startsWith(' ')) node = null;
    return {line, node, contribution};
  });
}

function table_line({line, node, contribution}) {
  const span = make_element('span', {}), came = node ? arrived_at(node) : [];
  const later = node && (contribution < 0 ? !is_made(node) : !came.includes(node.contributions[contribution]));
  if (later) span.classList.add('later');
  if (node && is_now(node, contribution)) span.classList.add('now');
  const cells = /^(.*\S {2,})(\S.*)$/.exec(line);  // the last column is the whole gradient
  if (node && !later && contribution < 0 && cells && node.grad !== null && came.length < node.contributions.length)
    span.append(cells[1], make_element('span', {className: 'later', textContent: cells[2]}));
  else span.append(line);
  return span;
}

add_panel({id: 'table', title: 'Every value, every gradient in its order', place: 'below', open: true,
  lines: [],
  make(box) { box.append(make_element('pre', {id: 'table', tabIndex: 0})); },
  show(why) {
    if (why === 'choose' || why === 'guess') return;
    if (why !== 'step') this.lines = table_lines();
    $('table').replaceChildren(...this.lines.flatMap((line, i) => i ? ['\n', table_line(line)] : [table_line(line)]));
  }});
