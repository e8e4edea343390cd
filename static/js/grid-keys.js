// A grid without the mouse: keys between cells, last period's content in one key, columns pasted from a sheet.
'use strict';
(function () {
  const grid = window.monthGrid;
  const {box, bar, rows, say, COLUMNS} = grid;
  const keys = document.querySelector('dialog.keys');
  const all = bar.querySelector('[data-all-same]');
  const STATUS_WORDS = {
    not_started: ['未启动', '未开展', '未开始', '尚未启动'],
    under_way: ['推进中', '正在推进', '序时推进', '进行中', '推进'],
    claimed: ['申请办结', '已完成', '已办结', '完成', '办结'],
  };
  let now = null; // the row that holds the cursor
  let entered = ''; // what its cell held when it was entered

  // --- from cell to cell -----------------------------------------------------------------------------

  function enter(row = null) {
    if (now === row) return;
    const left = now;
    if (left) left.tr.classList.remove('now');
    now = row;
    if (row) row.tr.classList.add('now');
    if (left && grid.isDirty(left)) grid.save([left]);
  }

  function go(row, name) {
    if (!row) return;
    const cell = name === 'file' ? row.files : row.cells[name] || grid.firstOf(row);
    cell.focus();
    if (cell.select) cell.select();
    row.tr.scrollIntoView({block: 'nearest'});
  }

  const beside = (row, step) => {
    let index = row.index + step;
    while (rows[index] && !grid.isOpen(rows[index])) index += step;
    return rows[index];
  };

  function next() {
    const start = now ? now.index + 1 : 0;
    const order = [...rows.slice(start), ...rows.slice(0, start)];
    const found = order.find(grid.isUnfinished);
    if (found) go(found, found.field || COLUMNS[0]);
  }

  // At its text's edge an arrow leaves the cell; within it moves the cursor, as everywhere.
  function atEdge(cell, down) {
    if (cell.tagName !== 'TEXTAREA') return true;
    if (cell.selectionStart === 0 && cell.selectionEnd === cell.value.length) return true;
    const rest = down ? cell.value.slice(cell.selectionEnd) : cell.value.slice(0, cell.selectionStart);
    return !rest || (!rest.includes('\n') && cell.clientHeight < 48);
  }

  // --- last period's content -------------------------------------------------------------------------

  function repeat(row) {
    if (!grid.isOpen(row) || !all) return false;
    const [main] = COLUMNS;
    if (!row.last) { say(row, row.phase, all.dataset.none, main); return false; }
    const text = row.cells[main].value;
    if (text && text !== row.last[main] && !row.asked) {
      row.asked = true;
      say(row, row.phase, `这一行已有内容；再按一次“${all.dataset.one}”，${all.dataset.replaces}。`);
      return false;
    }
    row.asked = false;
    grid.fill(row, row.last);
    say(row, 'editing');
    return true;
  }

  // --- a column or a rectangle from a sheet ----------------------------------------------------------

  // Cells of tab-separated text; a cell with line breaks stands in quotes, quotes in it are doubled.
  function cellsOf(text) {
    const lines = [[]];
    const pattern = /(?:"((?:[^"]|"")*)"(?=[\t\n]|$)|([^\t\n]*))(\t|\n|$)/y;
    const whole = text.replace(/\r\n?/g, '\n').replace(/\n+$/, '');
    while (pattern.lastIndex <= whole.length) {
      const [, quoted, plain, end] = pattern.exec(whole);
      lines.at(-1).push(quoted === undefined ? plain : quoted.replace(/""/g, '"'));
      if (end === '\n') lines.push([]);
      if (!end) break;
    }
    return lines;
  }

  function put(row, name, value) {
    const cell = row.cells[name];
    const text = value.trim();
    if (!cell) return text ? `“${text.slice(0, 20)}”没有地方放，未粘贴。` : '';
    if (name === 'percent') cell.value = text.replace(/[%％]$/, '').replace(/\.0+$/, '').trim();
    else if (cell.tagName !== 'SELECT') cell.value = text;
    else if (text) {
      const option = [...cell.options].find((one) => one.text === text || (STATUS_WORDS[one.value] || []).includes(text));
      const column = (cell.getAttribute('aria-label') || '').split(' ').pop();
      if (!option) return `${column}“${text.slice(0, 20)}”不在可选项中，未改。`;
      cell.value = option.value;
    }
    grid.fit(cell);
    return '';
  }

  async function spread(row, name, lines) {
    const open = rows.filter(grid.isOpen).filter((one) => one.index >= row.index);
    const from = COLUMNS.indexOf(name);
    const filled = open.slice(0, lines.length);
    const notes = new Map();
    filled.forEach((one, index) => {
      const said = lines[index].slice(0, COLUMNS.length - from).map((value, at) => put(one, COLUMNS[from + at], value));
      say(one, 'editing');
      if (said.some(Boolean)) notes.set(one, said.join(''));
    });
    await grid.save(filled, {patient: true});
    notes.forEach((words, one) => { if (!one.why) grid.explain(one, words); });
    const beyond = lines.length - filled.length;
    const wide = Math.max(...lines.map((line) => line.length)) > COLUMNS.length - from;
    const said = `已粘贴 ${filled.length} 行${beyond > 0 ? `；多出的 ${beyond} 行没有地方放，未粘贴` : ''}${wide ? '；多出的列未粘贴' : ''}。`;
    grid.tell(said, {good: beyond <= 0 && !wide});
    grid.announce(said);
  }

  box.addEventListener('paste', (event) => {
    const row = grid.rowOf(event.target);
    const name = event.target.dataset.col;
    if (!row || !COLUMNS.includes(name) || !grid.isOpen(row)) return;
    const text = event.clipboardData.getData('text/plain');
    const html = event.clipboardData.getData('text/html');
    if (!/[\t\n\r]/.test(text.replace(/[\r\n]+$/, ''))) {
      if (event.target.tagName !== 'SELECT') return;
    } else if (html && !/<table/i.test(html)) return; // paragraphs of a document belong into one cell
    event.preventDefault();
    spread(row, name, cellsOf(text));
  });

  // --- keys and buttons ------------------------------------------------------------------------------

  // The row that is entered grows and the one that is left may too: not between a button's press and its release.
  let pressed = false;
  document.addEventListener('pointerdown', () => { pressed = true; }, true);
  ['pointerup', 'pointercancel'].forEach((kind) => document.addEventListener(kind, () => {
    pressed = false;
    setTimeout(() => enter(grid.rowOf(document.activeElement)));
  }, true));
  box.addEventListener('focusin', (event) => {
    if (!pressed) enter(grid.rowOf(event.target));
    entered = event.target.value;
  });
  box.addEventListener('focusout', (event) => {
    if (!pressed && (!event.relatedTarget || !box.contains(event.relatedTarget))) enter();
  });
  box.addEventListener('input', (event) => {
    const row = grid.rowOf(event.target);
    if (!row || event.target.type === 'file') return;
    row.asked = false;
    if (row.phase !== 'stale') say(row, grid.isDirty(row) ? 'editing' : '');
    grid.fit(event.target);
    grid.keep();
  });

  box.addEventListener('keydown', (event) => {
    const cell = event.target;
    const row = grid.rowOf(cell);
    const name = cell.dataset.col;
    if (!row || !name || event.isComposing || event.keyCode === 229) return;
    const done = () => event.preventDefault();
    if (event.altKey && event.code === 'KeyN') {
      done();
      if (!repeat(row)) return;
      const below = beside(row, 1);
      if (below) go(below, name);
      else grid.save([row]);
    } else if (event.key === 'Enter' && event.ctrlKey) {
      done();
      row.tr.querySelector('a.single').click();
    } else if (event.key === 'Enter' && name !== 'file' && !event.shiftKey && !event.altKey) {
      done();
      const below = beside(row, 1);
      if (below) go(below, name);
      else grid.save([row]);
    } else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && !event.altKey && !event.shiftKey && cell.tagName !== 'SELECT') {
      const down = event.key === 'ArrowDown';
      if (!atEdge(cell, down)) return;
      done();
      go(beside(row, down ? 1 : -1), name);
    } else if (event.key === 'Escape' && name !== 'file' && cell.value !== entered) {
      done();
      cell.value = entered;
      cell.dispatchEvent(new Event('input', {bubbles: true}));
    }
  });

  document.addEventListener('keydown', async (event) => {
    const writing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if ((event.ctrlKey || event.metaKey) && event.code === 'KeyS') {
      event.preventDefault();
      const sent = await grid.save();
      if (!sent) grid.announce('没有要保存的改动。');
    } else if (event.altKey && event.code === 'KeyJ') {
      event.preventDefault();
      next();
    } else if ((event.key === '?' && !writing) || ((event.ctrlKey || event.metaKey) && event.key === '/')) {
      event.preventDefault();
      if (!keys.open) keys.showModal();
    }
  });

  box.addEventListener('click', (event) => {
    const button = event.target.closest('[data-same]');
    if (!button) return;
    const row = grid.rowOf(button);
    if (repeat(row)) grid.save([row]);
  });
  bar.querySelector('[data-next]').addEventListener('click', next);
  if (all) {
    all.addEventListener('click', () => {
      const some = rows.filter(grid.canRepeat);
      some.forEach(repeat);
      grid.save(some);
    });
  }
  document.querySelectorAll('[data-show-keys]').forEach((button) => {
    button.hidden = false;
    button.addEventListener('click', () => keys.showModal());
  });
  // With a keyboard at hand the cursor stands where the work begins.
  if (matchMedia('(min-width: 721px) and (pointer: fine)').matches && document.activeElement === document.body) {
    const first = rows.find(grid.isUnfinished);
    if (first) grid.firstOf(first).focus({preventScroll: true});
  }
})();
