// Draws the charts once the page can be read: fetches Plotly, then one figure after the other as the server sent it.
// A click on a point opens its passport; the table beside each chart and the downloads need no redrawing.
'use strict';
(function () {
  const address = document.currentScript.dataset.plotly;
  const PHONE = window.matchMedia('(max-width: 720px)');
  const CONFIG = {displayModeBar: false, responsive: true, locale: 'zh-CN', displaylogo: false};

  function load() {
    if (!document.querySelector('[data-chart]')) return;
    const script = document.createElement('script');
    script.src = address;
    script.onload = drawAll;
    script.onerror = () => document.querySelectorAll('[data-chart]').forEach(failed);
    document.head.append(script);
  }

  function failed(box) {
    box.classList.add('drawn', 'failed');
    box.textContent = '图未能加载，可看数据表。';
  }

  function figureOf(box) {
    const figure = JSON.parse(box.parentElement.querySelector('[data-chart-figure]').textContent);
    const phone = figure.layout.meta && figure.layout.meta.phone;
    if (phone && PHONE.matches) {
      Object.entries(phone).forEach(([path, value]) => {
        const names = path.split('.');
        const last = names.pop();
        names.reduce((part, name) => part[name], figure.layout)[last] = value;
      });
    }
    return figure;
  }

  async function draw(box) {
    const figure = figureOf(box);
    await window.Plotly.newPlot(box, figure.data, figure.layout, CONFIG);
    box.classList.add('drawn');
    box.on('plotly_click', (event) => {
      const point = event.points[0];
      const passports = point.data.meta && point.data.meta.passports;
      if (!passports) return;
      const url = passports.length === 1 ? passports[0] : passports[point.pointNumber];
      if (url) document.dispatchEvent(new CustomEvent('passport:open', {detail: {url}}));
    });
    const opens = (event) => event.points.some((point) => point.data.meta && point.data.meta.passports);
    box.on('plotly_hover', (event) => box.classList.toggle('opens', opens(event)));
    box.on('plotly_unhover', () => box.classList.remove('opens'));
  }

  async function drawAll() {
    window.Plotly.setPlotConfig({locale: 'zh-CN', showSendToCloud: false, plotlyServerURL: '', displaylogo: false});
    for (const box of document.querySelectorAll('[data-chart]:not(.drawn)')) {
      try { await draw(box); } catch (error) { failed(box); console.error(error); }
      await new Promise((done) => setTimeout(done)); // let the page answer between two charts
    }
    document.documentElement.dataset.charts = 'drawn';
  }

  document.addEventListener('click', (event) => {
    const card = event.target.closest('.chartcard');
    if (!card) return;
    const toggle = event.target.closest('[data-chart-table]');
    if (toggle) {
      const table = card.querySelector('.charttable');
      table.hidden = !table.hidden;
      toggle.setAttribute('aria-expanded', String(!table.hidden));
      card.querySelector('[data-chart]').hidden = !table.hidden;
      if (table.hidden && window.Plotly) window.Plotly.Plots.resize(card.querySelector('[data-chart]'));
    }
    if (event.target.closest('[data-chart-png]')) {
      const box = card.querySelector('[data-chart]');
      if (!window.Plotly || box.hidden || box.classList.contains('failed')) return;
      window.Plotly.downloadImage(box, {
        format: 'png', filename: box.dataset.name, scale: 2, width: box.clientWidth, height: box.clientHeight,
      });
      event.target.closest('details').open = false;
    }
  });

  // Two frames after the scripts ran the text is on the screen.
  requestAnimationFrame(() => requestAnimationFrame(load));
})();
