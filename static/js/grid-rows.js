// A grid's rows (tasks of a month, indicators of a period, a month's money; its columns stand in data-columns): what stands in their cells, what is said of them, the counts above and below.
// What is typed is kept in this tab until the server has it: through a lost line, an ended session, a closed page.
'use strict';
window.monthGrid = (function () {
  const box = document.getElementById('grid');
  const bar = document.getElementById('grid-bar');
  const note = document.getElementById('grid-note');
  const COLUMNS = (box.dataset.columns || 'text,percent,status,difficulty').split(',');
  const WRONG = ['refused', 'stale', 'blocked', 'offline', 'ask'];
  const KEY = `typing:${document.body.dataset.user || ''}:grid-${box.dataset.grid || ''}${box.dataset.period}`;
  const templates = {};
  document.querySelectorAll('template[data-say]').forEach((one) => { templates[one.dataset.say] = one; });
  const rows = [...box.querySelectorAll('tr.grow')].map(read);
  const alreadyHandedIn = Number(document.querySelector('[data-count="handed_in"]').textContent);

  function read(tr, index) {
    const cells = {};
    for (const name of COLUMNS) cells[name] = tr.querySelector(`[data-col="${name}"]`);
    const last = tr.querySelector('[data-prev="text"]');
    const row = {
      index, tr, cells,
      part: /^\d+$/.test(tr.dataset.part) ? Number(tr.dataset.part) : tr.dataset.part,
      version: Number(tr.dataset.version), state: tr.dataset.state,
      phase: '', why: '', field: '', time: '', busy: null, files: tr.querySelector('[data-col="file"]'),
      lacks: tr.dataset.lacks || '',
      last: tr.dataset.repeat ? JSON.parse(tr.dataset.repeat) : last && {
        text: last.textContent,
        percent: tr.querySelector('[data-prev="percent"]').textContent,
        status: tr.dataset.prevStatus,
      },
    };
    row.saved = valuesOf(row);
    return row;
  }

  function valuesOf(row) {
    const values = {};
    for (const name of COLUMNS) values[name] = row.cells[name] ? row.cells[name].value : '';
    return values;
  }

  function fill(row, values) {
    for (const [name, value] of Object.entries(values)) {
      if (!row.cells[name]) continue;
      row.cells[name].value = value;
      fit(row.cells[name]);
    }
  }

  const same = (one, other) => COLUMNS.every((name) => String(one[name]) === String(other[name]));
  const isDirty = (row) => row.state !== 'handed_in' && !same(valuesOf(row), row.saved);
  const isOpen = (row) => row.state !== 'handed_in';
  const isReady = (row) => (row.state === 'saved' || row.state === 'corrected') && !isDirty(row)
    && !['stale', 'refused', 'offline', 'ask'].includes(row.phase);
  const isUnfinished = (row) => WRONG.includes(row.phase) || ['empty', 'returned', 'partial'].includes(row.state);
  const canRepeat = (row) => row.state === 'empty' && row.last && !isDirty(row);

  // A cell grows with its text where the browser does not do so by itself.
  function fit(cell) {
    if (cell.tagName !== 'TEXTAREA' || CSS.supports('field-sizing', 'content')) return;
    cell.style.height = 'auto';
    cell.style.height = `${cell.scrollHeight}px`;
  }

  // Returns [sentence, column] of what the server would refuse in the percent, or nothing.
  function wrongIn(row) {
    if (!row.cells.percent) return null;
    const text = row.cells.percent.value.trim().replace(/[%％]$/, '').trim();
    if (!text) return ['请填写完成百分比（0—100）。', 'percent'];
    if (!/^-?\d+$/.test(text)) return ['完成百分比应为 0—100 的整数。', 'percent'];
    if (Number(text) < 0 || Number(text) > 100) return [`完成百分比应为 0—100，现填 ${text}，未保存。`, 'percent'];
    return null;
  }

  function say(row, phase, why = '', field = '') {
    row.phase = phase;
    row.why = why;
    row.field = field;
    const shown = phase || row.state;
    row.tr.dataset.shown = shown;
    row.tr.classList.toggle('bad', ['refused', 'stale', 'blocked', 'ask'].includes(phase));
    const words = templates[shown].content.cloneNode(true);
    const time = words.querySelector('time');
    if (time) time.textContent = row.time;
    row.tr.querySelector('[data-shown]').replaceChildren(words);
    for (const name of COLUMNS.filter((one) => row.cells[one])) {
      row.cells[name].classList.toggle('err', name === field);
      if (name === field) row.cells[name].setAttribute('aria-invalid', 'true');
      else row.cells[name].removeAttribute('aria-invalid');
    }
    explain(row, why || (shown === 'partial' ? row.lacks : ''));
    count();
  }

  // Says a sentence under the row's text; an empty one takes it away.
  function explain(row, why) {
    const place = row.tr.querySelector('.why');
    place.className = why ? 'why errline' : 'why';
    if (!why) { place.replaceChildren(); return; }
    const words = document.createElement('span');
    words.textContent = why;
    place.replaceChildren(document.querySelector('template[data-warning]').content.cloneNode(true), words);
  }

  function count() {
    const number = (of) => rows.filter(of).length;
    const counts = {
      filled: number((row) => isOpen(row) && !isUnfinished(row)),
      returned: number((row) => row.state === 'returned' && !WRONG.includes(row.phase)),
      wrong: number((row) => WRONG.includes(row.phase)),
      empty: number((row) => row.state === 'empty' && !WRONG.includes(row.phase)),
      partial: number((row) => row.state === 'partial' && !WRONG.includes(row.phase)),
      handed_in: alreadyHandedIn + number((row) => row.state === 'handed_in'),
    };
    for (const [name, value] of Object.entries(counts)) {
      const place = document.querySelector(`[data-count="${name}"]`);
      if (place) place.textContent = value;
    }
    const ready = number(isReady);
    const left = number(isUnfinished);
    const repeatable = number(canRepeat);
    bar.querySelector('[data-left]').textContent = left ? `还有 ${left} 项要处理` : ready ? '都已填好，可以提交' : '本期都已提交';
    bar.querySelector('[data-next]').disabled = !left;
    const all = bar.querySelector('[data-all-same]');
    if (all) {
      all.disabled = !repeatable;
      all.textContent = `${all.dataset.word}（${repeatable}）`;
    }
    const send = bar.querySelector('[data-hand-in]');
    send.disabled = !ready;
    send.textContent = ready ? `${send.dataset.word}（${ready}）` : send.dataset.word;
    send.title = ready ? '' : '没有已存的行可提交';
    box.dispatchEvent(new Event('grid:counted'));
  }

  function tell(text, {signIn = false, good = false} = {}) {
    note.hidden = !text;
    note.querySelector('.msg').className = good ? 'msg success' : 'msg warning';
    note.querySelector('span').textContent = text;
    note.querySelector('a').hidden = !signIn;
  }

  const announce = (text) => { document.getElementById('live').textContent = text; };

  // --- kept in this tab ------------------------------------------------------------------------------

  function keep() {
    const held = {};
    rows.filter(isDirty).forEach((row) => { held[row.part] = {version: row.version, values: valuesOf(row)}; });
    try {
      if (Object.keys(held).length) sessionStorage.setItem(KEY, JSON.stringify(held));
      else sessionStorage.removeItem(KEY);
    } catch { /* full or barred */ }
  }

  // Puts back what was typed before and not saved; returns how many rows. A row saved on its own form is current.
  function restore() {
    let held = {};
    try { held = JSON.parse(sessionStorage.getItem(KEY)) || {}; } catch { /* barred */ }
    const done = document.querySelector('meta[name="saved-row"]');
    if (done) delete held[done.content];
    let found = 0;
    for (const row of rows) {
      const one = held[row.part];
      if (!one || same(one.values, row.saved)) continue;
      fill(row, one.values);
      row.version = one.version;
      found += 1;
    }
    return found;
  }

  box.disabled = false;
  box.classList.add('live');
  bar.hidden = false;
  rows.forEach((row) => {
    Object.values(row.cells).filter(Boolean).forEach(fit);
    row.tr.querySelectorAll('a.ttl, a.single').forEach((link) => { link.tabIndex = -1; });
    say(row, '');
  });
  return {
    box, bar, rows, COLUMNS, valuesOf, fill, fit, isDirty, isOpen, isReady, isUnfinished, canRepeat, wrongIn, same,
    say, explain, count, tell, announce, keep, restore,
    firstOf: (row) => row.cells[COLUMNS.find((name) => row.cells[name])],
    rowOf: (node) => { const tr = node.closest && node.closest('tr.grow'); return rows.find((row) => row.tr === tr); },
  };
})();
