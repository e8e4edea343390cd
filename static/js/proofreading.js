// A proofread text: from a finding to its place, and its correction in the text that will be sent again.
'use strict';
(function () {
  const text = document.querySelector('[data-proof-text]');
  if (!text) return;
  const findings = [...document.querySelectorAll('[data-finding]')];
  const live = document.getElementById('live');
  const moved = []; // corrections made: where, and by how much the text behind it moved
  let touched = false;
  const say = (words) => { if (live) live.textContent = words; };

  // Where an offset of the proofread text stands now.
  const now = (offset) => moved.reduce((sum, move) => (move.at < offset ? sum + move.by : sum), offset);

  function jump(finding) {
    findings.forEach((other) => other.classList.toggle('on', other === finding));
    const place = document.getElementById(finding.dataset.place);
    if (!place) return;
    place.scrollIntoView({ block: 'center', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
    place.focus({ preventScroll: true });
  }

  function correct(finding) {
    if (touched) { say('文字已经改动，请先重新校核。'); return; }
    const from = Number(finding.dataset.from);
    const to = Number(finding.dataset.to);
    const words = finding.dataset.replacement;
    text.setRangeText(words, now(from), now(to), 'end');
    moved.push({ at: from, by: words.length - (to - from) });
    const place = document.getElementById(finding.dataset.place);
    if (place) {
      place.querySelector('span').textContent = words;
      place.classList.add('mended');
    }
    finding.classList.add('quiet');
    const button = finding.querySelector('[data-act=correct]');
    button.disabled = true;
    button.textContent = '已改';
    say(`已改为 ${words}`);
  }

  function copy(button) {
    text.select();
    document.execCommand('copy');
    button.textContent = '已复制';
    say('已复制全文');
  }

  document.querySelectorAll('[data-act=correct], [data-act=copy]').forEach((button) => { button.hidden = false; });
  text.addEventListener('input', () => {
    if (touched) return;
    touched = true;
    findings.forEach((finding) => {
      const button = finding.querySelector('[data-act=correct]');
      if (button) button.disabled = true;
    });
    say('文字已经改动，请重新校核。');
  });
  document.addEventListener('click', (event) => {
    const button = event.target.closest('[data-act]');
    if (!button) return;
    const finding = button.closest('[data-finding]');
    if (button.dataset.act === 'jump' && finding) { event.preventDefault(); jump(finding); }
    if (button.dataset.act === 'correct' && finding) correct(finding);
    if (button.dataset.act === 'copy') copy(button);
  });
})();
