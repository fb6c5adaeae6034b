// What is known at the step that is shown: which nodes are made, and which gradients have come.
let walk = [];  // of each sentence of the story [node, contribution]; −1: the node is made
let stepped = false;  // the reader goes through the steps: the last one is marked as every other is
let known = {whole: true, made: new Set(), arrived: new Map()};

function know() {
  const at = +$('moment').value, whole = at >= story.length - 1;
  const made = new Set(), arrived = new Map();
  for (const [node, contribution] of walk.slice(0, at + 1)) {
    if (contribution < 0) made.add(node);
    else arrived.set(node, [...arrived.get(node) ?? [], contribution]);
  }
  known = {whole, made, arrived, now: whole && !stepped ? null : walk[at]};
}

const is_made = node => known.whole || known.made.has(node.id);
const is_now = (node, contribution = -1) => known.now?.[0] === node.id && known.now[1] === contribution;
const arrived_at = node =>
  known.whole ? node.contributions : (known.arrived.get(node.id) ?? []).map(i => node.contributions[i]);

// The sum of what has come until now; null: nothing yet. What came to an op in an earlier call was passed on.
function gradient_now(node) {
  if (known.whole) return node.grad;
  let sum = null, call = -1;
  for (const c of arrived_at(node)) {
    if (c.value === null) return node.grad;
    const numbers = flat(c.value), anew = sum === null || (node.op !== 'leaf' && c.call !== call);
    sum = numbers.map((v, i) => v + (anew ? 0 : sum[i]));
    call = c.call;
  }
  return sum !== null && !node.shape.length ? sum[0] : sum;
}

// The line of the program that the step is about: of the op that is made, or that sends a gradient back.
function line_now() {
  if (!known.now) return 0;
  const [id, contribution] = known.now, node = recording.nodes[id];
  if (contribution < 0) return node.line;
  const {from, call} = node.contributions[contribution];
  if (from !== 'seed') return recording.nodes[from].line;
  return recording.events.filter(e => e.kind === 'backward')[call]?.line ?? 0;
}

// Marked in the editor: that line, or the one with a mistake.
function mark_line() {
  const line = recording.error ? recording.error.line : line_now(), words = $('text');
  words.classList.toggle('at-error', recording.error !== null);
  words.classList.toggle('at-step', !recording.error && line > 0);
  words.style.setProperty('--at', line - 1);
}
