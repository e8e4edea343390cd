// A grid's talk with the server: rows are saved as they are left, handed in together, files sent with them.
'use strict';
(function () {
  const grid = window.monthGrid;
  const {box, bar, rows, say} = grid;
  const LABELS = {text: '本期进展', percent: '完成 %', status: '状态', difficulty: '存在困难', value: '数值', numerator: '分子',
    denominator: '分母', note: '说明', amount: '本月金额', voucher_kind: '凭证种类', voucher_number: '凭证号'};
  const LOST = '没有连上服务器，内容已留在本机，连上后自动保存。';
  const FILES = box.dataset.files || '佐证';
  const AT_ONCE = 200;
  const RETRY = 10000;

  function token() {
    const cookie = document.cookie.split('; ').find((one) => one.startsWith('csrftoken='));
    return cookie ? cookie.slice(10) : JSON.parse(document.body.getAttribute('hx-headers'))['X-CSRFToken'];
  }

  // Returns {lost} without a server, {expired} without a session, else {status, answer}.
  async function ask(address, body, {json = true, keepalive = false} = {}) {
    const headers = {'X-CSRFToken': token()};
    if (json) headers['Content-Type'] = 'application/json';
    try {
      const answer = await fetch(address, {
        method: 'POST', headers, keepalive, credentials: 'same-origin', body: json ? JSON.stringify(body) : body,
      });
      if (answer.status === 403 || answer.redirected) return {expired: true};
      const said = (answer.headers.get('Content-Type') || '').includes('json') ? await answer.json() : {};
      return {status: answer.status, answer: said};
    } catch {
      return {lost: true};
    }
  }

  function online(yes) {
    bar.querySelector('[data-online]').hidden = !yes;
    bar.querySelector('[data-offline]').hidden = yes;
  }

  const expired = () => !document.querySelector('#grid-note a').hidden;

  // Tells what became of a whole request that brought no answer per row; returns true when it did.
  function failed(got, sent) {
    online(!got.lost);
    if (!got.lost && !got.expired && got.answer.rows) return false;
    if (got.expired) grid.tell('登录已过期，已填的内容留在本机。重新登录后自动放回并保存。', {signIn: true});
    const said = got.expired ? '登录已过期，未保存。' : got.lost ? LOST
      : got.status === 404 ? '这一行已不在本单位名下，未保存，请刷新页面。'
        : got.answer.message || `服务器未能保存（${got.status}），内容已留在本机，稍后自动重试。`;
    const phase = !got.lost && !got.expired && got.status < 500 ? 'refused' : 'offline';
    sent.forEach((row) => { row.busy = null; say(row, phase, said); });
    grid.announce(said);
    return true;
  }

  // --- saving ----------------------------------------------------------------------------------------

  // Saves the rows that hold something new; with ``patient`` a row without its percent is still being written.
  async function save(wanted = rows, {patient = false, keepalive = false} = {}) {
    const due = wanted.filter((row) => grid.isDirty(row) && !row.busy && row.phase !== 'stale').filter((row) => {
      const wrong = grid.wrongIn(row);
      if (wrong && patient && row.cells.percent && !row.cells.percent.value.trim()) say(row, 'editing');
      else if (wrong) say(row, 'refused', ...wrong);
      return !wrong;
    });
    grid.keep();
    for (let start = 0; start < due.length; start += AT_ONCE) {
      await send(due.slice(start, start + AT_ONCE), keepalive);
    }
    wanted.filter((row) => !grid.isDirty(row) && ['editing', 'refused'].includes(row.phase)).forEach((row) => say(row, ''));
    return due.length;
  }

  async function send(some, keepalive) {
    const sent = new Map(some.map((row) => [row, grid.valuesOf(row)]));
    const body = {period: box.dataset.period, rows: some.map((row) => ({part: row.part, version: row.version, ...sent.get(row), ...confirmation(row)}))};
    const asked = ask(box.dataset.save, body, {keepalive});
    some.forEach((row) => { row.busy = asked; say(row, 'saving'); });
    const got = await asked;
    if (failed(got, some)) return;
    if (expired()) grid.tell('');
    some.forEach((row) => { row.busy = null; take(row, sent.get(row), got.answer.rows[row.part], got.answer.at); });
    grid.keep();
    const changed = some.filter((row) => row.phase === 'editing' && !row.tr.classList.contains('now'));
    if (changed.length) await save(changed, {patient: true}); // written in and left while it was being saved
    const bad = some.filter((row) => row.why).length;
    grid.announce(bad ? `${some.length - bad} 行已保存，${bad} 行未保存。` : `已保存 ${some.length} 行。`);
  }

  // What was asked about a value is confirmed for this value alone.
  const figures = (row) => JSON.stringify(grid.COLUMNS.filter((name) => name !== 'note').map((name) => grid.valuesOf(row)[name]));
  const confirmation = (row) => (row.confirmed && row.confirmed === figures(row) ? {confirmed: true} : {});

  function question(row, answer) {
    say(row, 'ask', answer.message, answer.field);
    const shown = document.querySelector('template[data-question]').content.cloneNode(true);
    shown.querySelector('button').addEventListener('click', () => {
      row.confirmed = figures(row);
      save([row]);
      (row.cells.note || grid.firstOf(row)).focus();
    });
    row.tr.querySelector('.why').append(shown);
    grid.announce(answer.message);
  }

  function take(row, values, answer, at) {
    if (answer.state === 'stale') { clash(row, answer); return; }
    if (answer.state === 'ask') { question(row, answer); return; }
    const out = row.tr.querySelector('[data-out]');
    if (out && answer.shown !== undefined) out.textContent = answer.shown;
    if (answer.files !== undefined) showFiles(row, answer.files);
    row.lacks = answer.lacks || '';
    if (answer.state === 'cleared') {
      row.version = 0;
      row.saved = values;
      row.state = 'empty';
      say(row, grid.isDirty(row) ? 'editing' : '');
      return;
    }
    if (answer.state === 'refused') { say(row, 'refused', answer.message, answer.field); return; }
    row.version = answer.version;
    row.saved = values;
    for (const [name, value] of Object.entries(answer.cells || {})) { // numbers as they were understood
      if (!row.cells[name]) continue;
      if (row.cells[name].value === values[name]) row.cells[name].value = value;
      row.saved = {...row.saved, [name]: value};
    }
    row.time = at;
    row.state = row.lacks ? 'partial' : row.state === 'returned' || row.state === 'corrected' ? 'corrected' : 'saved';
    say(row, grid.isDirty(row) ? 'editing' : '');
  }

  // Both versions in the row, column by column; nothing is overwritten before one is chosen.
  function clash(row, answer) {
    say(row, 'stale');
    const shown = document.querySelector('template[data-conflict]').content.cloneNode(true);
    shown.querySelector('[data-who]').textContent = `${answer.by || '同事'}刚保存过这一行，请选择保留哪一份，也可先修改再保存。`;
    const [mine, theirs] = shown.querySelectorAll('dl');
    const word = (name, value) => {
      const option = [...row.cells[name].options || []].find((one) => one.value === value);
      return (option ? option.text : String(value)) || '（空）';
    };
    for (const name of grid.COLUMNS) {
      if (!row.cells[name] || String(answer.theirs[name]) === row.cells[name].value) continue;
      for (const [list, value] of [[mine, row.cells[name].value], [theirs, answer.theirs[name]]]) {
        const term = document.createElement('dt');
        const said = document.createElement('dd');
        term.textContent = LABELS[name];
        said.textContent = word(name, value);
        list.append(term, said);
      }
    }
    shown.querySelector('[data-keep-mine]').addEventListener('click', () => {
      row.version = answer.version;
      row.saved = answer.theirs;
      say(row, 'editing');
      if (grid.isDirty(row)) save([row]);
      else settle(row, answer);
      grid.firstOf(row).focus();
    });
    shown.querySelector('[data-take-theirs]').addEventListener('click', () => {
      grid.fill(row, answer.theirs);
      settle(row, answer);
      grid.firstOf(row).focus();
    });
    row.tr.querySelector('.why').replaceChildren(shown);
    grid.announce('这一行刚被他人改过，请对照。');
  }

  function settle(row, answer) {
    row.version = answer.version;
    row.saved = grid.valuesOf(row);
    row.lacks = answer.lacks || '';
    row.state = answer.theirs_state === 'returned' ? 'returned' : row.lacks ? 'partial' : 'saved';
    if (!['draft', 'returned'].includes(answer.theirs_state)) shut(row);
    say(row, '');
    grid.keep();
  }

  // --- handing in ------------------------------------------------------------------------------------

  async function handIn() {
    const button = bar.querySelector('[data-hand-in]');
    if (button.dataset.busy) return;
    button.dataset.busy = '1';
    await Promise.all(rows.map((row) => row.busy));
    await save();
    const ready = rows.filter(grid.isReady);
    if (ready.length) await submit(ready);
    delete button.dataset.busy;
  }

  async function submit(ready) {
    ready.forEach((row) => say(row, 'saving'));
    const body = {period: box.dataset.period, rows: ready.map((row) => ({part: row.part, version: row.version}))};
    const got = await ask(box.dataset.submit, body);
    if (failed(got, ready)) return;
    let gone = 0;
    ready.forEach((row) => {
      const answer = got.answer.rows[row.part];
      if (answer.state === 'submitted') {
        gone += 1;
        row.state = 'handed_in';
        shut(row);
        say(row, '');
      } else if (answer.state === 'stale') clash(row, answer);
      else say(row, 'blocked', answer.message.replace(/未保存。?$/, ''), answer.field);
    });
    const stayed = ready.length - gone;
    const said = stayed ? `已提交 ${gone} 项；${stayed} 项未提交，原因见各行。` : `已提交 ${gone} 项，${bar.querySelector('[data-hand-in]').dataset.then}。`;
    grid.tell(said, {good: !stayed});
    grid.announce(said);
    document.getElementById('grid-note').scrollIntoView({block: 'nearest'});
  }

  function shut(row) {
    row.state = 'handed_in';
    row.tr.classList.add('shut');
    grid.COLUMNS.filter((name) => row.cells[name]).forEach((name) => { row.cells[name][row.cells[name].tagName === 'SELECT' ? 'disabled' : 'readOnly'] = true; });
    row.tr.querySelectorAll('input[type=file], [data-same]').forEach((one) => { one.disabled = true; });
  }

  // --- files -----------------------------------------------------------------------------------------

  async function upload(row, input) {
    const files = [...input.files];
    input.value = '';
    if (!files.length) return;
    await row.busy;
    if (grid.isDirty(row)) await save([row]);
    if (!row.version && row.state !== 'returned') { say(row, row.phase, `请先填写并保存这一行，再上传${FILES}。`, row.field); return; }
    const body = new FormData();
    body.append('period', box.dataset.period);
    files.forEach((file) => body.append('files', file));
    row.tr.setAttribute('aria-busy', 'true');
    const got = await ask(row.tr.dataset.upload, body, {json: false});
    row.tr.removeAttribute('aria-busy');
    online(!got.lost);
    if (got.lost || got.expired) { grid.explain(row, got.lost ? `没有连上服务器，${FILES}未上传，请重新选择。` : `登录已过期，${FILES}未上传，请重新登录。`); return; }
    if (got.answer.count !== undefined) showFiles(row, got.answer.count);
    if (got.answer.message) grid.explain(row, got.answer.message);
    else if (got.status >= 400) grid.explain(row, `${FILES}未上传（${got.status}），请稍后重试。`);
    else {
      if (got.answer.version) row.version = got.answer.version;
      row.lacks = got.answer.lacks || '';
      if (row.state === 'returned') row.state = 'corrected';
      else if (row.state === 'partial' && !row.lacks) row.state = 'saved';
      if (row.phase === 'blocked' || !row.phase) say(row, '');
      else grid.explain(row, row.why);
      grid.count();
      grid.announce(`${FILES}已上传，共 ${got.answer.count} 份。`);
    }
  }

  function showFiles(row, count) {
    row.tr.querySelectorAll('[data-files]').forEach((place) => {
      place.dataset.files = count;
      place.textContent = place.closest('.only-s') ? `${FILES}${count ? ` ${count}` : ''}` : count ? `${count} 份` : '添加';
    });
  }

  box.addEventListener('change', (event) => {
    if (event.target.type === 'file') upload(grid.rowOf(event.target), event.target);
  });
  bar.querySelector('[data-hand-in]').addEventListener('click', handIn);
  window.addEventListener('online', () => { online(true); save(); });
  window.addEventListener('offline', () => online(false));
  setInterval(() => {
    const waiting = rows.filter((row) => row.phase === 'offline');
    if (waiting.length && navigator.onLine && !expired()) save(waiting);
  }, RETRY);
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') save(rows, {patient: true, keepalive: true});
  });

  grid.save = save;
  const found = grid.restore();
  if (found) {
    grid.tell(`已找回 ${found} 行未保存的内容。`, {good: true});
    save(rows, {patient: true});
  }
})();
