"""The one renderer: a description becomes a Plotly figure as a plain dict, for a page or a document."""

from common.charts import bars, flows, funnel, heatmap, lines, maps, progress, timeline
from common.charts.description import ChartDescription, drawn_points
from common.charts.look import LOOKS

RENDERERS = {
    "progress": progress.progress,
    "stacked": bars.stacked,
    "bars_with_target": bars.bars_with_target,
    "grouped": bars.grouped,
    "bars": bars.grouped,
    "map": maps.county_map,
    "timeline": timeline.timeline,
    "heatmap": heatmap.heatmap,
    "funnel": funnel.funnel,
    "sankey": flows.sankey,
}


def plotly_figure(desc: ChartDescription, look: str = "page") -> dict:
    """``{"data": [...], "layout": {...}}``, JSON-ready; look "document": 590 px (156 mm) wide, no hover."""
    dress = LOOKS[look]
    height = page_height(desc) if look == "page" else document_height(desc)
    if desc.is_empty and desc.kind != "map":
        figure = bars.empty(desc, dress)
    elif desc.kind in ("trend", "line"):
        figure = lines.lines(desc, dress, height)
    else:
        figure = RENDERERS[desc.kind](desc, dress)
    if dress.width:
        figure["layout"]["height"] = height
    return figure


def page_height(desc: ChartDescription) -> int:
    """Height in px that the page keeps free; one of the h-… classes of app.css."""
    height = max(240, _natural_height(desc, row=27))
    return -(-height // 20) * 20 if height <= 600 else min(-(-height // 50) * 50, 2500)


def document_height(desc: ChartDescription) -> int:
    """Height in px in a document, where rows stand closer; at most 800 px (one page)."""
    return min(max(180, _natural_height(desc, row=23)), 800)


def _natural_height(desc: ChartDescription, row: int) -> int:
    rows = len(desc.categories)
    if desc.is_empty and desc.kind != "map":
        return 240
    if desc.kind == "progress":
        points, gap, _ = drawn_points(desc)
        return (len(points) + (gap is not None)) * row + 26
    if desc.kind == "stacked":
        return rows * max(row + 5, min(60, 300 // max(rows, 1))) + 20
    if desc.kind == "grouped":
        return rows * (row // 2 * len(desc.series) + 9) + 26
    if desc.kind == "timeline":
        return rows * (row - 1) + 48
    if desc.kind == "funnel":
        return rows * (row + 13) + 16
    if desc.kind == "heatmap":
        return rows * (row - 1) + 54
    if desc.kind == "sankey":
        return flows.flow_rows(desc) * row + 20
    if desc.kind in ("bars", "bars_with_target"):
        return rows * (row - 1) + 26
    return 360 if desc.kind == "map" else 340 if row > 25 else 280
