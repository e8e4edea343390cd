// Boxes that belong to a form with data-picks="name": one box picks all of the page, the button says how many.
'use strict';
(function () {
  document.querySelectorAll('form[data-picks]').forEach((form) => {
    const boxes = () => [...form.elements].filter((field) => field.name === form.dataset.picks);
    const holder = form.querySelector('[data-pick-all]');
    const all = holder.querySelector('input');
    const count = form.querySelector('[data-pick-count]');
    const show = () => {
      const chosen = boxes().filter((box) => box.checked).length;
      count.textContent = chosen ? `（${chosen} ${form.dataset.noun || '份'}）` : '';
      all.checked = chosen > 0 && chosen === boxes().length;
      all.indeterminate = chosen > 0 && chosen < boxes().length;
    };
    holder.hidden = false;
    all.addEventListener('change', () => {
      boxes().forEach((box) => { box.checked = all.checked; });
      show();
    });
    document.addEventListener('change', (event) => {
      if (event.target.form === form && event.target !== all) show();
    });
    window.addEventListener('pageshow', show);
    show();
  });
})();
