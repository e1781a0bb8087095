// Every table cell of the page with what a person sees in it. Geometry decides: each character is looked for where it is drawn.
() => {
  const SEEN = 1.2, MAX_CHARS = 40;
  const channel = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const brush = Object.assign(document.createElement('canvas'), {width: 1, height: 1}).getContext('2d', {willReadFrequently: true});
  const painted = new Map();
  const rgba = text => {  // any notation: color(srgb …), lab(…)
    if (!painted.has(text)) {
      const m = text.match(/^rgba?\(([\d.]+), ([\d.]+), ([\d.]+)(?:, ([\d.]+))?\)$/);
      brush.clearRect(0, 0, 1, 1); brush.fillStyle = text; brush.fillRect(0, 0, 1, 1);
      const d = m ? null : brush.getImageData(0, 0, 1, 1).data;
      painted.set(text, m ? [+m[1], +m[2], +m[3], m[4] === undefined ? 1 : +m[4]] : [d[0], d[1], d[2], d[3] / 255]);
    }
    return painted.get(text);
  };
  // Whether a finger could touch it does not matter.
  document.documentElement.appendChild(document.createElement('style')).textContent = '* { pointer-events: auto !important; interactivity: auto !important }';
  for (const element of document.querySelectorAll('[inert]')) element.inert = false;
  const over = (top, below) => [0, 1, 2].map(i => top[3] * top[i] + (1 - top[3]) * below[i]).concat(1);
  const light = c => 0.2126 * channel(c[0]) + 0.7152 * channel(c[1]) + 0.0722 * channel(c[2]);
  const ground = element => {
    const stack = [];
    for (let e = element; e; e = e.parentElement) {
      const c = rgba(getComputedStyle(e).backgroundColor);
      if (c[3] > 0) stack.push(c);
      if (c[3] === 1) break;
    }
    return stack.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const stands_out = (ink, paper) => {
    const [a, b] = [light(over(ink, paper)), light(paper)];
    if ((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) >= SEEN) return true;
    return [0, 1, 2].some(i => Math.abs(over(ink, paper)[i] - paper[i]) > 90);
  };
  const upwards = (element, stop, test) => {
    for (let e = element; e; e = e.parentElement) {
      if (test(e, getComputedStyle(e))) return true;
      if (e === stop) break;
    }
    return false;
  };
  const is_visible = element => {
    const style = getComputedStyle(element);
    if (style.visibility !== 'visible' || parseFloat(style.fontSize) < 2) return false;
    let opacity = 1;
    upwards(element, null, (e, s) => {
      const filtered = s.filter.match(/opacity\(([\d.]+)\)/);
      opacity *= parseFloat(s.opacity) * (filtered ? parseFloat(filtered[1]) : 1);
      return false;
    });
    return opacity > 0.1;
  };
  const PICTURES = ['IMG', 'CANVAS', 'VIDEO', 'IFRAME', 'OBJECT', 'EMBED', 'svg'];
  const opacity_of = element => {
    let opacity = 1;
    upwards(element, null, (e, s) => { opacity *= parseFloat(s.opacity); return false; });
    return opacity;
  };
  const hides = element => {  // can one see through it?
    const style = getComputedStyle(element), alpha = rgba(style.backgroundColor)[3];
    const paints = PICTURES.includes(element.tagName) || style.backgroundImage !== 'none' ? 1 : alpha;
    return paints * opacity_of(element) > 0.6;
  };
  const is_covered = (element, rect) => {
    while (getComputedStyle(element).display === 'contents') element = element.parentElement;  // it has no box of its own
    for (const found of document.elementsFromPoint(rect.left + rect.width / 2, rect.top + rect.height / 2)) {
      if (found === element || element.contains(found)) return false;
      if (found.contains(element) ? false : hides(found)) return true;
      if (found.contains(element)) return true;  // the letter itself was not hit: it is cut off
    }
    return true;
  };
  const drawn = (element, rect) => rect.width > 0.5 && rect.height > 1 && !is_covered(element, rect);
  const is_inside = (element, cell) => {  // a table of one cell is a frame around the figure
    let own = element.closest('td,th');
    while (own && own !== cell && [...own.closest('table').querySelectorAll('td,th')].filter(c => c.checkVisibility() && c.getBoundingClientRect().width > 0.5 && getComputedStyle(c.parentElement).visibility !== 'collapse').length === 1) own = own.closest('table').parentElement.closest('td,th');
    return own === cell;
  };
  // Shown by other means than ink on paper: whether the text can be read is left to neither side.
  const fonts = new Set([...document.fonts].map(face => face.family.replace(/["']/g, '').toLowerCase()));
  const is_dark = shadow => rgba((shadow.match(/\w+\([^)]*\)/) || ['rgb(0, 0, 0)'])[0]).slice(0, 3).reduce((a, b) => a + b) < 384;  // it is painted below the text
  const resigns = (e, s) =>
    !/^(none|((grayscale|sepia|saturate)\([^()]*\)\s*)+)$/.test(s.filter) && !/^opacity\(/.test(s.filter) || s.mixBlendMode !== 'normal' || s.maskImage !== 'none'
    || !['none', ''].includes(s.webkitBoxReflect) || !['none', ''].includes(s.textEmphasisStyle) || parseFloat(s.webkitTextStrokeWidth) >= 2
    || s.fontFamily.split(',').some(name => fonts.has(name.replace(/["']/g, '').trim().toLowerCase()))
    || parseFloat(s.textDecorationThickness) > 8 || /\d{2,}px/.test(s.textShadow) || /inset/.test(s.boxShadow) && /\d{2,}px/.test(s.boxShadow) && is_dark(s.boxShadow)
    || parseFloat(s.outlineWidth) >= 8 && s.outlineStyle !== 'none' || parseFloat(s.fontSizeAdjust) > 0;
  const glyphs = (cell) => {
    const found = [];
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const element = node.parentElement;
      if (!node.data.trim() || !is_inside(element, cell) || element.closest('select,textarea,button,script,style')) continue;
      if (!is_visible(element)) continue;
      const style = getComputedStyle(element);
      const ink = rgba(style.webkitTextFillColor || style.color);
      if (!stands_out(ink, ground(element))) continue;
      const struck = upwards(element, null, (e, s) => s.textDecorationLine.includes('line-through'));
      if (struck) { found.struck = true; continue; }
      const note = upwards(element, cell, (e, s) => e !== cell && (['super', 'sub'].includes(s.verticalAlign) || e.tagName === 'RT'));
      const blurred = upwards(element, null, (e, s) => resigns(e, s));
      const secret = style.webkitTextSecurity && style.webkitTextSecurity !== 'none';
      for (let i = 0; i < Math.min(node.data.length, MAX_CHARS); i++) {
        if (!node.data[i].trim()) continue;
        const range = document.createRange();
        range.setStart(node, i); range.setEnd(node, i + 1);
        const rect = range.getBoundingClientRect();
        if (!drawn(element, rect)) continue;
        found.unsure ||= blurred;
        found.push({node, at: i, text: secret ? '•' : node.data[i], note, x: rect.left, w: rect.width, y: rect.top, h: rect.height});
      }
    }
    return found;
  };
  const block_of = (node) => {
    let e = node.parentElement;
    while (e && /^(inline|contents)$/.test(getComputedStyle(e).display)) e = e.parentElement;
    return e;
  };
  // Nothing stands between two letters, not even a place to break at: they are of one text, in spans of their own perhaps.
  const goes_on = (one, other) => {
    if (one.node === other.node) return one.at === other.at - 1;
    const between = document.createRange();
    if (!(one.node.compareDocumentPosition(other.node) & Node.DOCUMENT_POSITION_FOLLOWING)) return false;
    between.setStart(one.node, one.at + 1); between.setEnd(other.node, other.at);
    return between.toString() === '' && !between.cloneContents().querySelector('br,wbr') && block_of(one.node) === block_of(other.node);
  };
  const laid_out = (letters) => {
    const lines = [];
    for (const g of letters.sort((a, b) => (a.y + a.h / 2) - (b.y + b.h / 2))) {
      const line = lines.find(l => Math.abs(l.mid - (g.y + g.h / 2)) < Math.max(l.h, g.h) * 0.4);
      if (line) line.all.push(g); else lines.push({mid: g.y + g.h / 2, h: g.h, all: [g]});
    }
    let last = null;  // a line that goes on in the next one, within one text, is no two figures
    return lines.map((line, number) => {
      let text = '', end = null;
      for (const g of line.all.sort((a, b) => a.x - b.x)) {
        if (end !== null && g.x - end > g.h * 0.45) text += ' ';
        if (end === null && number && !(last && goes_on(last, g))) text += '\n';
        text += g.text; end = Math.max(end ?? -1e9, g.x + g.w); last = g;
      }
      return text;
    }).join('');
  };
  const objects = (cell) => {
    const found = [];
    for (const e of cell.querySelectorAll('img,svg,canvas,object,embed,iframe,video,math,input,progress,meter')) {
      const rect = e.getBoundingClientRect();
      if (e.closest('td,th') !== cell || !is_visible(e) || rect.width < 4 || rect.height < 4) continue;
      if (e.tagName === 'INPUT' && ['text', 'number', 'tel', 'search', 'url', 'email'].includes(e.type) && !e.placeholder) continue;
      found.push(e.tagName.toLowerCase());
    }
    for (const e of [cell, ...cell.querySelectorAll('*')]) {
      if (e.closest('td,th') !== cell || e.tagName === 'Q') continue;  // quotation marks
      const box = e.getBoundingClientRect();
      if (e !== cell && getComputedStyle(e).display !== 'contents' && (box.height < 1 || box.right < 0)) continue;
      for (const pseudo of ['::before', '::after']) {
        const s = getComputedStyle(e, pseudo);
        if (!['none', 'normal', '""', '" "'].includes(s.content) && s.display !== 'none' && s.visibility === 'visible' && parseFloat(s.opacity) > 0.1 && parseFloat(s.fontSize) > 1)
          found.push(pseudo);
      }
    }
    return found;
  };
  const fields = (cell) => [...cell.querySelectorAll('input,select,textarea,button')]
    .filter(e => e.closest('td,th') === cell && is_visible(e) && e.getBoundingClientRect().width > 1)
    .map(e => e.tagName === 'SELECT' ? (e.selectedOptions[0]?.label ?? '') : e.tagName === 'BUTTON' ? e.innerText
      : ['checkbox', 'radio', 'hidden'].includes(e.type) ? '' : e.value).filter(Boolean);
  const cells = {};
  // Tables are numbered as they stand in the source: a browser that runs scripts keeps what <noscript> holds as text.
  let number = 0;
  const numbered = [...document.querySelectorAll('table, noscript')].flatMap(element => {
    number += element.matches('table') ? 1 : (element.textContent.match(/<table/gi) || []).length;
    return element.matches('table') ? [[element, number - 1]] : [];
  });
  numbered.forEach(([table, t]) => [...table.rows].forEach((row, r) => [...row.cells].forEach((cell, c) => {
    const letters = glyphs(cell);
    const rect = cell.getBoundingClientRect();
    cells[`html:table[${t + 1}]/tr[${r + 1}]/td[${c + 1}]`] = {
      text: [laid_out(letters), ...fields(cell)].filter(Boolean).join('\n'),
      plain: [laid_out(letters.filter(g => !g.note)), ...fields(cell)].filter(Boolean).join('\n'),
      objects: letters.unsure ? [...objects(cell), 'redrawn'] : objects(cell), struck: !!letters.struck,
      inner: cell.querySelector('table') !== null, rect: [rect.left, rect.top, rect.width, rect.height],
    };
  })));
  return cells;
}
