// Makes static/vendor/tabler.min.css (pruned), icons.svg (the icons of icons.txt) and htmx.min.js from npm packages.
// Usage: npm install && node build.mjs
import {createHash} from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import zlib from 'node:zlib';
import postcss from 'postcss';

const here = path.dirname(fileURLToPath(import.meta.url));
const vendor = path.resolve(here, '../../static/vendor');
const modules = path.join(here, 'node_modules');

// Components the site does not use (it has its own bar, drawer, timeline and marks). Everything else of Tabler stays.
const UNUSED = [
  'navbar', 'offcanvas', 'ribbon', 'carousel', 'otp', 'switch-icon', 'calendar', 'sparkline', 'markdown',
  'accordion', 'toast', 'popover', 'chat', 'signature', 'mention', 'sortable', 'img-responsive', 'ratio',
  'avatar', 'signal', 'tracking', 'dropzone', 'ts-', 'litepicker', 'noUi', 'plyr', 'jvm', 'apexcharts',
  'bg-(facebook|twitter|linkedin|google|youtube|vimeo|dribbble|github|instagram|pinterest|vk|rss|flickr|bitbucket|tabler|x)',
  'btn-(facebook|twitter|linkedin|google|youtube|vimeo|dribbble|github|instagram|pinterest|vk|rss|flickr|bitbucket|tabler|x)\\b',
  'text-bg-', 'bg-gradient', 'bg-pattern', 'bg-overlay', 'link-', 'list-timeline', 'page-(cover|center)', 'strength',
  'payment', 'flag', 'social', 'theme-', 'dropend', 'dropstart', 'object-', 'float-', 'offset-',
];
const unusedClass = new RegExp(`\\.(${UNUSED.join('|')})`);

function prunedCss(source) {
  const root = postcss.parse(source);
  root.walkComments((comment) => { comment.remove(); });
  root.walkRules((rule) => {
    const kept = rule.selectors.filter((selector) => !unusedClass.test(selector));
    if (!kept.length) rule.remove();
    else if (kept.length < rule.selectors.length) rule.selectors = kept;
  });
  root.walkAtRules((atRule) => { if (atRule.nodes && !atRule.nodes.length) atRule.remove(); });
  const charset = root.nodes.find((node) => node.name === 'charset');
  if (charset) charset.remove();
  return '@charset "UTF-8";\n/* Tabler 1.6.1 (pruned), MIT licence, (c) The Tabler Authors; contains Bootstrap 5, MIT. */\n'
    + `${root}\n`;
}

function sprite(names) {
  const symbols = names.map((name) => {
    const svg = fs.readFileSync(path.join(modules, `@tabler/icons/icons/outline/${name}.svg`), 'utf8');
    const body = svg.replace(/<!--[\s\S]*?-->/g, '').replace(/^[\s\S]*?<svg[^>]*>/, '').replace(/<\/svg>\s*$/, '')
      .replace(/<path stroke="none" d="M0 0h24v24H0z"[^>]*\/>/, '').replace(/\s+/g, ' ').replace(/> </g, '><').trim();
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" `
      + `stroke-linecap="round" stroke-linejoin="round">${body}</symbol>`;
  });
  return '<svg xmlns="http://www.w3.org/2000/svg">\n<!-- Tabler Icons 3.49.0, MIT licence, (c) Paweł Kuna -->\n'
    + `${symbols.join('\n')}\n</svg>\n`;
}

const names = fs.readFileSync(path.join(here, 'icons.txt'), 'utf8').split('\n').filter(Boolean);
const files = {
  'tabler.min.css': prunedCss(fs.readFileSync(path.join(modules, '@tabler/core/dist/css/tabler.min.css'), 'utf8')),
  'icons.svg': sprite(names),
  'htmx.min.js': fs.readFileSync(path.join(modules, 'htmx.org/dist/htmx.min.js'), 'utf8'),
};
for (const [name, text] of Object.entries(files)) {
  fs.writeFileSync(path.join(vendor, name), text);
  const sha256 = createHash('sha256').update(text).digest('hex');
  console.log(name, text.length, 'characters, gzip', zlib.gzipSync(text, {level: 9}).length, 'sha256', sha256);
}
