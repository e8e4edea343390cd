// The text of a bulletin in the page: reading it out as plain values, finding a place in it, putting text there.
'use strict';
window.BulletinText = (function () {
  const INVISIBLE = /[\u200b\ufeff]/g;
  const clean = (text) => text.replace(INVISIBLE, '').replace(/\u00a0/g, ' ');

  function figure(span) {
    const text = clean(span.textContent);
    const run = {key: span.dataset.figure, text};
    if (text !== span.dataset.original) run.reason = span.dataset.reason || '';
    return run;
  }

  // The runs of a paragraph: texts and figures in order; its lead apart.
  function paragraph(block) {
    const found = {type: 'paragraph', lead: '', runs: []};
    (function walk(parent) {
      parent.childNodes.forEach((node) => {
        if (node.nodeType === Node.TEXT_NODE) {
          const text = clean(node.data);
          if (!text) return;
          if (typeof found.runs.at(-1) === 'string') found.runs[found.runs.length - 1] += text;
          else found.runs.push(text);
        } else if (node.nodeType === Node.ELEMENT_NODE) {
          if ('figure' in node.dataset) found.runs.push(figure(node));
          else if ('lead' in node.dataset && !found.runs.length) found.lead += clean(node.textContent);
          else walk(node);
        }
      });
    }(block));
    return found;
  }

  const said = (block, name) => clean((block.querySelector(name) || {textContent: ''}).textContent).trim();
  function cell(box) {
    const span = box.querySelector('[data-figure]');
    return span ? figure(span) : clean(box.textContent).trim();
  }
  const readers = {
    heading: (block) => ({type: 'heading', level: Number(block.dataset.level), text: clean(block.textContent)}),
    keep: (block) => ({type: 'keep', mark: block.dataset.mark}),
    chart: (block) => ({type: 'chart', key: block.dataset.key}),
    photo: (block) => ({type: 'photo', key: block.dataset.key, caption: said(block, '[data-caption]'), alt: said(block, '[data-alt]')}),
    table: (block) => ({
      type: 'table', caption: said(block, '[data-caption]'), notes: said(block, '[data-notes]'),
      header: Array.from(block.querySelectorAll('th'), (box) => clean(box.textContent).trim()),
      rows: Array.from(block.querySelectorAll('tbody tr'), (row) => Array.from(row.cells, cell)),
    }),
    paragraph,
  };

  // Whether the server keeps a block: what is empty it leaves out, and counts findings without it.
  function isKept(block) {
    if (['paragraph', 'heading'].includes(block.dataset.block)) return Boolean(clean(block.textContent).trim());
    if (block.dataset.block !== 'table') return true;
    return Array.from(block.querySelectorAll('th, td, [data-caption]')).some((box) => clean(box.textContent).trim());
  }

  function read(editor) {
    const blocks = Array.from(editor.querySelectorAll('[data-block]'), (block) => readers[block.dataset.block](block));
    return {
      version: Number(editor.dataset.version),
      title: clean(editor.querySelector('[data-title]').textContent),
      addressees: clean(editor.querySelector('[data-addressees]').textContent),
      blocks,
    };
  }

  // The text node and the place in it that lie `offset` characters into a block.
  function place(block, offset) {
    const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    let rest = offset;
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (rest <= node.data.length) return [node, rest];
      rest -= node.data.length;
    }
    return null;
  }

  function range(block, offset, length) {
    const start = place(block, offset);
    const end = place(block, offset + length);
    if (!start || !end) return null;
    const found = document.createRange();
    // A place at the very end of one text is the beginning of the next.
    const [node, at] = start[1] === start[0].data.length && length ? place(block, offset + 1) : start;
    found.setStart(node, node === start[0] ? at : 0);
    found.setEnd(end[0], end[1]);
    return found;
  }

  function chip(reference, text, label = '') {
    const span = document.createElement('span');
    span.className = 'fig';
    span.contentEditable = 'false';
    span.tabIndex = 0;
    span.setAttribute('role', 'button');
    span.dataset.figure = reference;
    span.dataset.original = text;
    span.dataset.reason = '';
    span.dataset.label = label;
    span.title = label;
    span.textContent = text;
    return span;
  }

  function block(kind) {
    const made = document.createElement('p');
    made.dataset.block = kind;
    made.contentEditable = 'true';
    made.spellcheck = false;
    if (kind === 'heading') { made.dataset.level = '2'; made.className = 'eh2'; }
    return made;
  }

  return {read, range, chip, block, isKept, clean};
}());
