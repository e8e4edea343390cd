// Beside the editor: the proofreader's findings with their places in the text, the figures that the text cites; below
// it: whether the draft may go to the leader, and its files once they are set.
'use strict';
(function () {
  const Editor = window.BulletinEditor;
  if (!Editor) return;
  const {editor, blocks, acts, fill, changed, isChanged, post, refuse, openOverride, caretInto} = Editor;
  const {range, isKept, clean} = window.BulletinText;
  const panel = editor.querySelector('[data-panel]'), numbers = editor.querySelector('[data-numbers]');
  const why = document.querySelector('[data-why]'), sending = document.querySelector('[data-send]');
  const files = document.querySelectorAll('[data-file]');
  let ready = !document.querySelector('[data-file][aria-disabled]'), failed = '', timer = 0;

  // Findings: where they are. The server counts the blocks that it keeps.
  function boxOf(finding) {
    if (finding.dataset.blockIndex === '') return null;
    const block = Array.from(blocks.querySelectorAll('[data-block]')).filter(isKept)[Number(finding.dataset.blockIndex)];
    if (!block) return null;
    const row = finding.dataset.row;
    if (row === '') return block;
    const table = block.querySelector('table'), line = table && (row === '-1' ? table.tHead.rows[0] : table.tBodies[0].rows[Number(row)]);
    return line ? line.cells[Number(finding.dataset.column)] || block : block;
  }
  function placeOf(finding) {
    const box = boxOf(finding), written = finding.dataset.written;
    if (!box || !written) return null;
    const isCell = box.matches('th, td');
    const at = isCell ? box.textContent.indexOf(written) : Number(finding.dataset.offset);
    const found = at < 0 ? null : range(box, at, written.length);
    return found && found.toString() === written ? found : null;
  }
  const chipAt = (found) => found && found.startContainer.parentElement.closest('[data-figure]');

  // Mark the places in the text itself: figures by their chip, other words by a highlight of the browser.
  function mark() {
    blocks.querySelectorAll('[data-figure]').forEach((span) => {
      span.classList.remove('bad', 'check');
      delete span.dataset.finding;
    });
    const bad = [], check = [];
    panel.querySelectorAll('[data-finding]').forEach((finding, n) => {
      const found = placeOf(finding), span = chipAt(found), must = Boolean(finding.dataset.replacement);
      if (span) { span.classList.add(must ? 'bad' : 'check'); span.dataset.finding = n + 1; }
      else if (found) (must ? bad : check).push(found);
    });
    if (!window.CSS || !CSS.highlights) return;
    CSS.highlights.set('bulletin-bad', new Highlight(...bad));
    CSS.highlights.set('bulletin-check', new Highlight(...check));
  }
  function locate(finding) {
    const box = boxOf(finding), found = placeOf(finding);
    if (!box) { refuse('这一处在附件里，附件随数据，请核对数据。'); return null; }
    box.scrollIntoView({block: 'center'});
    panel.querySelectorAll('.fnd.on').forEach((other) => other.classList.remove('on'));
    finding.classList.add('on');
    if (found && !chipAt(found) && box.closest('[contenteditable=true]')) {
      box.focus();
      getSelection().removeAllRanges();
      getSelection().addRange(found);
    } else (chipAt(found) || box).focus();
    return found;
  }
  function correct(finding) {
    const found = locate(finding);
    if (!found) { refuse(boxOf(finding) ? '文字已经改过，请重新校核。' : '这一处在附件里，附件随数据，请核对数据。'); return; }
    const span = chipAt(found), text = finding.dataset.replacement;
    if (span) { openOverride(span, span.textContent.replace(finding.dataset.written, text), '校核更正'); return; }
    if (!found.startContainer.parentElement.closest('[contenteditable]')) { refuse('这张表随数据，不能直接改，请核对数据。'); return; }
    found.deleteContents();
    found.insertNode(document.createTextNode(text));
    finding.remove();
    mark();
    changed();
  }
  panel.addEventListener('click', (event) => {
    const button = event.target.closest('[data-act]'), finding = button && button.closest('[data-finding]');
    if (!finding) return;
    if (button.dataset.act === 'jump') locate(finding);
    if (button.dataset.act === 'correct') correct(finding);
  });
  panel.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && event.target.matches('[data-finding]')) correct(event.target);
  });
  async function proof() {
    try {
      const [code, answer] = await post(editor.dataset.proof, {});
      if (code === 200) { show(answer.proof); choose('proof'); refuse(''); } else refuse(answer.error);
    } catch { refuse('没有连上服务器，请稍后再校核。'); }
  }
  acts.proof = proof;

  function show(html) {
    fill(panel, html);
    mark();
    count();
    bar();
  }
  editor.addEventListener('bulletin:proof', (event) => {
    if (event.detail.saved) { ready = false; failed = ''; poll(); }
    show(event.detail.html);
  });

  // The figures that the text cites, in order; one leads to its place.
  function list() {
    const rows = Array.from(blocks.querySelectorAll('[data-figure]'), (span) => {
      const row = document.createElement('button'), label = document.createElement('span'), key = document.createElement('span'), value = document.createElement('b');
      row.type = 'button';
      row.className = 'pickrow';
      label.className = 'l';
      key.className = 'k';
      key.textContent = span.dataset.reason ? `原数 ${span.dataset.original}；${span.dataset.reason}` : span.dataset.figure;
      label.append(span.dataset.label || span.dataset.figure, key);
      value.textContent = clean(span.textContent);
      row.append(label, value);
      row.classList.toggle('over', Boolean(span.dataset.reason));
      row.addEventListener('click', () => { span.scrollIntoView({block: 'center'}); span.focus(); });
      return row;
    });
    const none = document.createElement('p');
    none.className = 'muted pad';
    none.textContent = '正文没有引用本站数字。';
    numbers.replaceChildren(...(rows.length ? rows : [none]));
  }
  function choose(name) {
    editor.querySelectorAll('[data-tab]').forEach((tab) => tab.setAttribute('aria-selected', String(tab.dataset.tab === name)));
    panel.hidden = name !== 'proof';
    numbers.hidden = name !== 'numbers';
    if (name === 'numbers') list();
  }
  editor.querySelectorAll('[data-tab]').forEach((tab) => tab.addEventListener('click', () => choose(tab.dataset.tab)));
  function count() {
    const found = panel.querySelectorAll('[data-finding]').length;
    const badge = editor.querySelector('[data-count=proof]');
    badge.textContent = found || '';
    badge.classList.toggle('bad', found > 0);
    editor.querySelector('[data-count=numbers]').textContent = blocks.querySelectorAll('[data-figure]').length;
  }

  // The bar below: what stands between the draft and the leader.
  function bar() {
    const found = panel.querySelectorAll('[data-finding]').length, dirty = isChanged();
    const said = dirty ? '有未保存的改动' : failed || (!ready ? '文件正在排版…' : found ? `校核有 ${found} 处，改正后送签，或在草稿页写明理由` : '');
    why.textContent = said;
    why.classList.toggle('t-red', Boolean(failed || (found && ready && !dirty)));
    sending.disabled = Boolean(said);
    document.querySelector('[data-send-version]').value = editor.dataset.version;
    files.forEach((link) => { if (ready && !dirty) link.removeAttribute('aria-disabled'); else link.setAttribute('aria-disabled', 'true'); });
  }
  files.forEach((link) => link.addEventListener('click', (event) => { if (link.hasAttribute('aria-disabled')) event.preventDefault(); }));
  async function poll() {
    clearTimeout(timer);
    try {
      const answer = await fetch(editor.dataset.state), told = await answer.json();
      if (String(told.version) === editor.dataset.version) {
        ready = told.ready;
        failed = told.failed;
        if (ready) editor.dispatchEvent(new CustomEvent('bulletin:ready'));
      }
    } catch { /* asked again below */ }
    bar();
    if (!ready && !failed) timer = setTimeout(poll, 1500);
  }
  let soon = 0;
  editor.addEventListener('bulletin:changed', () => {
    clearTimeout(soon);
    soon = setTimeout(() => { mark(); count(); bar(); if (!numbers.hidden) list(); }, 150);
  });
  blocks.addEventListener('focusin', (event) => {
    const span = event.target.closest('[data-figure]'), n = span && span.dataset.finding;
    panel.querySelectorAll('[data-finding]').forEach((finding, place) => finding.classList.toggle('on', String(place + 1) === n));
    const on = panel.querySelector('.fnd.on');
    if (on) on.scrollIntoView({block: 'nearest'});
  });

  mark();
  count();
  if (!ready) poll();
  bar();
}());
