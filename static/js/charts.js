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
    const passportsOf = (point) => {
      if (!point.data && !point.source) return null; // a node of a Sankey; its bands open
      const trace = point.data || figure.data[0];
      return trace.meta && trace.meta.passports;
    };
    box.on('plotly_click', (event) => {
      const point = event.points[0];
      const passports = passportsOf(point);
      if (!passports) return;
      const url = passports.length === 1 ? passports[0] : passports[point.pointNumber];
      if (url) document.dispatchEvent(new CustomEvent('passport:open', {detail: {url}}));
    });
    const opens = (event) => event.points.some(passportsOf);
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

  // A PNG with the card's title. Plotly's own download goes through a blob: picture, which the CSP refuses;
  // its SVG comes as data: and is painted here.
  async function savePicture(box, sub) {
    const [width, height, head, scale] = [box.clientWidth || 640, box.clientHeight || 360, 44, 2];
    const picture = new Image();
    picture.src = await window.Plotly.toImage(box, {format: 'svg', width, height});
    await picture.decode();
    const canvas = document.createElement('canvas');
    canvas.width = width * scale;
    canvas.height = (height + head) * scale;
    const pen = canvas.getContext('2d');
    pen.scale(scale, scale);
    pen.fillStyle = '#ffffff';
    pen.fillRect(0, 0, width, height + head);
    pen.fillStyle = '#18212f';
    const family = getComputedStyle(document.body).fontFamily;
    pen.font = `600 16px ${family}`;
    pen.fillText(box.dataset.name, 12, 28);
    const after = 12 + pen.measureText(box.dataset.name).width + 10;
    pen.font = `12px ${family}`;
    pen.fillStyle = '#667085';
    pen.fillText([sub && sub.textContent, box.dataset.asOf].filter(Boolean).join('，'), after, 28);
    pen.drawImage(picture, 0, head, width, height);
    const blob = await new Promise((done) => canvas.toBlob(done, 'image/png'));
    const link = document.createElement('a');
    link.href = URL.createObjectURL(blob);
    link.download = `${box.dataset.name}.png`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
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
      event.target.closest('details').open = false;
      if (!window.Plotly || !box.classList.contains('drawn') || box.classList.contains('failed')) return;
      savePicture(box, card.querySelector('.chead .sub')).catch(console.error);
    }
  });

  // Two frames after the scripts ran the text is on the screen.
  requestAnimationFrame(() => requestAnimationFrame(load));
})();
