// What the editor's bar puts into the text: figures found on the server, tables, photos, charts of the catalogue.
'use strict';
(function () {
  const Editor = window.BulletinEditor;
  if (!Editor) return;
  const {editor, blocks, acts, changed, current, caretInto} = Editor;
  const {block, chip} = window.BulletinText;
  const dialog = (name) => editor.querySelector(`dialog[data-${name}]`);
  const figures = dialog('figures'), tables = dialog('tables'), photos = dialog('photos'), charts = dialog('charts');
  const token = JSON.parse(document.body.getAttribute('hx-headers'))['X-CSRFToken'];
  let place = null, place_in = null, asked = 0;

  // Where the caret stood when a dialog was opened.
  function remember() {
    place_in = current();
    const caret = Editor.caret();
    place = caret && place_in.contains(caret.startContainer) ? caret : null;
  }
  function open(box, field) {
    remember();
    const error = box.querySelector('[data-error]');
    if (error) error.hidden = true;
    box.showModal();
    if (field) box.querySelector(field).focus();
  }
  function put(made, inside) {
    place_in.after(made);
    changed();
    caretInto(inside || made, true);
    made.scrollIntoView({block: 'nearest'});
  }
  function wrong(box, text) {
    const error = box.querySelector('[data-error]');
    error.textContent = text;
    error.hidden = !text;
  }

  // Figures: looked for on the server, as of the edition's day. `found` is what the list was found for.
  let found = null;
  async function find() {
    const mine = asked += 1, list = figures.querySelector('[data-found]');
    const words = figures.querySelector('#figure-q').value;
    if (!list.childElementCount) list.textContent = '正在查找…';
    try {
      const answer = await fetch(`${editor.dataset.find}?q=${encodeURIComponent(words)}`);
      if (!answer.ok || answer.redirected) throw new Error('refused');
      const html = await answer.text();
      if (mine !== asked) return;
      Editor.fill(list, html);
      found = words;
    } catch {
      if (mine === asked) { list.textContent = '没有连上服务器，请稍后再查。'; found = null; }
    }
  }
  let waiting = 0;
  figures.querySelector('#figure-q').addEventListener('input', () => { clearTimeout(waiting); waiting = setTimeout(find, 200); });
  figures.querySelector('#figure-q').addEventListener('keydown', async (event) => {
    if (event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault();
    const words = event.target.value;
    if (found !== words) { clearTimeout(waiting); await find(); } // never the first of an older list
    const first = found === words && figures.open && figures.querySelector('[data-pick]');
    if (first) first.click();
  });
  figures.addEventListener('click', (event) => {
    const pick = event.target.closest('[data-pick]');
    if (!pick) return;
    figures.close();
    const span = chip(pick.dataset.pick, pick.dataset.text, pick.dataset.label);
    const cell = place && place.startContainer.parentElement.closest('td') || document.activeElement.closest('[data-block=table] td');
    if (cell) {
      cell.replaceChildren(span);
      cell.contentEditable = 'false';
      cell.tabIndex = 0;
      cell.focus();
      changed();
      return;
    }
    let here = place_in;
    if (here.dataset.block !== 'paragraph') { here = block('paragraph'); place_in.after(here); place = null; }
    if (place) { place.deleteContents(); place.insertNode(span); } else here.append(span);
    if (!span.nextSibling) span.after('\u200b');
    here.focus();
    getSelection().collapse(span.nextSibling, 0);
    changed();
  });

  function insertTable() {
    const copied = tables.querySelector('#table-paste').value;
    let rows = window.BulletinTable.parse(copied);
    if (!rows.length) {
      const [down, across] = ['#table-rows', '#table-columns'].map((name) => Number(tables.querySelector(name).value));
      if (!(down >= 1 && down <= 200 && across >= 1 && across <= 12)) { wrong(tables, '行数应为1到200，列数应为1到12。'); return; }
      rows = Array.from({length: down + 1}, () => Array(across).fill(''));
    }
    if (rows.length < 2) { wrong(tables, '粘贴的内容只有一行，第一行作表头，请至少再有一行。'); return; }
    if (rows.length > 201 || rows[0].length > 12) { wrong(tables, `粘贴的有${rows.length - 1}行、${rows[0].length}列，最多200行、12列，请拆开。`); return; }
    tables.close();
    tables.querySelector('#table-paste').value = '';
    const made = window.BulletinTable.make(rows);
    put(made, made.querySelector('[data-caption]'));
  }

  function line(tag, name, hint, text) {
    const made = document.createElement(tag);
    made.contentEditable = 'plaintext-only';
    made.spellcheck = false;
    made.dataset[name] = '';
    made.dataset.hint = hint;
    made.textContent = text;
    return made;
  }
  function figure(kind, key) {
    const made = document.createElement('figure');
    made.className = 'keep pic';
    made.dataset.block = kind;
    made.dataset.key = key;
    made.tabIndex = 0;
    return made;
  }
  async function insertPhoto() {
    const file = photos.querySelector('#photo-file').files[0], caption = photos.querySelector('#photo-caption').value.trim();
    if (!file) { wrong(photos, '请选择一张照片。'); return; }
    if (!caption) { wrong(photos, '请写照片说明：何时、何地、何事。'); return; }
    const button = photos.querySelector('[data-act=photoInsert]'), body = new FormData();
    body.append('photo', file);
    button.disabled = true;
    try {
      const answer = await fetch(editor.dataset.photo, {method: 'POST', headers: {'X-CSRFToken': token}, body});
      if (answer.redirected) { wrong(photos, '登录已过期。请另开窗口登录，再回来插入。'); return; }
      const told = await answer.json();
      if (!answer.ok) { wrong(photos, told.error); return; }
      const made = figure('photo', told.key), image = new Image();
      image.src = told.url;
      image.alt = photos.querySelector('#photo-alt').value.trim() || caption;
      const alt = line('p', 'alt', '替代文字：读屏软件念给看不见照片的人；不填用说明', photos.querySelector('#photo-alt').value.trim());
      alt.className = 'talt';
      made.append(image, line('figcaption', 'caption', '照片说明（必填）：何时、何地、何事', caption), alt);
      photos.close();
      photos.querySelector('form').reset();
      put(made, made.querySelector('[data-caption]'));
    } catch {
      wrong(photos, '没有连上服务器，照片没有上传，请稍后再试。');
    } finally {
      button.disabled = false;
    }
  }

  charts.addEventListener('click', (event) => {
    const pick = event.target.closest('[data-chart]');
    if (!pick) return;
    charts.close();
    const made = figure('chart', pick.dataset.chart), words = document.createElement('figcaption'), wait = document.createElement('p');
    wait.className = 'drawing';
    wait.textContent = '保存后在后台绘制，绘好即显示在这里。';
    words.textContent = pick.textContent.trim();
    made.append(wait, words);
    put(made);
  });

  Object.assign(acts, {
    figure: () => { open(figures, '#figure-q'); find(); },
    table: () => open(tables, '#table-paste'), tableInsert: insertTable,
    photo: () => open(photos, '#photo-file'), photoInsert: insertPhoto,
    chart: () => open(charts),
  });
  document.addEventListener('keydown', (event) => {
    if (event.altKey && event.key.toLowerCase() === 'n' && !document.querySelector('dialog[open]')) { event.preventDefault(); acts.figure(); }
  });

  // A chart put in before is drawn by a job; once the files stand its picture does.
  editor.addEventListener('bulletin:ready', () => {
    blocks.querySelectorAll('[data-block=chart] .drawing').forEach((wait) => {
      const image = new Image();
      image.src = editor.dataset.pictureOf.replace('KEY', encodeURIComponent(wait.parentElement.dataset.key));
      image.alt = wait.nextElementSibling.textContent;
      image.addEventListener('load', () => wait.replaceWith(image));
      image.addEventListener('error', () => { wait.textContent = '本次没有绘成，文件中以文字代替。'; });
    });
  });
}());
