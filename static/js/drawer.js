// The passport drawer: links with data-passport open in a dialog at the side (a sheet from below on phones).
// Without this script they are plain links. The native dialog keeps the focus inside and gives it back on Esc.
'use strict';
(function () {
  let dialog = null;

  function build() {
    dialog = document.createElement('dialog');
    dialog.className = 'drawer';
    dialog.setAttribute('aria-label', '数字身份证');
    dialog.addEventListener('click', (event) => {
      if (event.target === dialog || event.target.closest('[data-drawer-close]')) dialog.close();
    });
    dialog.addEventListener('close', () => {
      document.querySelectorAll('.pp[aria-expanded=true]').forEach((mark) => mark.setAttribute('aria-expanded', 'false'));
      dialog.replaceChildren();
    });
    document.body.append(dialog);
  }

  function closeButton() {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'iconbtn ms-auto';
    button.dataset.drawerClose = '';
    button.setAttribute('aria-label', '关闭（Esc）');
    button.textContent = '✕';
    return button;
  }

  function message(text) {
    const head = document.createElement('div');
    head.className = 'dhead';
    head.append(closeButton());
    const body = document.createElement('p');
    body.className = 'loading';
    body.textContent = text;
    dialog.replaceChildren(head, body);
  }

  // The part of the answer that belongs into the drawer: all of a fragment, or the page's own part.
  function partOf(html) {
    const page = new DOMParser().parseFromString(html, 'text/html');
    const part = page.querySelector('[data-drawer-part]') || page.querySelector('#main') || page.body;
    return Array.from(part.childNodes);
  }

  async function open(address, opener) {
    if (!dialog) build();
    message('正在取数……');
    if (!dialog.open) dialog.showModal();
    if (opener && opener.classList.contains('pp')) opener.setAttribute('aria-expanded', 'true');
    try {
      const answer = await fetch(address, {headers: {'X-Requested-Drawer': '1'}, credentials: 'same-origin'});
      if (new URL(answer.url).pathname === '/login/') { location.href = address; return; }
      if (!answer.ok) throw new Error(String(answer.status));
      dialog.replaceChildren(...partOf(await answer.text()));
    } catch (error) {
      message(error.message === '404' ? '没有找到这个数字的身份证。' : '没有取到，请稍后再试。');
      return;
    }
    let head = dialog.querySelector('.dhead');
    if (!head) {
      head = document.createElement('div');
      head.className = 'dhead';
      dialog.prepend(head);
    }
    if (!head.querySelector('[data-drawer-close]')) head.append(closeButton());
    const title = head.querySelector('h2');
    if (title) dialog.setAttribute('aria-label', title.textContent);
    dialog.querySelectorAll('[data-copy-link]').forEach((button) => {
      button.hidden = false;
      button.dataset.copyLink = new URL(address, location.href).href;
    });
    if (window.htmx) window.htmx.process(dialog);
    head.querySelector('[data-drawer-close]').focus();
  }

  async function copy(button) {
    const text = button.dataset.copyLink || location.href;
    let done = false;
    if (navigator.clipboard) done = await navigator.clipboard.writeText(text).then(() => true, () => false);
    if (!done) { // plain http has no clipboard interface
      const field = document.createElement('textarea');
      field.className = 'vh';
      field.value = text;
      button.after(field);
      field.select();
      done = document.execCommand('copy');
      field.remove();
      button.focus();
    }
    const words = button.textContent;
    button.textContent = done ? '已复制' : '请从地址栏复制';
    setTimeout(() => { button.textContent = words; }, 2000);
  }

  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-copy-link]');
    if (button) { copy(button); return; }
    const link = event.target.closest('a[data-passport]');
    if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open(link.dataset.passport || link.href, link);
  });
  document.addEventListener('passport:open', (event) => open(event.detail.url, null));
})();
