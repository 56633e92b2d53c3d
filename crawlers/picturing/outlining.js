// Finds the words in the page that is shown, unfolds what hides them, and draws a line around them.
// Evaluated by crawlers/picturing/camera.py in a page whose own scripts do not run. Gives where the words are, in
// pixels of the whole page, and what had to be done; every call first takes back what the call before it did.
(order) => {
  const RED = '#b3261e';
  const state = (window.__outlining ??= {changed: [], drawn: null, band: null});
  for (const [element, name, before] of state.changed.reverse()) {
    if (before === null) element.removeAttribute(name); else element.setAttribute(name, before);
  }
  state.changed = [];
  state.drawn?.remove();
  state.band?.remove();
  state.drawn = state.band = null;

  const root = document.documentElement;
  const told = {exact: false, seen: false, unfolded: false, covered: false, boxes: [], width: 1, height: 1};
  if (!document.body) return told;

  const change = (element, name, value) => {
    state.changed.push([element, name, element.getAttribute(name)]);
    if (value === null) element.removeAttribute(name); else element.setAttribute(name, value);
  };
  const restyle = (element, rules) => {
    state.changed.push([element, 'style', element.getAttribute('style')]);
    for (const [name, value] of Object.entries(rules)) element.style.setProperty(name, value, 'important');
  };
  const QUOTES = /["'«»‹›„“”‟‘’‚‛`´ʹʼʻ′″＇＂]/g, DASHES = /[-‐‑‒–—―−]/g;
  const SKIPPED = /[\s\u00ad\u034f\u061c\u180e\u200b-\u200f\u2060\ufe0f\ufeff]/;
  const fold = (text) => text.replace(QUOTES, '"').replace(DASHES, '-').toLowerCase();
  const close = (text) => fold(text.normalize('NFC')).replace(new RegExp(SKIPPED, 'g'), '');
  const texts = (element) => document.createTreeWalker(element, NodeFilter.SHOW_TEXT);

  // A range over characters start..end of all text in an element. Characters are counted as Python counts them.
  const rangeOf = (element, start, end) => {
    const range = document.createRange();
    if (start < 0) { range.selectNodeContents(element); return range; }
    const walker = texts(element);
    let at = 0, begun = false;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const units = node.data, points = /[\ud800-\udbff]/.test(units) ? [...units] : units;
      const unit = (point) => points === units ? point : [...units].slice(0, point).join('').length;
      if (!begun && start < at + points.length) { range.setStart(node, unit(start - at)); begun = true; }
      if (begun && end <= at + points.length) { range.setEnd(node, unit(end - at)); return range; }
      at += points.length;
    }
    return null;
  };

  // The same words anywhere in the page, spaces and look-alike signs aside: for trees that differ from ours.
  const searched = (words) => {
    const wanted = close(words), walker = texts(document.body), found = [];
    if (!wanted) return null;
    let text = '';
    const places = [];
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (/^(SCRIPT|STYLE|TEMPLATE|NOSCRIPT)$/.test(node.parentElement?.tagName ?? '')) continue;
      for (let at = 0; at < node.length; at++) {
        const sign = node.data[at];
        if (SKIPPED.test(sign)) continue;
        text += fold(sign)[0] ?? sign;
        places.push([node, at]);
      }
      if (places.length > 4000000) break;
    }
    for (let at = text.indexOf(wanted); at >= 0 && found.length < 50; at = text.indexOf(wanted, at + 1)) {
      const range = document.createRange();
      range.setStart(...places[at]);
      const [node, last] = places[at + wanted.length - 1];
      range.setEnd(node, last + 1);
      found.push(range);
    }
    return found.find((range) => boxesOf(range).length) ?? found[0] ?? null;
  };

  const boxesOf = (range) => [...range.getClientRects()].filter((box) => box.width >= 1 && box.height >= 1);
  const holderOf = (range) => {
    const node = range.commonAncestorContainer;
    return node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  };
  const reached = (range) => {
    const boxes = boxesOf(range);
    if (!boxes.length) return false;
    const nearest = range.startContainer.parentElement ?? holderOf(range);
    if (getComputedStyle(nearest).display !== 'contents' && !nearest.checkVisibility()) return false;
    for (let one = nearest; one; one = one.parentElement) {
      const style = getComputedStyle(one);
      if (style.visibility !== 'visible' && one === nearest) return false;
      if (Number(style.opacity) < 0.1) return false;
      if (one !== root && one !== document.body && /hidden|clip/.test(style.overflowX + style.overflowY)) {
        const frame = one.getBoundingClientRect(), box = boxes[0];
        if (box.bottom <= frame.top || box.top >= frame.bottom || box.right <= frame.left || box.left >= frame.right) return false;
      }
    }
    return boxes[0].right + scrollX > 0 && boxes[0].bottom + scrollY > 0;
  };
  const unfold = (range) => {
    for (let one = range.startContainer.parentElement ?? holderOf(range); one && one !== root; one = one.parentElement) {
      if (one.tagName === 'DETAILS' && !one.open) change(one, 'open', '');
      if (one.tagName === 'DIALOG' && !one.open) change(one, 'open', '');
      if (one.hasAttribute('hidden')) change(one, 'hidden', null);
      if (one === document.body) { restyle(one, {overflow: 'visible', visibility: 'visible', opacity: '1'}); continue; }
      const style = getComputedStyle(one), rules = {};
      if (style.display === 'none') rules.display = /^(A|B|EM|I|SPAN|STRONG|SMALL)$/.test(one.tagName) ? 'inline' : one.tagName === 'TR' ? 'table-row' : one.tagName === 'TD' ? 'table-cell' : 'block';
      if (style.visibility !== 'visible') rules.visibility = 'visible';
      if (Number(style.opacity) < 1) rules.opacity = '1';
      if (style.contentVisibility === 'hidden') rules['content-visibility'] = 'visible';
      if (/hidden|clip|auto|scroll/.test(style.overflowX + style.overflowY)) {
        Object.assign(rules, {overflow: 'visible', height: 'auto', 'max-height': 'none', 'max-width': 'none', clip: 'auto', 'clip-path': 'none'});
      }
      if (/absolute|fixed/.test(style.position) && !one.contains(document.body)) {
        const box = one.getBoundingClientRect();
        if (box.right + scrollX <= 0 || box.bottom + scrollY <= 0 || box.width < 2 || box.height < 2) {
          Object.assign(rules, {position: 'static', width: 'auto', transform: 'none', 'text-indent': '0', clip: 'auto', 'clip-path': 'none'});
        }
      }
      if (style.transform !== 'none' && !reached(range)) rules.transform = 'none';
      if (parseFloat(style.textIndent) < -99) rules['text-indent'] = '0';
      if (Object.keys(rules).length) restyle(one, rules);
    }
  };

  // A strip of ours above the page, for words that a page has where nobody looks.
  const LABELS = {
    title: ['Назва сторінки (напис на вкладці браузера)', 'Title of the page (on the browser’s tab)'],
    attribute: ['Підказка або підпис до елемента, обведеного нижче', 'Hint or label of the element outlined below'],
    address: ['Адреса', 'Address'],
    name: ['Назва файлу', 'Name of the file'],
    hidden: ['Слова є в коді сторінки, але браузер їх не показує', 'The words are in the page’s code; a browser does not show them'],
  };
  if (order.band) {
    const band = document.createElement('div');
    band.style.cssText = 'all:initial;display:block;box-sizing:border-box;position:relative;width:100%;padding:14px 16px;'
      + 'background:#eef2f7;border-bottom:2px solid #4b5d78;color:#1b1b1b;font:16px/1.4 "DejaVu Sans",Arial,sans-serif';
    const label = document.createElement('div'), words = document.createElement('span');
    const [uk, en] = LABELS[order.band] ?? LABELS.hidden;
    label.textContent = `${uk} · ${en}:`;
    label.style.cssText = 'all:initial;display:block;color:#4b5563;font:13px/1.4 "DejaVu Sans",Arial,sans-serif;margin-bottom:8px';
    words.textContent = order.said;
    words.style.cssText = 'all:initial;font:16px/1.5 "DejaVu Sans",Arial,sans-serif;overflow-wrap:anywhere';
    band.append(label, words);
    root.insertBefore(band, document.body);
    if (getComputedStyle(document.body).position === 'static') restyle(document.body, {position: 'relative'});
    state.band = band;
  }

  const ranges = [];
  for (const [css, start, end] of order.marks) {
    let elements = [];
    try { elements = document.querySelectorAll(css); } catch { /* another vocabulary's name */ }
    const element = elements.length === 1 ? elements[0] : null;
    const range = element && rangeOf(element, start, end);
    if (range && (start < 0 || order.marks.length > 1 || close(range.toString()) === close(order.words))) {
      told.exact = true;
      ranges.push(start < 0 ? Object.assign(range, {of: element}) : range);
    } else if (start >= 0) {
      const other = searched(order.words);
      if (other) ranges.push(other);
    }
  }
  for (const range of ranges) {
    if (range.of || reached(range)) continue;
    unfold(range);
    told.unfolded = true;
  }
  // A layer that lies over the words is made translucent: it stays to be seen, and so do they.
  for (const range of ranges) {
    const holder = range.of ?? holderOf(range);
    const box = range.of ? range.of.getBoundingClientRect() : boxesOf(range)[0];
    if (!box) continue;
    scrollTo(0, box.top + scrollY - innerHeight / 2);
    for (let tries = 0; tries < 5; tries++) {
      const now = range.of ? range.of.getBoundingClientRect() : boxesOf(range)[0];
      if (!now) break;
      let over = document.elementFromPoint(now.left + Math.min(now.width / 2, 20), now.top + now.height / 2);
      if (!over || over.contains(holder) || holder.contains(over)) break;
      while (over.parentElement && !over.parentElement.contains(holder)) over = over.parentElement;
      if (over === root || over === document.body) break;
      restyle(over, {opacity: '.12', 'pointer-events': 'none'});
      told.covered = true;
    }
    scrollTo(0, 0);
  }
  let boxes = ranges.flatMap((range) => range.of ? [range.of.getBoundingClientRect()] : boxesOf(range));
  boxes = boxes.filter((box) => box.width >= 1 && box.height >= 1);
  told.seen = ranges.length > 0 && ranges.every((range) => range.of || reached(range));
  if (state.band) {
    const range = document.createRange();
    range.selectNodeContents(state.band.lastChild);
    boxes = [...boxesOf(range), ...boxes];
    told.seen = true;
  }

  // Where the row or line begins in which the words stand: what it says before them belongs to them.
  const row = ranges.length && (ranges[0].of ?? holderOf(ranges[0])).closest('tr,li,dd,dt,p,h1,h2,h3,h4,h5,h6,div');
  told.lead = row ? Math.max(0, row.getBoundingClientRect().left + scrollX) : null;

  // One frame for each line: an inline element of its own would have one too.
  const lines = [];
  for (const box of boxes) {
    const one = {left: box.left + scrollX, top: box.top + scrollY, right: box.right + scrollX, bottom: box.bottom + scrollY};
    const last = lines.at(-1), middle = (one.top + one.bottom) / 2;
    if (last && middle >= last.top && middle <= last.bottom && one.left <= last.right + 40) {
      Object.assign(last, {left: Math.min(last.left, one.left), top: Math.min(last.top, one.top), right: Math.max(last.right, one.right), bottom: Math.max(last.bottom, one.bottom)});
    } else lines.push(one);
  }
  const drawn = document.createElement('div');
  drawn.style.cssText = 'all:initial;position:absolute;left:0;top:0;width:0;height:0;z-index:2147483647;pointer-events:none';
  root.append(drawn);
  const zero = drawn.getBoundingClientRect();
  for (const line of lines) {
    const frame = document.createElement('div');
    frame.style.cssText = `all:initial;position:absolute;box-sizing:border-box;left:${line.left - scrollX - zero.left - 5}px;`
      + `top:${line.top - scrollY - zero.top - 2}px;width:${line.right - line.left + 10}px;height:${line.bottom - line.top + 4}px;`
      + `border:2px solid ${RED};border-radius:4px;background:rgba(255,213,0,.22);mix-blend-mode:multiply`;
    drawn.append(frame);
  }
  state.drawn = drawn;
  told.boxes = lines.map((line) => [line.left - 5, line.top - 2, line.right + 5, line.bottom + 2]);
  told.width = Math.max(root.scrollWidth, 1);
  told.height = Math.max(root.scrollHeight, document.body.scrollHeight, 1);
  return told;
}
