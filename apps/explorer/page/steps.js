// Stepping through the story, by buttons, keys and the slider; presentation.
let playing = 0;

function go(to) {
  stepped = true;
  $('moment').value = to;
  redraw('step');
}
function stop() {
  clearInterval(playing);
  playing = 0;
  $('play').textContent = '▶ Play';
}
function play() {
  if (playing) return stop();
  if (+$('moment').value >= story.length - 1) go(0);
  $('play').textContent = '❚❚ Pause';
  playing = setInterval(() => {
    if (+$('moment').value >= story.length - 1) return stop();
    go(+$('moment').value + 1);
  }, 900);
}
function present(on = !document.body.classList.contains('presenting')) {
  document.body.classList.toggle('presenting', on);
  if (!on) document.body.classList.remove('stacked');
  $('present').textContent = on ? 'End' : 'Present';
  draw();
  keep();
  if (on) $('picture').focus();
}

const keys = {
  ArrowRight: () => go(+$('moment').value + 1),
  ArrowLeft: () => go(+$('moment').value - 1),
  Home: () => go(0),
  End: () => go(story.length - 1),
  ' ': play,
  '+': () => enlarge(1.25),
  '-': () => enlarge(0.8),
  0: () => $('zoom-fit').click()
};
const keys_on_box = {
  Enter: group => choose(group.id),
  ' ': group => choose(group.id),
  ArrowDown: group => walk_boxes(group, 1),
  ArrowUp: group => walk_boxes(group, -1)
};

function wire_steps() {
  document.addEventListener('keydown', event => {
    const typing = event.defaultPrevented || /^(TEXTAREA|INPUT|SELECT|BUTTON|SUMMARY)$/.test(event.target.tagName);
    if (event.key === 'Escape' && document.body.classList.contains('presenting')) present(false);
    const group = event.target.closest?.('#picture g[id^=n]'), of_box = group && keys_on_box[event.key];
    if (typing || event.ctrlKey || event.metaKey || !(of_box || keys[event.key])) return;
    event.preventDefault();
    if (of_box) of_box(group);
    else keys[event.key]();
  });
  $('moment').addEventListener('input', () => { stop(); go($('moment').value); });
  $('first').addEventListener('click', keys.Home);
  $('back').addEventListener('click', keys.ArrowLeft);
  $('next').addEventListener('click', keys.ArrowRight);
  $('last').addEventListener('click', keys.End);
  $('play').addEventListener('click', play);
  $('present').addEventListener('click', () => present());
}
