// The sum of the month's money at the grid's foot: what was claimed before, and what the cells say now (万元, in whole 元 to stay exact).
'use strict';
(function () {
  const {box, rows, valuesOf} = window.monthGrid;
  const cell = box.querySelector('[data-base]');
  const PLAIN = /^\d[\d,，]*(\.\d{1,2})?$/;

  const hundredths = (text) => Math.round(Number(text.replace(/[,，]/g, '')) * 100);

  // What a row adds: its cell where that is a plain number that was not refused, else what was saved last.
  function amountOf(row) {
    const typed = ['refused', 'ask', 'stale'].includes(row.phase) ? [] : [valuesOf(row).amount.trim()];
    for (const text of [...typed, row.saved.amount]) {
      if (PLAIN.test(text)) return hundredths(text);
      if (!text) return 0;
    }
    return 0;
  }

  function sum() {
    const typed = rows.reduce((total, row) => total + amountOf(row), 0);
    const total = hundredths(cell.dataset.base) + typed;
    box.querySelector('[data-sum]').textContent = (total / 100).toLocaleString('en-US', {maximumFractionDigits: 2});
    const nothing = rows.filter((row) => valuesOf(row).amount.trim() === '0').length;
    const yi = (total / 1000000).toLocaleString('en-US', {maximumFractionDigits: 4});
    box.querySelector('[data-sum-words]').textContent = `本月合计 ${yi} 亿元${nothing ? `，其中 ${nothing} 个无新增` : ''}`;
  }

  box.addEventListener('grid:counted', sum);
  sum();
})();
