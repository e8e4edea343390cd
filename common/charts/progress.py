"""Progress by row: bar and shape in the colour of the light, dotted line at the expected pace."""

from common.charts.description import ChartDescription, drawn_points, number_text
from common.charts.look import (
    CARD,
    COLOURS,
    DATA,
    INK,
    INK2,
    INK3,
    LINE,
    SYMBOLS,
    Look,
    axis,
    base_layout,
    column_text,
    label_axis,
    label_margin,
    plain,
    text_at,
    trace_extras,
)
from common.lights import WORDS

SIZES = {"blue": 11, "green": 9, "yellow": 11, "red": 10, "grey": 8}
CHECK = "M-2.6,0.2 L-0.8,-1.9 L2.8,2.3"  # the tick inside the blue disc, in px from its middle


def progress(desc: ChartDescription, look: Look) -> dict:
    """Shares of 0 to 100 % per row, shape of the light beside the name, dotted line at the expected pace."""
    points, gap, left_out = drawn_points(desc)
    shape_at = -(4.8 if look.width is None else 2.6)  # left of the bars, in points of the axis
    at = [i + (1 if gap is not None and i >= gap else 0) for i in range(len(points))]
    labels = [point.label for point in points]
    hover = [_progress_hover(desc, point) for point in points]
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": at,
        "width": 0.58,
        "x": [None if p.value is None else min(float(p.value), 100.0) for p in points],
        "marker": {"color": [COLOURS.get(p.light, DATA) for p in points], "opacity": 0.66, "cornerradius": 2},
        **trace_extras(look, hover, [p.passport for p in points]),
    }
    lit = [(y, p.light) for y, p in zip(at, points, strict=True) if p.light]
    shapes_trace = {
        "type": "scatter",
        "mode": "markers",
        "x": [shape_at] * len(lit),
        "y": [y for y, _ in lit],
        "marker": {
            "symbol": [SYMBOLS[light] for _, light in lit],
            "color": [COLOURS[light] for _, light in lit],
            "size": [SIZES[light] for _, light in lit],
            "opacity": 1,
        },
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
    texts = [
        column_text(look, f"{number_text(p.value, 1)}%" if p.value is not None else "–", y, 54, strong=True)
        for y, p in zip(at, points, strict=True)
    ]
    lines = [
        {
            "type": "path",
            "path": CHECK,
            "xsizemode": "pixel",
            "ysizemode": "pixel",
            "xanchor": shape_at,
            "yanchor": y,
            "line": {"color": CARD, "width": 1.5},
        }
        for y, light in lit
        if light == "blue"
    ]
    if desc.pace is not None:
        pace = min(max(float(desc.pace), 0.0), 100.0)
        rows = max(at, default=0) + 1
        lines.append(
            {
                "type": "line",
                "x0": pace,
                "x1": pace,
                "y0": -0.5,
                "y1": rows - 0.5,
                "line": {"color": INK, "width": 1, "dash": "2px,3px"},
            }
        )
        texts.append(
            text_at(
                look,
                f"{plain(desc.pace_name)} {number_text(desc.pace, 1).removesuffix('.0')}%",
                x=pace,
                y=1,
                yref="paper",
                yanchor="bottom",
                ink=INK2,
                size=look.small,
            )
        )
    if gap is not None:
        lines.append(
            {
                "type": "line",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": gap,
                "y1": gap,
                "line": {"color": LINE, "width": 1},
            }
        )
        texts.append(
            text_at(
                look,
                f"中间 {left_out} {plain(desc.ends_noun)}",
                xref="paper",
                x=0.06,
                y=gap,
                xanchor="left",
                bgcolor=CARD,
                ink=INK3,
                size=look.small,
            )
        )
    return {
        "data": [bars, shapes_trace],
        "layout": base_layout(
            look,
            margin={"l": label_margin(look, labels), "r": 58, "t": 22, "b": 4},
            xaxis=axis(look, range=[2 * shape_at, 100], showticklabels=False),
            yaxis=label_axis(look, labels, at),
            shapes=lines,
            annotations=texts,
        ),
    }


def _progress_hover(desc, point) -> str:
    parts = [plain(point.label)]
    if point.value is not None:
        parts.append(f"{desc.value_name} {number_text(point.value, 1)}%")
    if point.total is not None:
        parts.append(f"{desc.done_name} {point.done or 0} 项，共 {point.total} 项")
    if point.light:
        parts.append(WORDS[point.light])
    return "<br>".join(parts)
