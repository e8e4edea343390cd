"""A funnel: how many of those that entered went on to each stage, one row per stage."""

from common.amounts import share
from common.charts.description import ChartDescription, number_text
from common.charts.look import (
    CLEAR,
    DATA,
    INK,
    INK3,
    Look,
    axis,
    base_layout,
    column_text,
    label_axis,
    label_margin,
    number,
    plain,
    trace_extras,
)

NUMBER_COLUMN, SHARE_COLUMN = 68, 132  # px right of the drawing


def funnel(desc: ChartDescription, look: Look) -> dict:
    """Centred bars from the first stage down; number and share of the entrance stand in columns at right."""
    points = desc.points
    at, labels = list(range(len(points))), [point.label for point in points]
    entered = points[0].value or 0
    bars = {
        "type": "funnel",
        "orientation": "h",
        "y": at,
        "x": [number(point.value) for point in points],
        "width": 0.62,
        "textinfo": "none",
        "marker": {"color": DATA, "opacity": 0.72, "line": {"width": 0}},
        "connector": {"fillcolor": "rgba(37,99,168,0.10)", "line": {"width": 0, "color": CLEAR}},
        **trace_extras(look, [_hover(desc, point, entered) for point in points], [point.passport for point in points]),
    }
    texts = []
    for y, point in zip(at, points, strict=True):
        words = f"{number_text(point.value, desc.decimals)} {plain(desc.unit)}"
        texts.append(column_text(look, words, y, NUMBER_COLUMN, strong=True, ink=INK))
        part = share_of_entrance(point.value, entered)
        texts.append(column_text(look, "–" if part is None else f"{part}%", y, SHARE_COLUMN, ink=INK3))
    return {
        "data": [bars],
        "layout": base_layout(
            look,
            margin={"l": label_margin(look, labels), "r": SHARE_COLUMN + 8, "t": 8, "b": 8},
            funnelgap=0.3,
            xaxis=axis(look, showticklabels=False),
            yaxis=label_axis(look, labels, at),
            annotations=texts,
        ),
    }


def share_of_entrance(value, entered):
    """Return a stage's number in per cent of those that entered, one decimal; None where it is not known."""
    return None if value is None else share(value, entered)


def funnel_table(desc: ChartDescription) -> tuple[list[str], list[list]]:
    """Heads and rows: number, share of the entrance and of the stage before."""
    heads = [desc.category, f"{desc.value_name}（{desc.unit}）", "占进入（%）", "较上一阶段（%）"]
    entered = desc.points[0].value if desc.points else 0
    rows, before = [], None
    for point in desc.points:
        step = share_of_entrance(point.value, before) if before else None
        rows.append([point.label, point.value, share_of_entrance(point.value, entered), step])
        before = point.value
    return heads, rows


def _hover(desc, point, entered) -> str:
    part = share_of_entrance(point.value, entered)
    words = f"{plain(point.label)}<br>{number_text(point.value, desc.decimals)} {plain(desc.unit)}"
    return words if part is None else f"{words}，占进入 {part}%"
