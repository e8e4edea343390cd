// Nothing typed is lost: forms with data-keep="key" are kept in this tab until the server says they are saved
// (meta name="saved-form"), and given back after an error or an expired session. Posts are sent once.
'use strict';
(function () {
  const PREFIX = `typing:${document.body.dataset.user || ''}:`;
  const skipped = (field) => !field.name || field.name === 'csrfmiddlewaretoken'
    || /^(password|file|hidden|submit|button)$/.test(field.type);

  const store = {
    get(key) { try { return JSON.parse(sessionStorage.getItem(PREFIX + key)); } catch { return null; } },
    set(key, value) { try { sessionStorage.setItem(PREFIX + key, JSON.stringify(value)); } catch { /* full or barred */ } },
    drop(key) { try { sessionStorage.removeItem(PREFIX + key); } catch { /* barred */ } },
    clear() {
      try {
        Object.keys(sessionStorage).filter((key) => key.startsWith('typing:'))
          .forEach((key) => sessionStorage.removeItem(key));
      } catch { /* barred */ }
    },
  };

  const valueOf = (field) => (/^(checkbox|radio)$/.test(field.type) ? field.checked : field.value);

  // What the form holds: one entry per field; fields of the same name are told apart by their place.
  function snapshot(form) {
    const held = {};
    const seen = {};
    for (const field of form.elements) {
      if (skipped(field)) continue;
      seen[field.name] = (seen[field.name] || 0) + 1;
      held[`${field.name}#${seen[field.name]}`] = valueOf(field);
    }
    return held;
  }

  function apply(form, held) {
    const seen = {};
    for (const field of form.elements) {
      if (skipped(field)) continue;
      seen[field.name] = (seen[field.name] || 0) + 1;
      const value = held[`${field.name}#${seen[field.name]}`];
      if (value === undefined) continue;
      if (/^(checkbox|radio)$/.test(field.type)) field.checked = value;
      else field.value = value;
    }
  }

  function note(form, key, time, before) {
    const box = document.createElement('div');
    box.className = 'restored';
    box.setAttribute('role', 'status');
    const words = document.createElement('span');
    words.textContent = `已找回 ${time} 未保存的内容，请核对后保存。`;
    const undo = document.createElement('button');
    undo.type = 'button';
    undo.textContent = '不用，恢复原样';
    undo.addEventListener('click', () => { apply(form, before); store.drop(key); box.remove(); });
    box.append(words, undo);
    form.prepend(box);
  }

  function keep(form) {
    const key = form.dataset.keep;
    const before = snapshot(form);
    const kept = store.get(key);
    if (kept && JSON.stringify(kept.held) !== JSON.stringify(before)) {
      apply(form, kept.held);
      note(form, key, kept.time, before);
      form.closest('details')?.setAttribute('open', '');
    }
    let timer = null;
    const save = () => {
      clearTimeout(timer);
      const time = new Date().toLocaleTimeString('zh-CN', {hour: '2-digit', minute: '2-digit', hour12: false});
      store.set(key, {held: snapshot(form), time});
    };
    form.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(save, 250); });
    form.addEventListener('submit', save);
    window.addEventListener('pagehide', () => { if (timer) save(); });
  }

  document.querySelectorAll('meta[name="saved-form"]').forEach((meta) => store.drop(meta.content));
  document.querySelectorAll('form[data-keep]').forEach(keep);
  document.addEventListener('form:saved', (event) => store.drop(event.detail.key));

  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (form.matches('[data-sign-out]')) store.clear();
    if (event.defaultPrevented || (form.method || '').toLowerCase() !== 'post' || form.dataset.nodouble === 'off') return;
    if (form.hasAttribute('hx-post')) return; // htmx holds back the second request itself
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = '1';
    form.setAttribute('aria-busy', 'true');
    setTimeout(() => release(form), 15000);
  });
  function release(form) {
    delete form.dataset.sent;
    form.removeAttribute('aria-busy');
  }
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) document.querySelectorAll('form[data-sent]').forEach(release);
  });
})();
