// Scalar leaves as sliders.
function sliders() {
  const leaves = recording.nodes.filter(n => n.op === 'leaf' && typeof n.value === 'number' && n.label === n.name && !n.iteration && n.name);
  const box = $('sliders'), names = leaves.map(n => n.name).join();
  if (box.dataset.names === names) return;
  box.dataset.names = names;
  box.replaceChildren(...leaves.map(leaf => {
    const name = make_element('span', {textContent: leaf.name}), value = make_element('span', {textContent: near(leaf.value)});
    const reach = Math.max(1, Math.abs(leaf.value)) * 2;
    const slider = make_element('input', {type: 'range', min: leaf.value - reach, max: leaf.value + reach, step: reach / 200, value: leaf.value});
    slider.addEventListener('input', () => {
      let_[leaf.name] = +slider.value;
      value.textContent = near(+slider.value);
      run();
    });
    return make_element('label', {}, name, value, slider);
  }));
}
