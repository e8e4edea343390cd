// The bulletin editor: free text, bound figures, own undo, saving over a version. bulletin-insert.js puts tables,
// photos, charts and figures in; bulletin-side.js keeps the panel beside the text and the bar below it.
// What is typed and not saved stays in this browser until it is, whatever happens to the server or the session.
'use strict';
(function () {
  const editor = document.querySelector('[data-editor]');
  if (!editor) return;
  const {read, block} = window.BulletinText;
  const Table = window.BulletinTable;
  const textual = (here) => ['paragraph', 'heading'].includes(here.dataset.block);
  const part = (name) => editor.querySelector(`[data-${name}]`);
  const blocks = part('blocks'), status = part('status');
  const refusal = part('refusal'), override = part('override');
  const store = `${editor.dataset.key}-unsaved`;
  const token = JSON.parse(document.body.getAttribute('hx-headers'))['X-CSRFToken'];
  let caret = null, chosen = null, timer = 0;
  const undone = [], done = [blocks.innerHTML];

  const state = () => JSON.stringify({...read(editor), version: 0});
  let savedState = state();
  const isChanged = () => state() !== savedState;
  const say = (text) => { status.textContent = text; };

  // Undo: a picture of the text after each pause in typing.
  function snapshot() {
    if (done.at(-1) === blocks.innerHTML) return;
    done.push(blocks.innerHTML);
    if (done.length > 200) done.shift();
    undone.length = 0;
  }
  // Markup of our own making, read as inert nodes: nothing in it can run.
  function fill(box, html) {
    box.replaceChildren(...new DOMParser().parseFromString(html, 'text/html').body.childNodes);
  }
  function undo() {
    snapshot();
    if (done.length < 2) return;
    undone.push(done.pop());
    fill(blocks, done.at(-1));
    changed(false);
  }
  function redo() {
    if (!undone.length) return;
    done.push(undone.pop());
    fill(blocks, done.at(-1));
    changed(false);
  }

  function changed(remember = true) {
    const dirty = isChanged();
    say(dirty ? '有未保存的改动' : `第${editor.dataset.version}版，已保存`);
    editor.dispatchEvent(new CustomEvent('bulletin:changed', {detail: {dirty}}));
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (remember) snapshot();
      try {
        if (isChanged()) localStorage.setItem(store, JSON.stringify({version: editor.dataset.version, html: blocks.innerHTML, title: part('title').textContent, addressees: part('addressees').textContent}));
        else localStorage.removeItem(store);
      } catch { /* a full or closed store: saving still works */ }
    }, 400);
  }

  // The block under the caret, and keeping the caret while a dialog is open.
  document.addEventListener('selectionchange', () => {
    const selection = getSelection();
    if (selection.rangeCount && blocks.contains(selection.anchorNode)) caret = selection.getRangeAt(0).cloneRange();
  });
  let last = null;
  blocks.addEventListener('focusin', (event) => { last = event.target.closest('[data-block]') || last; });
  function current() {
    const focused = document.activeElement && document.activeElement.closest('[data-block]');
    if (focused && blocks.contains(focused)) return focused;
    return last && last.isConnected ? last : blocks.lastElementChild;
  }
  function caretInto(node, atEnd) {
    const place = document.createRange();
    place.selectNodeContents(node);
    place.collapse(!atEnd);
    node.focus();
    getSelection().removeAllRanges();
    getSelection().addRange(place);
  }

  blocks.addEventListener('keydown', (event) => {
    const here = event.target.closest('[data-block]');
    if (event.target.matches('[data-figure]') && (event.key === 'Enter' || event.key === ' ')) {
      event.preventDefault(); openOverride(event.target); return;
    }
    if (!here) return;
    if (here.dataset.block === 'table') { inTable(event); return; }
    if (!textual(here)) {
      if (event.target === here && ['Delete', 'Backspace'].includes(event.key)) { event.preventDefault(); removeBlock(); }
      else if (event.key === 'Enter') event.preventDefault();
      return;
    }
    if (event.key === 'Enter' && !event.isComposing) {
      event.preventDefault();
      const cut = getSelection().getRangeAt(0);
      cut.deleteContents();
      const rest = document.createRange();
      rest.setStart(cut.endContainer, cut.endOffset);
      rest.setEndAfter(here.lastChild || here);
      if (!here.contains(rest.endContainer)) rest.setEnd(here, here.childNodes.length);
      const next = block('paragraph');
      next.append(rest.extractContents());
      here.after(next);
      caretInto(next, false);
      changed();
    } else if (event.key === 'Backspace' && atStart(here)) {
      const before = here.previousElementSibling;
      if (!before || !textual(before)) return;
      event.preventDefault();
      const mark = document.createTextNode('\u200b');
      before.append(mark, ...here.childNodes);
      here.remove();
      const place = document.createRange();
      place.setStartAfter(mark);
      before.focus();
      getSelection().removeAllRanges();
      getSelection().addRange(place);
      changed();
    }
  });
  function atStart(here) {
    const selection = getSelection();
    if (!selection.isCollapsed) return false;
    const before = document.createRange();
    before.selectNodeContents(here);
    before.setEnd(selection.anchorNode, selection.anchorOffset);
    return !before.toString().replace(/\u200b/g, '') && !before.cloneContents().querySelector('[data-figure]');
  }
  // In a table: Tab and Enter lead on, a figure fills its cell until it is deleted.
  function inTable(event) {
    const cell = event.target.closest('th, td');
    if (!cell) { if (event.key === 'Enter') event.preventDefault(); return; }
    if (event.key === 'Tab' || (event.key === 'Enter' && !event.isComposing)) {
      const by = event.key === 'Enter' ? Table.widthOf(Table.tableOf(cell)) : event.shiftKey ? -1 : 1;
      let next = Table.next(cell, by);
      if (!next && by > 0) {
        const row = Table.addRow(cell);
        next = row && row.cells[event.key === 'Tab' ? 0 : cell.cellIndex];
        changed();
      }
      if (!next) return;
      event.preventDefault();
      caretInto(next, true);
    } else if (cell.querySelector('[data-figure]') && ['Delete', 'Backspace'].includes(event.key)) {
      event.preventDefault();
      free(cell);
    }
  }
  function free(cell) {
    cell.replaceChildren();
    cell.contentEditable = 'true';
    cell.removeAttribute('tabindex');
    caretInto(cell, true);
    changed();
  }
  const tablebar = part('tablebar');
  let cellUnder = null;
  blocks.addEventListener('focusin', (event) => {
    const cell = event.target.closest('[data-block=table] th, [data-block=table] td');
    cellUnder = cell || cellUnder;
    tablebar.hidden = !cell;
  });
  function tableAct(act, refusalText) {
    if (!cellUnder || !cellUnder.isConnected) return;
    if (act(cellUnder)) { refuse(''); changed(); } else refuse(refusalText);
  }

  editor.addEventListener('paste', (event) => {
    if (!event.target.closest('[contenteditable]')) return;
    event.preventDefault();
    const copied = event.clipboardData.getData('text/plain');
    const cell = event.target.closest('[data-block=table] th, [data-block=table] td');
    if (cell && /[\t\n]/.test(copied.trimEnd())) {
      const rows = Table.parse(copied);
      if (rows.length && !Table.paste(cell, rows)) refuse('表格最多12列、200行，放不下的没有粘贴。');
      changed();
      return;
    }
    const text = copied.replace(/\s*\n\s*/g, ' ').replace(/\t/g, ' ');
    document.execCommand('insertText', false, text);
  });
  editor.addEventListener('drop', (event) => event.preventDefault());
  editor.addEventListener('input', () => changed());

  // Figures: a chip opens what stands behind it and where it is written over.
  blocks.addEventListener('click', (event) => {
    const span = event.target.closest('[data-figure]');
    if (span) openOverride(span);
  });
  function openOverride(span, text, reason) {
    chosen = span;
    override.querySelector('[data-name]').textContent = span.dataset.label || span.dataset.figure;
    override.querySelector('[data-was]').textContent = span.dataset.original;
    const [key, query] = span.dataset.figure.split('?');
    const address = editor.dataset.passportOf.replace('KEY', encodeURIComponent(key)) + (query ? `&${query}` : '');
    const link = override.querySelector('[data-open-passport]');
    link.href = address;
    link.target = '_blank';
    override.querySelector('#override-text').value = text || span.textContent;
    override.querySelector('#override-reason').value = reason || span.dataset.reason;
    override.querySelector('[data-override-error]').hidden = true;
    override.showModal();
  }
  function keepOverride() {
    let text = override.querySelector('#override-text').value.trim();
    const unit = chosen.dataset.original.match(/^-?[\d.]+(\D+)$/);
    if (unit && /^-?[\d.]+$/.test(text)) text += unit[1]; // a number typed alone keeps the unit of the one it stands for
    const reason = override.querySelector('#override-reason').value.trim();
    if (!text || (text !== chosen.dataset.original && !reason)) {
      override.querySelector('[data-override-error]').hidden = false;
      return;
    }
    write(chosen, text, text === chosen.dataset.original ? '' : reason);
    override.close();
  }
  function write(span, text, reason) {
    span.textContent = text;
    span.dataset.reason = reason;
    span.classList.toggle('warn', Boolean(reason));
    if (reason) span.title = `原数 ${span.dataset.original}；改写理由：${reason}`;
    else span.removeAttribute('title');
    changed();
  }
  // Saving over the version that was opened; a newer one is shown, never overwritten unasked.
  async function post(address, extra) {
    const answer = await fetch(address, {
      method: 'POST', headers: {'Content-Type': 'application/json', 'X-CSRFToken': token},
      body: JSON.stringify({...read(editor), ...extra}),
    });
    if (answer.redirected) throw new Error('login');
    return [answer.status, await answer.json()];
  }
  function refuse(text, theirs) {
    refusal.hidden = !text;
    refusal.querySelector('span').textContent = text || '';
    const link = refusal.querySelector('[data-theirs]');
    link.hidden = refusal.querySelector('[data-act=mine]').hidden = !theirs;
    if (theirs) link.href = theirs;
    if (text) refusal.scrollIntoView({block: 'nearest'});
  }
  async function save(version) {
    say('正在保存……');
    const sent = state();
    try {
      const [code, answer] = await post(editor.dataset.save, version ? {version} : {});
      if (code === 409) { refusal.dataset.version = answer.version; refuse(answer.error, answer.history); say('没有保存'); return; }
      if (code !== 200) { refuse(answer.error || '没有保存成功，请稍后再试。'); say('没有保存'); return; }
      editor.dataset.version = answer.version;
      savedState = sent;
      editor.dispatchEvent(new CustomEvent('bulletin:proof', {detail: {html: answer.proof, saved: true}}));
      refuse('');
      changed(false);
    } catch (error) {
      refuse(error.message === 'login' ? '登录已过期。文字都还在本页：请另开窗口登录，再回来点保存。' : '没有连上服务器，文字都还在本页，请稍后再点保存。');
      say('没有保存');
    }
  }
  const acts = {
    undo, redo, save: () => save(), override: keepOverride,
    mine: () => save(Number(refusal.dataset.version)),
    restore: () => { write(chosen, chosen.dataset.original, ''); override.close(); },
    unbind: () => { const cell = chosen.closest('td'); override.close(); if (cell) free(cell); else { chosen.remove(); changed(); } },
    rowAdd: () => tableAct((cell) => Table.addRow(cell), '表格最多200行，请拆成几张或放进附件。'),
    columnAdd: () => tableAct((cell) => Table.addColumn(cell), '一页最多排12列，请拆成两张表。'),
    rowDrop: () => tableAct((cell) => Table.dropRow(cell), '表头不能删，表格至少留一行。'),
    columnDrop: () => tableAct((cell) => Table.dropColumn(cell), '表格至少留一列。'),
    heading: () => insert('heading'), paragraph: () => insert('paragraph'),
    up: () => move(-1), down: () => move(1), remove: removeBlock,
    recover, forget: () => { localStorage.removeItem(store); part('recovered').hidden = true; },
  };
  function insert(kind) { const made = block(kind); current().after(made); made.focus(); changed(); }
  function move(by) {
    const here = current(), other = by < 0 ? here.previousElementSibling : here.nextElementSibling;
    if (!other) return;
    if (by < 0) other.before(here); else other.after(here);
    (here.matches('[contenteditable], [tabindex]') ? here : here.querySelector('[contenteditable]')).focus();
    changed();
  }
  function removeBlock() {
    const here = current();
    tablebar.hidden = true;
    if (blocks.children.length < 2) { refuse('正文至少保留一段。'); return; }
    const beside = here.nextElementSibling || here.previousElementSibling;
    (beside.matches('[contenteditable], [tabindex]') ? beside : beside.querySelector('[contenteditable]')).focus();
    here.remove();
    changed();
  }
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-act]');
    if (!button) return;
    if (acts[button.dataset.act]) acts[button.dataset.act]();
  });
  // Buttons of the bar must not take the caret away from the text.
  editor.querySelectorAll('.edbar').forEach((bar) => bar.addEventListener('mousedown', (event) => { if (event.target.closest('button')) event.preventDefault(); }));
  document.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey)) return;
    const act = {s: 'save', z: event.shiftKey ? 'redo' : 'undo', y: 'redo'}[event.key.toLowerCase()];
    if (act && (act === 'save' || !event.target.matches('input'))) { event.preventDefault(); acts[act](); }
  });
  addEventListener('beforeunload', (event) => { if (isChanged()) event.preventDefault(); });

  function recover() {
    const kept = JSON.parse(localStorage.getItem(store));
    fill(blocks, kept.html);
    part('title').textContent = kept.title;
    part('addressees').textContent = kept.addressees;
    part('recovered').hidden = true;
    changed();
  }
  // On a telephone the draft is read and sent, not written.
  if (matchMedia('(max-width: 720px)').matches) {
    editor.querySelectorAll('[contenteditable]').forEach((box) => { box.contentEditable = 'false'; });
    refuse('手机上只看不改，编辑请用电脑。');
  }

  window.BulletinEditor = {editor, blocks, acts, fill, changed, isChanged, current, caretInto, post, refuse, openOverride, caret: () => caret, textual};
  try { part('recovered').hidden = !localStorage.getItem(store); } catch { /* no store, nothing to recover */ }
}());
