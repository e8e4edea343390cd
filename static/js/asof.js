// The as-of form keeps the page's other parameters; the page number starts anew.
'use strict';
document.querySelectorAll('form[data-asof]').forEach((form) => {
  form.addEventListener('submit', () => {
    const named = new Set(Array.from(form.elements, (field) => field.name));
    new URLSearchParams(location.search).forEach((value, name) => {
      if (named.has(name) || name === 'page') return;
      const field = document.createElement('input');
      field.type = 'hidden';
      field.name = name;
      field.value = value;
      form.append(field);
    });
  });
});
