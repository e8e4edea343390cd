"""Lines over time: what was done against the expected pace, or any series by period."""

import math
import re

from common.charts.description import ChartDescription, number_text
from common.charts.look import (
    BLUE_INK,
    CLEAR,
    DATA_SOFT,
    INK2,
    INK3,
    LINE,
    SERIES,
    Look,
    axis,
    base_layout,
    em_width,
    number,
    plain,
    text_at,
    trace_extras,
)

MONTH = re.compile(r"^(\d{1,2})月$")
YEAR_MONTH = re.compile(r"^(\d{4})年(\d{1,2})月$")
END_LABEL_GAP = 18  # px between the labels at the lines' ends


def lines(desc: ChartDescription, look: Look, height: int) -> dict:
    """One line per series, named at its end; a missing value interrupts the line; pace is dotted."""
    labels = list(desc.categories)
    at = list(range(len(labels)))
    low, high, ticks = value_ticks(
        [float(p.value) for s in desc.series for p in s.points if p.value is not None],
        from_zero=desc.kind == "trend",
    )
    traces, ends, colour_of = [], [], {}
    actual = [s for s in desc.series if s.role != "pace"]
    for index, series in enumerate(actual):
        colour_of[series.name] = SERIES[index % len(SERIES)]
    for series in sorted(desc.series, key=lambda s: s.role != "pace"):
        values = [number(p.value) for p in series.points]
        known = [i for i in at if values[i] is not None]
        trace = {
            "type": "scatter",
            "x": at,
            "y": values,
            "name": plain(series.name),
            "connectgaps": False,
            **trace_extras(
                look,
                [
                    f"{plain(p.label)} {plain(series.name)} {number_text(p.value, desc.decimals)} {desc.unit}"
                    for p in series.points
                ],
                [p.passport for p in series.points],
            ),
        }
        if series.role == "pace":
            trace |= {"mode": "lines", "line": {"color": INK3, "width": 1.5, "dash": "4px,4px"}}
        else:
            colour, last = colour_of[series.name], known[-1] if known else None
            trace |= {
                "mode": "lines+markers",
                "line": {"color": colour, "width": 2.5},
                "marker": {"color": colour, "size": [8 if i == last else 4 for i in at]},
            }
            if desc.kind == "trend" and len(actual) == 1:
                trace |= {"fill": "tozeroy", "fillcolor": DATA_SOFT}
        traces.append(trace)
        if known:
            ends.append((known[-1], values[known[-1]], series))
    texts, margin = _end_labels(desc, look, ends, high - low, height, colour_of)
    layout = base_layout(
        look,
        margin={"l": _tick_margin(ticks, look), "r": margin, "t": 12, "b": 26},
        xaxis=axis(
            look,
            range=[-0.25, max(len(labels) - 0.8, 0.5)],
            tickvals=at,
            ticktext=time_ticks(labels),
            ticks="outside",
            ticklen=6,
            tickcolor=CLEAR,
        ),
        yaxis=axis(
            look,
            range=[low, high],
            tickvals=ticks,
            ticktext=[f"{t:g}" for t in ticks],
            showgrid=True,
            gridcolor=LINE,
            gridwidth=1,
        ),
        annotations=texts,
    )
    if any("<br>" in tick for tick in layout["xaxis"]["ticktext"]):
        layout["margin"]["b"] = 44
    layout["meta"] = {"phone": {"xaxis.ticktext": time_ticks(labels, sparse=True)}}
    return {"data": traces, "layout": layout}


def _end_labels(desc, look, ends, span, height, colour_of) -> tuple[list[dict], int]:
    """Names at the lines' ends pushed apart so that none covers another, and the margin that holds them."""
    per_px = span / max(height - 38, 1) or 1.0
    texts, widest, below = [], 0.0, None
    for position, value, series in sorted(ends, key=lambda end: end[1]):
        y = value / per_px
        if below is not None and y < below + END_LABEL_GAP:
            y = below + END_LABEL_GAP
        below = y
        words = f"{plain(series.name)} {number_text(value, desc.decimals)}"
        widest = max(widest, em_width(words))
        pace = series.role == "pace"
        first = colour_of.get(series.name) == SERIES[0]
        texts.append(
            text_at(
                look,
                words,
                x=position,
                y=value,
                xanchor="left",
                yanchor="middle",
                xshift=10,
                yshift=round(y - value / per_px, 1),
                align="left",
                strong=not pace,
                ink=BLUE_INK if first else INK2,
            )
        )
    return texts, round(widest * look.size) + 16


def _tick_margin(ticks, look) -> int:
    return max((round(em_width(f"{tick:g}") * look.size) for tick in ticks), default=20) + 12


def value_ticks(values: list[float], from_zero: bool) -> tuple[float, float, list[float]]:
    """Lower and upper end of the axis and at most five round ticks between them."""
    if not values:
        return 0.0, 1.0, []
    low, high = min(values), max(values)
    if from_zero or low < 0.6 * high:
        low, high = min(low, 0.0), max(high, 0.0)
    raw = (high - low) / 4 or abs(high) / 4 or 1.0
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(size * power for size in (1, 2, 2.5, 5, 10) if size * power >= raw * 0.999)
    first = math.floor(low / step)
    last = math.ceil(high / step - 0.25)
    ticks = [round(i * step, 10) for i in range(first, max(last, first + 1) + 1)]
    return ticks[0], max(ticks[-1], high) + step * 0.3, ticks


def time_ticks(labels: list[str], sparse: bool = False) -> list[str]:
    """Month labels as 1 … 10, 12月; years under their first month; others thinned to what fits."""
    count = len(labels)
    if labels and all(MONTH.match(label) for label in labels):
        texts = [MONTH.match(label)[1] for label in labels]
        texts[-1] = labels[-1]
        if count > 10:
            texts[-2] = ""
        return [t if i == count - 1 or not (sparse and count > 6 and i % 2) else "" for i, t in enumerate(texts)]
    every = max(1, math.ceil(count / (5 if sparse else 9)))
    if labels and all(YEAR_MONTH.match(label) for label in labels):
        texts, year = [], ""
        for i, label in enumerate(labels):
            this_year, month = YEAR_MONTH.match(label).groups()
            shown = i % every == 0
            texts.append(f"{month}月" + (f"<br>{this_year}年" if this_year != year else "") if shown else "")
            year = this_year if shown else year
        return texts
    return [plain(label) if i % every == 0 else "" for i, label in enumerate(labels)]
