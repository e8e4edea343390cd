"""Spans between two dates, one row each, with today's line: when what was begun is due."""

from dataclasses import replace
from datetime import date

from common.charts.description import ChartDescription, Point, number_text
from common.charts.look import (
    CARD,
    COLOURS,
    INK,
    INK2,
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

MOST_TICKS = 8
LABEL_EM = 12  # titles are longer than names


def timeline(desc: ChartDescription, look: Look) -> dict:
    """One bar per point from its start to its deadline, in its light's colour; the deadline stands at right.

    The axis counts days from the first month's first day, so that the figure holds plain numbers.
    """
    points = [point for point in desc.points if point.starts_on and point.ends_on]
    look = replace(look, label_em=max(look.label_em, LABEL_EM))
    first = min(point.starts_on for point in points).replace(day=1)
    last = max([*(point.ends_on for point in points), *([desc.as_of] if desc.as_of else [])])
    at, labels = list(range(len(points))), [point.label for point in points]

    def day(value: date) -> int:
        return (value - first).days

    colours = [COLOURS.get(point.light, COLOURS["grey"]) for point in points]
    ends = [day(point.ends_on) for point in points]
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": at,
        "base": [day(point.starts_on) for point in points],
        "x": [(point.ends_on - point.starts_on).days for point in points],
        "width": 0.36,
        "marker": {"color": colours, "opacity": 0.5, "line": {"width": 0}},
        **trace_extras(look, [_hover(desc, point) for point in points], [point.passport for point in points]),
    }
    marks = {
        "type": "scatter",
        "mode": "markers",
        "x": ends,
        "y": at,
        "marker": {
            "symbol": [SYMBOLS.get(point.light, "square") for point in points],
            "color": colours,
            "size": 11,
            "line": {"color": CARD, "width": 1},
        },
        "hoverinfo": "skip",
    }
    ticks = month_ticks(first, last)
    texts = [
        column_text(look, point.ends_on.isoformat()[2:], y, 62, ink=INK2, size=look.small)
        for y, point in zip(at, points, strict=True)
    ]
    shapes = []
    if desc.as_of:
        today = day(desc.as_of)
        shapes.append(
            {
                "type": "line",
                "x0": today,
                "x1": today,
                "y0": -0.5,
                "y1": len(points) - 0.5,
                "line": {"color": INK, "width": 1, "dash": "2px,3px"},
            }
        )
        texts.append(text_at(look, "截至日", x=today, y=1, yref="paper", yanchor="bottom", ink=INK2, size=look.small))
    names = [_tick(tick, place == 0) for place, tick in enumerate(ticks)]
    sparse = [name if place % 4 == 0 else "" for place, name in enumerate(names)]
    return {
        "data": [bars, marks],
        "layout": base_layout(
            look,
            meta={"phone": {"xaxis.ticktext": sparse}},
            margin={"l": label_margin(look, labels), "r": 66, "t": 22, "b": 26},
            xaxis=axis(
                look,
                range=[-2, day(last) + 6],
                tickvals=[day(tick) for tick in ticks],
                ticktext=names,
                showgrid=True,
                gridcolor=LINE,
                gridwidth=1,
                tickfont={"color": INK2, "size": look.small},
            ),
            yaxis=label_axis(look, labels, at),
            annotations=texts,
            **({"shapes": shapes} if shapes else {}),
        ),
    }


def month_ticks(first: date, last: date) -> list[date]:
    """The first days of months between both dates, thinned to at most ``MOST_TICKS``."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    step = -(-months // MOST_TICKS)
    places = range(0, months, step)
    return [date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1) for n in places]


def _tick(month: date, is_first: bool) -> str:
    return f"{month.year}年{month.month}月" if is_first or month.month == 1 else f"{month.month}月"


def _hover(desc, point: Point) -> str:
    parts = [plain(point.label), f"{point.starts_on} 至 {point.ends_on}"]
    if point.value is not None:
        parts.append(f"{desc.value_name} {number_text(point.value, 0)}{desc.unit}")
    if point.light:
        parts.append(WORDS[point.light])
    return "<br>".join(parts)
