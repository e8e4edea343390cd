"""Horizontal bars: parts of a whole, value against target, groups side by side."""

from common.charts.description import ChartDescription, number_text, rate
from common.charts.look import (
    BLUE_INK,
    CARD,
    COLOURS,
    DATA,
    DATA2,
    INK,
    INK2,
    INK3,
    LINE,
    ON_YELLOW,
    SERIES,
    YELLOW_INK,
    Look,
    axis,
    base_layout,
    column_text,
    em_width,
    label_axis,
    label_margin,
    number,
    plain,
    text_at,
    trace_extras,
)

HEAD_INKS = (BLUE_INK, "#4a7fb5", INK2)  # words in the colour of the first, second and later series


def stacked(desc: ChartDescription, look: Look) -> dict:
    """Parts of a whole per row, one series per light, the total at the end of the bar."""
    labels = list(desc.categories)
    at = list(range(len(labels)))
    totals = [sum(s.points[i].value or 0 for s in desc.series) for i in at]
    top = float(max(totals, default=0)) or 1.0
    traces = []
    for index, series in enumerate(desc.series):
        values = [p.value for p in series.points]
        colour = COLOURS.get(series.role, SERIES[index % len(SERIES)])
        traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "y": at,
                "x": [number(v) for v in values],
                "width": 0.6,
                "name": plain(series.name),
                "marker": {"color": colour, "line": {"color": CARD, "width": 1.5}},
                "text": [
                    number_text(v, desc.decimals) if v is not None and v >= 3 and v / top >= 0.055 else ""
                    for v in map(number, values)
                ],
                "textposition": "inside",
                "insidetextanchor": "middle",
                "textangle": 0,
                "constraintext": "none",
                "textfont": {"color": ON_YELLOW if series.role == "yellow" else CARD, "size": look.size},
                **trace_extras(
                    look,
                    [
                        f"{plain(p.label)}<br>{plain(series.name)} {number_text(p.value, desc.decimals)} {desc.unit}"
                        for p in series.points
                    ],
                    [p.passport for p in series.points],
                ),
            }
        )
    ends = [f"{number_text(total, desc.decimals)} {plain(desc.unit)}" for total in totals]
    texts = [
        text_at(look, end, x=number(total), y=y, xanchor="left", xshift=4, strong=True)
        for y, total, end in zip(at, totals, ends, strict=True)
    ]
    margin = max((round(em_width(end) * look.size) + 10 for end in ends), default=10)
    return {
        "data": traces,
        "layout": base_layout(
            look,
            barmode="stack",
            margin={"l": label_margin(look, labels), "r": max(50, margin), "t": 4, "b": 4},
            xaxis=axis(look, range=[0, top * 1.02], showticklabels=False),
            yaxis=label_axis(look, labels, at),
            annotations=texts,
        ),
    }


