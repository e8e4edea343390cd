"""Organisations against terms or indicators: one cell each, coloured by its light, with its number."""

from common.charts.description import ChartDescription, Point, number_text
from common.charts.look import (
    CARD,
    COLOURS,
    INK,
    MISSING,
    Look,
    axis,
    base_layout,
    label_axis,
    label_margin,
    number,
    plain,
    short_label,
    trace_extras,
)

# Soft grounds of the lights, so that dark numbers stand on them; a cell without a light has the missing one's.
SOFT = {"blue": "#c9dff5", "green": "#c6e8d3", "yellow": "#fde9ae", "red": "#f7c3c9", "grey": MISSING}
ORDER = tuple(SOFT)
MOST_NUMBERS = 600  # cells; more would only make a grey page of digits


def heatmap(desc: ChartDescription, look: Look) -> dict:
    """One column per series, one row per label; the colour says the light, the number the value."""
    columns = [plain(series.name) for series in desc.series]
    rows = list(desc.categories)
    points = [[series.points[at] for series in desc.series] for at in range(len(rows))]
    texts = [[number_text(point.value, desc.decimals) for point in line] for line in points]
    extras = trace_extras(
        look, [[_hover(desc, s.name, p) for s, p in zip(desc.series, line, strict=True)] for line in points], []
    )
    written = len(rows) * len(columns) <= MOST_NUMBERS
    trace = {
        "type": "heatmap",
        "x": list(range(len(columns))),
        "y": list(range(len(rows))),
        "z": [[_level(point) for point in line] for line in points],
        "zmin": 0,
        "zmax": len(ORDER) - 1,
        "colorscale": colour_steps(),
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "hoverongaps": False,
        **(
            {"text": texts, "texttemplate": "%{text}", "textfont": {"color": INK, "size": look.small}}
            if written
            else {}
        ),
        **extras,
    }
    names = [short_label(name, look) for name in columns]
    return {
        "data": [trace],
        "layout": base_layout(
            look,
            margin={"l": label_margin(look, rows), "r": 8, "t": 46 if look.hover else 60, "b": 4},
            plot_bgcolor=CARD,
            xaxis=axis(
                look,
                side="top",
                range=[-0.5, len(columns) - 0.5],
                tickvals=list(range(len(columns))),
                ticktext=[_two_lines(name) for name in names],
                tickfont={"color": INK, "size": look.small},
            ),
            yaxis=label_axis(look, rows, list(range(len(rows)))),
        ),
    }


def colour_steps() -> list:
    """The lights' colours as steps of one scale: level 0 is the first, the last level the last."""
    top = len(ORDER) - 1
    steps = []
    for level, light in enumerate(ORDER):
        for edge in (max(level - 0.5, 0), min(level + 0.5, top)):
            steps.append([number(edge / top), SOFT[light]])
    return steps


def _level(point: Point):
    """The cell's place in the scale; a value without a light is grey, a missing one a gap."""
    if point.value is None:
        return None
    return ORDER.index(point.light if point.light in COLOURS else "grey")


def _hover(desc, name, point):
    unit = f" {desc.unit}" if point.value is not None else ""
    return f"{plain(point.label)}<br>{plain(name)} {number_text(point.value, desc.decimals)}{unit}"


def _two_lines(name: str) -> str:
    return name if len(name) <= 5 else f"{name[: (len(name) + 1) // 2]}<br>{name[(len(name) + 1) // 2 :]}"
