// Follows running jobs: asks their address every second until they are done or failed, with longer waits when
// the server does not answer. The header tells the server that nobody is working here (idle time goes on).
'use strict';
(function () {
  const text = (box, name, words) => { const el = box.querySelector(`[data-job-${name}]`); if (el) el.textContent = words; };

  function show(box, job) {
    box.dataset.state = job.state;
    const bar = box.querySelector('progress');
    if (job.total) { bar.max = job.total; bar.value = job.state === 'done' ? job.total : job.done || 0; }
    else if (job.state === 'done' || job.state === 'failed') { bar.max = 1; bar.value = 1; }
    text(box, 'count', job.total ? `${job.done || 0} / ${job.total}` : '');
    text(box, 'step', job.step || {waiting: '等待开始', running: '正在处理', done: '已完成', failed: '未完成'}[job.state] || '');
    const error = box.querySelector('[data-job-error]');
    error.hidden = !job.error;
    error.textContent = job.error || '';
    const links = box.querySelector('[data-job-links]');
    if (job.links && job.links.length) {
      links.replaceChildren(...job.links.map((link, index) => {
        const anchor = document.createElement('a');
        anchor.className = index ? 'btn btn-line' : 'btn btn-main';
        anchor.href = link.url;
        anchor.textContent = link.label;
        return anchor;
      }));
    }
  }

  async function follow(box, wait) {
    let next = 1000;
    try {
      const answer = await fetch(box.dataset.job, {headers: {Accept: 'application/json', 'X-Polling': '1'}});
      if (answer.redirected) { location.reload(); return; }
      if (!answer.ok) throw new Error(String(answer.status));
      const job = await answer.json();
      show(box, job);
      if (job.state === 'done' || job.state === 'failed') {
        if (job.reload) location.reload();
        return;
      }
    } catch {
      next = Math.min(wait * 2, 15000);
      text(box, 'step', '暂时没有连上服务器，任务仍在后台进行，正在重连……');
    }
    setTimeout(() => follow(box, next), next);
  }

  document.querySelectorAll('[data-job]').forEach((box) => {
    if (box.dataset.state !== 'done' && box.dataset.state !== 'failed') follow(box, 1000);
  });
})();
