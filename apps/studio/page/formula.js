// A loss's formula as mathematics is set: one definition a line, exponents raised, variables slanted, and each symbol
// that a slider turns marked, so that the slider can point at it.

// "λ_n": the letter with its index.
function symbolOf(symbol) {
  const [letter, index] = symbol.split('_');
  return make('var', {}, letter, ...(index ? [make('sub', {textContent: index})] : []));
}

// Pieces of a line; "^(…)" and "^γ" are exponents, "_t" and "_{…}" indices.
function setMath(line, symbols, into) {
  const names = new RegExp('^(ln|exp|min|max|log|sigmoid|for|positives|negatives|from|on|where|scaled|to|mean|' +
    'change_epoch|margin|otherwise|hill)\\b');
  const known = [...symbols].sort((x, y) => y.length - x.length);
  let i = 0;
  const closing = open => {
    let depth = 0, k = open;
    do depth += line[k] === '(' ? 1 : line[k] === ')' ? -1 : 0; while (depth > 0 && ++k < line.length);
    return k;
  };
  while (i < line.length) {
    const rest = line.slice(i), name = rest.match(names),
          symbol = known.find(
            s => rest.startsWith(s) && !(/[a-z]$/.test(s) ? /^[a-z_]/ : /^_/).test(rest.slice(s.length)));
    if (rest[0] === '^' && i + 1 < line.length) {
      const raised = make('sup'),
            end = rest[1] === '(' ? closing(i + 1) :
                                    i + 1 +
          (known.find(s => rest.startsWith(s, 1)) || rest[1] + (/^[_]/.test(rest[2] || '') ? rest.slice(2, 4) : ''))
            .length -
          1;
      setMath(rest[1] === '(' ? line.slice(i + 2, end) : line.slice(i + 1, end + 1), symbols, raised);
      into.append(raised);
      i = end + 1;
    } else if (rest[0] === '_' && /^_[a-z]/.test(rest)) {
      into.append(make('sub', {textContent: rest[1]}));
      i += 2;
    } else if (symbol && !(name && name[0].length > symbol.length)) {
      const mark = symbolOf(symbol);
      mark.className = 'turned';
      mark.dataset.symbol = symbol;
      into.append(mark);
      i += symbol.length;
    } else if (name) {
      into.append(name[0]);
      i += name[0].length;
    } else if (/^\p{L}/u.test(rest)) {
      const letter = rest.match(/^\p{L}[₊₋ₘ₁₂]*/u)[0];
      into.append(/^[σΣΔ]/.test(letter) ? letter : make('var', {textContent: letter}));
      i += letter.length;
    } else {
      into.append(rest[0]);
      ++i;
    }
  }
}
function formulaLines(loss, formula) {
  const symbols = loss.parameters.map(p => p.symbol).filter(s => s);
  return formula.split(/[,;]\s{2,}/).map((line, i) => {
    const shown = make('div');
    setMath((i ? '' : 'ℓ = ') + line, symbols, shown);
    return shown;
  });
}
// A form has a formula of its own, which the name that stands for it brings (ral with form=paper: ral-paper).
const formulaOf = side => (losses.find(l => l.index === side.loss.index &&
  l.parameters.every((p, i) => p.kind !== 'word' || p.value === side.numbers[i])) || side.loss).formula;
