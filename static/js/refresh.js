// Fetches a page anew while work goes on behind it, at the pace the page names; tells the server nobody works here.
'use strict';
(function () {
  const box = document.querySelector('[data-refresh]');
  if (!box) return;
  async function again() {
    try {
      const answer = await fetch(location.href, {headers: {'X-Polling': '1'}});
      if (answer.redirected) { location.reload(); return; }
      const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('main');
      const here = document.querySelector('main');
      if (fresh && here) here.replaceChildren(...fresh.childNodes);
    } catch { /* the next round asks again */ }
    if (document.querySelector('[data-refresh]')) setTimeout(again, Number(box.dataset.refresh));
  }
  setTimeout(again, Number(box.dataset.refresh));
})();
