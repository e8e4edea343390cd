// A queue of cards by keyboard: J and K move between them, Y does the main act, R opens the reason for sending
// back, X checks the card. Keys typed into a field stay there.
'use strict';
(function () {
  const cards = () => [...document.querySelectorAll('[data-queue-card]')];
  const current = () => document.activeElement?.closest('[data-queue-card]');

  function move(step) {
    const all = cards();
    if (!all.length) return;
    const at = all.indexOf(current());
    const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
    next.focus();
    next.scrollIntoView({block: 'nearest'});
  }

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input:not([type=checkbox]), textarea, select')) return;
    const key = event.key.toLowerCase();
    if (key === 'j' || key === 'k') { move(key === 'j' ? 1 : -1); event.preventDefault(); return; }
    const card = current();
    if (!card) return;
    if (key === 'y') card.querySelector('button[value=verify]')?.click();
    else if (key === 'x') card.querySelector('input[type=checkbox]')?.click();
    else if (key === 'r') {
      const reason = card.querySelector('details');
      if (!reason) return;
      reason.open = true;
      reason.querySelector('textarea').focus();
    } else return;
    event.preventDefault();
  });
  // The card that was decided is replaced: go on with the one after it.
  document.addEventListener('htmx:beforeSwap', (event) => {
    const card = event.detail.target?.closest?.('[data-queue-card]');
    if (!card || card !== current()) return;
    const next = cards()[cards().indexOf(card) + 1];
    if (next) document.addEventListener('htmx:afterSwap', () => next.focus(), {once: true});
  });
})();
