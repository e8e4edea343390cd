// Tables that people type in the bulletin editor: reading what Excel puts on the clipboard, rows, columns, keys.
'use strict';
window.BulletinTable = (function () {
  const MOST_ROWS = 201, MOST_COLUMNS = 12;

  // Tabs part cells, lines part rows; a cell in quotation marks may hold both. Empty rows and columns at the edges go.
  function parse(text) {
    const rows = [[]];
    let cell = '', quoted = false;
    const end = () => { rows.at(-1).push(cell.replace(/\s*\n\s*/g, ' ').trim()); cell = ''; };
    const words = text.replace(/\r\n?/g, '\n');
    for (let place = 0; place < words.length; place += 1) {
      const char = words[place];
      if (quoted) {
        if (char === '"' && words[place + 1] === '"') { cell += '"'; place += 1; }
        else if (char === '"') quoted = false;
        else cell += char;
      } else if (char === '"' && !cell) quoted = true;
      else if (char === '\t') end();
      else if (char === '\n') { end(); rows.push([]); }
      else cell += char;
    }
    end();
    while (rows.length && rows.at(-1).every((word) => !word)) rows.pop();
    const width = Math.max(0, ...rows.map((row) => row.findLastIndex((word) => word) + 1));
    return rows.map((row) => Array.from({length: width}, (_, n) => row[n] || ''));
  }

  function box(kind, text) {
    const made = document.createElement(kind);
    made.contentEditable = 'true';
    made.spellcheck = false;
    made.textContent = text || '';
    return made;
  }
  function line(tag, name, hint, text) {
    const made = document.createElement('p');
    made.className = tag;
    made.contentEditable = 'plaintext-only';
    made.spellcheck = false;
    made.dataset[name] = '';
    made.dataset.hint = hint;
    made.textContent = text || '';
    return made;
  }

  // A table block; the first of `rows` is its header.
  function make(rows) {
    const block = document.createElement('div'), frame = document.createElement('div');
    const table = document.createElement('table'), head = table.createTHead(), body = table.createTBody();
    block.className = 'tblock';
    block.dataset.block = 'table';
    frame.className = 'tscroll';
    table.className = 'otbl';
    head.insertRow().append(...rows[0].map((text) => box('th', text)));
    rows.slice(1).forEach((row) => body.insertRow().append(...row.map((text) => box('td', text))));
    frame.append(table);
    block.append(line('tcap', 'caption', '表题（必填），如 各县项目情况'), frame, line('tnote', 'notes', '注（可不填）'));
    return block;
  }

  const tableOf = (cell) => cell.closest('table');
  const widthOf = (table) => table.tHead.rows[0].cells.length;
  function addRow(cell) {
    const table = tableOf(cell), row = cell.closest('tbody tr');
    if (table.rows.length >= MOST_ROWS) return null;
    const made = table.tBodies[0].insertRow(row ? row.sectionRowIndex + 1 : 0);
    made.append(...Array.from({length: widthOf(table)}, () => box('td')));
    return made;
  }
  function addColumn(cell) {
    const table = tableOf(cell), at = cell.cellIndex;
    if (widthOf(table) >= MOST_COLUMNS) return false;
    Array.from(table.rows).forEach((row, n) => row.cells[at].after(box(n ? 'td' : 'th')));
    return true;
  }
  function dropRow(cell) {
    const table = tableOf(cell), row = cell.closest('tbody tr');
    if (!row || table.tBodies[0].rows.length < 2) return false;
    (row.nextElementSibling || row.previousElementSibling).cells[cell.cellIndex].focus();
    row.remove();
    return true;
  }
  function dropColumn(cell) {
    const table = tableOf(cell), at = cell.cellIndex;
    if (widthOf(table) < 2) return false;
    cell.parentElement.cells[at ? at - 1 : 1].focus();
    Array.from(table.rows).forEach((row) => row.cells[at].remove());
    return true;
  }

  // What was copied from a sheet fills the table from this cell on; the table grows as far as it may.
  function paste(cell, rows) {
    const table = tableOf(cell), first = cell.parentElement.rowIndex, left = cell.cellIndex;
    while (widthOf(table) < left + rows[0].length && addColumn(table.tHead.rows[0].cells[widthOf(table) - 1]));
    while (table.rows.length < first + rows.length && addRow(table.rows[table.rows.length - 1].cells[0]));
    rows.forEach((texts, down) => texts.forEach((text, right) => {
      const row = table.rows[first + down], target = row && row.cells[left + right];
      if (!target) return;
      target.contentEditable = 'true';
      target.removeAttribute('tabindex');
      target.textContent = text;
    }));
    return table.rows.length >= first + rows.length && widthOf(table) >= left + rows[0].length;
  }

  // The cell that Tab (by 1 or -1) or Enter (by a row) leads to; null at an edge.
  function next(cell, by) {
    const cells = Array.from(tableOf(cell).querySelectorAll('th, td'));
    return cells[cells.indexOf(cell) + by] || null;
  }

  return {parse, make, addRow, addColumn, dropRow, dropColumn, paste, next, widthOf, tableOf};
}());
