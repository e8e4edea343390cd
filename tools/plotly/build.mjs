// Builds static/vendor/plotly.min.js and plotly.css from the npm sources and prints their sizes and sha256.
// Usage: npm install && node build.mjs
// Left out to keep the bundle small and offline: schema descriptions, the map library's css, the two cloud addresses.
import {createHash} from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import zlib from 'node:zlib';
import * as esbuild from 'esbuild';

const here = path.dirname(fileURLToPath(import.meta.url));
const vendor = path.resolve(here, '../../static/vendor');

const DESCRIPTIONS = [
  /^[ \t]*description:\s*\[[\s\S]*?\]\.join\([^)]*\),?[ \t]*$/gm,
  /^[ \t]*description:\s*'[^'\n]*',?[ \t]*$/gm,
  /^[ \t]*description:\s*"[^"\n]*",?[ \t]*$/gm,
];

const trim = {
  name: 'trim',
  setup(build) {
    build.onLoad({filter: /plotly\.js[\\/]src[\\/].*\.js$/}, ({path: file}) => {
      let source = fs.readFileSync(file, 'utf8');
      for (const pattern of DESCRIPTIONS) source = source.replace(pattern, '');
      source = source
        .replace("'https://cloud.plotly.com/newchart'", "''")
        .replace("'https://cdn.plot.ly/un/'", "''");
      return {contents: source, loader: 'js'};
    });
    build.onLoad({filter: /\.css$/}, () => ({contents: '', loader: 'empty'}));
  },
};

await esbuild.build({
  entryPoints: [path.join(here, 'entry.js')],
  outfile: path.join(vendor, 'plotly.min.js'),
  bundle: true,
  minify: true,
  format: 'iife',
  globalName: 'PlotlyBundle',
  footer: {js: 'window.Plotly=PlotlyBundle.default;'},
  target: 'es2018',
  define: {global: 'window', 'define.amd': 'false'},
  legalComments: 'none',
  banner: {js: '/* plotly.js 4.1.1, custom bundle, MIT licence, (c) Plotly, Inc. See README.md beside this file. */'},
  plugins: [trim],
  logLevel: 'warning',
});
fs.copyFileSync(path.join(here, 'node_modules/plotly.js/dist/plotly.css'), path.join(vendor, 'plotly.css'));

for (const name of ['plotly.min.js', 'plotly.css']) {
  const bytes = fs.readFileSync(path.join(vendor, name));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  console.log(name, bytes.length, 'bytes, gzip', zlib.gzipSync(bytes, {level: 9}).length, 'sha256', sha256);
}
