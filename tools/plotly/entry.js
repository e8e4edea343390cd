// The trace types that common/charts.py may use; scatter is part of the core.
import Plotly from 'plotly.js/lib/core';
import bar from 'plotly.js/lib/bar';
import pie from 'plotly.js/lib/pie';
import heatmap from 'plotly.js/lib/heatmap';
import treemap from 'plotly.js/lib/treemap';
import funnel from 'plotly.js/lib/funnel';
import indicator from 'plotly.js/lib/indicator';
import sankey from 'plotly.js/lib/sankey';
import zhCN from 'plotly.js/lib/locales/zh-cn';

Plotly.register([bar, pie, heatmap, treemap, funnel, indicator, sankey, zhCN]);

export default Plotly;
