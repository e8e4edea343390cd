"""The counties as filled polygons with name and number; no map library and no outside tile."""

import math

from common.charts.description import ChartDescription, Point, number_text
from common.charts.look import (
    CARD,
    INK,
    MISSING,
    RAMP,
    Look,
    axis,
    base_layout,
    number,
    plain,
    text_at,
)

LEAST_LABELLED = 0.12  # of the map's width: a smaller polygon tells its name on hover and in the table
# Label points that would touch a border, moved by degrees of longitude and latitude.
NUDGES = {"371402": (0.012, 0.0), "371403": (-0.02, 0.0), "371428": (0.0, 0.005)}


def county_map(desc: ChartDescription, look: Look) -> dict:
    """One polygon per feature of the geojson in four colour steps; a county without value is grey."""
    found = {_key(p): p for p in desc.points}
    steps = ramp_steps([p.value for p in desc.points if p.value is not None])
    traces, texts, widths, xs, ys = [], [], [], [], []
    for feature in desc.geojson["features"]:
        about = feature["properties"]
        point = found.get(about["adcode"]) or found.get(about["name"]) or Point(label=about["name"])
        x, y = _outline(feature["geometry"])
        xs += [value for value in x if value is not None]
        ys += [value for value in y if value is not None]
        step = None if point.value is None else sum(point.value >= edge for edge in steps)
        shown = number_text(point.value, desc.decimals)
        words = f"{plain(about['name'])}<br>{plain(desc.value_name)} {shown} {desc.unit}"
        hover = {"hoverinfo": "text", "text": words, "hoveron": "fills"} if look.hover else {"hoverinfo": "skip"}
        if look.hover and point.passport:
            hover["meta"] = {"passports": [point.passport]}
        traces.append(
            {
                "type": "scatter",
                "mode": "lines",
                "x": x,
                "y": y,
                "fill": "toself",
                "name": plain(about["name"]),
                "fillcolor": MISSING if step is None else RAMP[step],
                "line": {"color": CARD, "width": 1.6},
                **hover,
            }
        )
        known = [value for value in x if value is not None]
        widths.append(max(known) - min(known))
        dx, dy = NUDGES.get(about["adcode"], (0.0, 0.0))
        texts.append(
            text_at(
                look,
                f"{plain(about.get('short', about['name']))}<br>{shown}",
                x=about["cp"][0] + dx,
                y=about["cp"][1] + dy,
                align="center",
                ink=CARD if step == 3 else INK,
            )
        )
    least = LEAST_LABELLED * (max(xs) - min(xs))
    texts = [text for text, width in zip(texts, widths, strict=True) if width >= least]
    margin = 0.02
    ratio = 1 / math.cos(math.radians((min(ys) + max(ys)) / 2))
    return {
        "data": traces,
        "layout": base_layout(
            look,
            margin={"l": 0, "r": 0, "t": 0, "b": 0},
            xaxis=axis(look, visible=False, range=[min(xs) - margin, max(xs) + margin]),
            yaxis=axis(
                look,
                visible=False,
                range=[min(ys) - margin, max(ys) + margin],
                scaleanchor="x",
                scaleratio=round(ratio, 4),
            ),
            annotations=texts,
            meta={"phone": {"font.size": 11}},
        ),
    }


def without_polygon(desc: ChartDescription) -> list[Point]:
    """Points that no polygon of the geojson stands for (functional zones)."""
    known = {f["properties"][name] for f in desc.geojson["features"] for name in ("adcode", "name")}
    return [point for point in desc.points if _key(point) not in known]


def ramp_steps(values: list) -> list:
    """The three values at which the colour deepens: quarters of the sorted distinct values."""
    distinct = sorted(set(values))
    if len(distinct) < 2:
        return [math.inf, math.inf, math.inf] if not distinct or not distinct[0] else [0, math.inf, math.inf]
    return [distinct[min(len(distinct) - 1, math.ceil(len(distinct) * quarter / 4))] for quarter in (1, 2, 3)]


def _key(point: Point) -> str:
    return point.code or point.label


def _outline(geometry: dict) -> tuple[list, list]:
    """All rings of a polygon or multipolygon, separated by None."""
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    x, y = [], []
    for polygon in polygons:
        for ring in polygon:
            if x:
                x.append(None)
                y.append(None)
            x += [number(corner[0]) for corner in ring]
            y += [number(corner[1]) for corner in ring]
    return x, y
