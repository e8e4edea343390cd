// The bar of bulk acts: it rises with the first picked row and says how many there are.
'use strict';
(function () {
  const form = document.querySelector('form[data-bulk]');
  if (!form) return;
  const boxes = () => [...form.elements].filter((field) => field.name === 'item');
  const count = form.querySelector('[data-bulk-count]');
  const show = () => {
    const picked = boxes().filter((box) => box.checked);
    count.textContent = picked.length;
    form.hidden = picked.length === 0;
    boxes().forEach((box) => box.closest('tr').classList.toggle('sel', box.checked));
  };
  const set = (checked) => { boxes().forEach((box) => { box.checked = checked; }); show(); };
  for (const [name, checked] of [['all', true], ['none', false]]) {
    const button = form.querySelector(`[data-bulk-${name}]`);
    button.hidden = false;
    button.addEventListener('click', () => set(checked));
  }
  document.addEventListener('change', (event) => { if (event.target.form === form) show(); });
  window.addEventListener('pageshow', show);
  show();
})();
