// Keys and menus that every page shares: "/" goes to the search, menus close by Esc and by a click elsewhere,
// a failed background request says so, an expired session leads to the sign-in page.
'use strict';
(function () {
  const search = () => document.querySelector('[data-search]');
  const typing = (el) => el && (el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName));

  function focusSearch() {
    const field = search();
    if (!field) return false;
    field.focus();
    field.select();
    return true;
  }

  function closeMenus(except) {
    document.querySelectorAll('details[data-menu][open]').forEach((menu) => {
      if (!except || !menu.contains(except)) menu.open = false;
    });
  }

  document.addEventListener('keydown', (event) => {
    if (event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target)) {
      const link = document.querySelector('[data-search-open]');
      if (focusSearch()) event.preventDefault();
      else if (link) { event.preventDefault(); link.click(); }
    }
    if (event.key === 'Escape') {
      const menu = event.target.closest && event.target.closest('details[data-menu][open]');
      closeMenus();
      if (menu) menu.querySelector('summary').focus();
    }
  });
  document.addEventListener('click', (event) => {
    closeMenus(event.target);
    const link = event.target.closest('[data-search-open]');
    if (link && focusSearch()) event.preventDefault();
  });
  if (location.hash === '#q') focusSearch();

  // On a phone the entry of the page one is on may stand outside a row of links that scrolls.
  document.querySelectorAll('.scrollx [aria-current]').forEach((entry) => {
    const row = entry.closest('.scrollx');
    row.scrollLeft = entry.offsetLeft - row.offsetLeft - (row.clientWidth - entry.offsetWidth) / 2;
  });

  // Says a sentence to readers and shows it above the page's content.
  function say(text) {
    const main = document.getElementById('main');
    const box = document.createElement('div');
    box.className = 'msg error';
    box.setAttribute('role', 'alert');
    box.textContent = text;
    const old = main.querySelector(':scope > .msgs.js');
    const list = old || main.insertBefore(document.createElement('div'), main.firstChild);
    list.className = 'msgs js';
    list.replaceChildren(box);
  }

  document.addEventListener('htmx:beforeSwap', (event) => {
    const address = event.detail.xhr.responseURL;
    if (address && new URL(address).pathname === '/login/') {
      event.detail.shouldSwap = false;
      location.reload();
    }
  });
  document.addEventListener('htmx:sendError', () => say('没有连上服务器，内容仍在本页，请稍后重试。'));
  document.addEventListener('htmx:responseError', (event) => {
    const status = event.detail.xhr.status;
    say(status === 403 ? '没有这项操作的权限，或页面已过期，请刷新后重试。' : `服务器未能完成（${status}），内容仍在本页，请稍后重试。`);
  });
})();