def bars_with_target(desc: ChartDescription, look: Look) -> dict:
    """A bar per row with a black tick at its target; value and rate stand in two columns at the right."""
    points, labels = desc.points, list(desc.categories)
    at = list(range(len(points)))
    rates = [rate(p) for p in points]
    below = [r is not None and r < 100 for r in rates]
    hover = [
        f"{plain(p.label)}<br>{desc.value_name} {number_text(p.value, desc.decimals)} {desc.unit}"
        + ("" if p.target is None else f"，{desc.target_name} {number_text(p.target, desc.decimals)} {desc.unit}")
        + ("" if r is None else f"<br>{desc.rate_name} {r}%")
        for p, r in zip(points, rates, strict=True)
    ]
    bars = {
        "type": "bar",
        "orientation": "h",
        "y": at,
        "x": [number(p.value) for p in points],
        "width": 0.52,
        "marker": {"color": [DATA2 if under else DATA for under in below], "cornerradius": 2},
        **trace_extras(look, hover, [p.passport for p in points]),
    }
    aims = [(y, number(p.target)) for y, p in zip(at, points, strict=True) if p.target is not None]
    ticks = {
        "type": "scatter",
        "mode": "markers",
        "x": [aim for _, aim in aims],
        "y": [y for y, _ in aims],
        "marker": {"symbol": "line-ns", "size": 15, "line": {"width": 2.5, "color": INK}},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
    top = max([float(p.value or 0) for p in points] + [float(aim) for _, aim in aims], default=0) or 1.0
    texts = [
        text_at(
            look,
            plain(head),
            xref="paper",
            x=1,
            xanchor="right",
            xshift=shift,
            y=1,
            yref="paper",
            yanchor="bottom",
            ink=INK3,
            size=look.small,
        )
        for head, shift in ((desc.value_name, 50), (desc.rate_name, 122))
    ]
    for y, point, share, under in zip(at, points, rates, below, strict=True):
        texts.append(column_text(look, number_text(point.value, desc.decimals), y, 50, strong=True))
        words = "–" if share is None else f"{'▼ ' if under else ''}{share}%"
        texts.append(column_text(look, words, y, 122, ink=YELLOW_INK if under else INK2))
    return {
        "data": [bars, ticks],
        "layout": base_layout(
            look,
            margin={"l": label_margin(look, labels), "r": 126, "t": 22, "b": 4},
            xaxis=axis(look, range=[0, top * 1.03], showticklabels=False),
            yaxis=label_axis(look, labels, at),
            annotations=texts,
        ),
    }


def grouped(desc: ChartDescription, look: Look) -> dict:
    """Bars of one or more series side by side, each series' values in its own column at the right."""
    labels = list(desc.categories)
    at = list(range(len(labels)))
    several = len(desc.series) > 1
    traces, texts, shift = [], [], 4
    columns = []
    for series in desc.series:
        values = [number_text(p.value, desc.decimals) for p in series.points]
        head = em_width(f"■ {series.name}") * look.small if several else 0
        width = round(max([head, *(em_width(v) * look.size for v in values)])) + 10
        shift += width
        columns.append((series, values, shift))
    for index, (series, values, column) in enumerate(columns):
        colour = SERIES[index % len(SERIES)]
        traces.append(
            {
                "type": "bar",
                "orientation": "h",
                "y": at,
                "x": [number(p.value) for p in series.points],
                "name": plain(series.name),
                "marker": {"color": colour, "cornerradius": 2},
                **({} if several else {"width": 0.52}),
                **trace_extras(
                    look,
                    [
                        f"{plain(p.label)}<br>{plain(series.name)} {text} {desc.unit}"
                        for p, text in zip(series.points, values, strict=True)
                    ],
                    [p.passport for p in series.points],
                ),
            }
        )
        if several:
            texts.append(
                text_at(
                    look,
                    f"■ {plain(series.name)}",
                    xref="paper",
                    x=1,
                    xanchor="right",
                    xshift=column,
                    y=1,
                    yref="paper",
                    yanchor="bottom",
                    size=look.small,
                    ink=HEAD_INKS[min(index, 2)],
                )
            )
        texts += [
            column_text(look, text, y, column, strong=index == 0, ink=INK if index == 0 else INK2)
            for y, text in zip(at, values, strict=True)
        ]
    top = max([float(p.value) for s in desc.series for p in s.points if p.value is not None], default=0) or 1.0
    low = min([0.0] + [float(p.value) for s in desc.series for p in s.points if p.value is not None])
    return {
        "data": traces,
        "layout": base_layout(
            look,
            barmode="group",
            bargap=0.3 if several else 0.42,
            bargroupgap=0.08,
            margin={"l": label_margin(look, labels), "r": shift + 4, "t": 22 if several else 6, "b": 4},
            xaxis=axis(
                look,
                range=[low * 1.03, top * 1.03],
                showticklabels=False,
                zeroline=low < 0,
                zerolinecolor=LINE,
            ),
            yaxis=label_axis(look, labels, at),
            annotations=texts,
        ),
    }


def empty(desc: ChartDescription, look: Look) -> dict:
    """Axis names and the sentence, when there is nothing to draw."""
    bare = axis(look, range=[0, 1], showticklabels=False, showline=True, linecolor=LINE)
    place = {"xref": "paper", "yref": "paper", "ink": INK3}
    texts = [
        text_at(look, plain(desc.category), x=0, y=1, yanchor="bottom", size=look.small, **place),
        text_at(look, plain(desc.value_name), x=1, y=0, xanchor="right", yanchor="top", size=look.small, **place),
        text_at(look, plain(desc.empty_text), x=0.5, y=0.5, **place),
    ]
    return {
        "data": [],
        "layout": base_layout(
            look, margin={"l": 16, "r": 16, "t": 24, "b": 26}, xaxis=bare, yaxis=dict(bare), annotations=texts
        ),
    }
