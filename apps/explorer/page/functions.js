// All that can be written: the language's own functions, every op and loss with its formula and its way back.
(() => {
  const entry = ({call, doc, formula, back}) => {
    const item =
      make_element('li', {}, make_element('code', {textContent: call}), make_element('span', {textContent: doc}));
    if (formula) item.append(make_element('span', {className: 'quiet', textContent: formula}));
    for (const [input, rule] of Object.entries(back ?? {}))
      item.append(worded('span', `${input} += ${rule}`, {className: 'quiet'}));
    return item;
  };

  add_panel({id: 'functions', title: 'Functions', place: 'side', runs: true,
    make(box) {
      const all = [...catalogue.functions, ...catalogue.ops];
      const search = make_element('input', {id: 'functions-search', type: 'search', placeholder: 'conv, loss, mean …'});
      Object.assign(search, {autocomplete: 'off', spellcheck: false});
      const list = make_element('ul', {id: 'functions-list', tabIndex: 0}),
            count = make_element('output', {className: 'quiet'});
      const about = 'An op is called as relu(x), torch.relu(x), F.relu(x) or x.relu(). ' +
        'Signs: + − * / ** @ and comparisons.';
      const narrow_down = () => {
        const wanted = search.value.trim().toLowerCase();
        const found = all.filter(f => `${f.call} ${f.doc}`.toLowerCase().includes(wanted));
        list.replaceChildren(...found.map(entry));
        const none = `None of the ${all.length} has this in its name or description.`;
        count.textContent = found.length ? `${found.length} of ${all.length}` : none;
      };
      search.addEventListener('input', narrow_down);
      box.append(make_element('p', {className: 'row'}, make_element('label', {}, 'with ', search), count),
        worded('p', about, {className: 'quiet'}), list);
      narrow_down();
    }});
})();
