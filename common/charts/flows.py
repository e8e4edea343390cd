"""Flows from where to where (Sankey): bands as broad as their value; names and sums stand at the nodes."""

from common.charts.description import ChartDescription, Point, number_text
from common.charts.look import CARD, DATA, DATA2, INK, INK2, Look, base_layout, number, plain

BAND, BAND_HOVER = "rgba(37,99,168,0.18)", "rgba(37,99,168,0.42)"


def sankey(desc: ChartDescription, look: Look) -> dict:
    """One band per point with a value above zero; sources at the left, destinations at the right, largest on top."""
    bands = drawn_flows(desc)
    sources, targets = _sums(bands, lambda p: p.label), _sums(bands, lambda p: p.to)
    places = {("from", name): n for n, name in enumerate(sources)}
    places |= {("to", name): n + len(sources) for n, name in enumerate(targets)}
    names = [_node(name, value, desc) for side in (sources, targets) for name, value in side.items()]
    hover = [
        f"{plain(p.label)} → {plain(p.to)}<br>{plain(desc.value_name)} "
        f"{number_text(p.value, desc.decimals)} {desc.unit}"
        for p in bands
    ]
    shown = {"hovertemplate": "%{customdata}"} if look.hover else {"hoverinfo": "skip"}
    passports = [p.passport for p in bands]
    trace = {
        "type": "sankey",
        "orientation": "h",
        "arrangement": "fixed",
        **({} if look.hover else {"hoverinfo": "skip"}),
        "textfont": {"color": INK, "size": look.size, "family": look.family},
        "node": {
            "label": names,
            "color": [DATA] * len(sources) + [DATA2] * len(targets),
            "pad": 9,
            "thickness": 12,
            "line": {"color": CARD, "width": 0},
            "customdata": names,
            **shown,
        },
        "link": {
            "source": [places["from", p.label] for p in bands],
            "target": [places["to", p.to] for p in bands],
            "value": [number(p.value) for p in bands],
            "color": [BAND] * len(bands),
            "hovercolor": [BAND_HOVER] * len(bands),
            "customdata": hover,
            **shown,
        },
        **({"meta": {"passports": passports}} if look.hover and any(passports) else {}),
    }
    return {
        "data": [trace],
        "layout": base_layout(
            look,
            margin={"l": 4, "r": 4, "t": 8, "b": 8},
            font={"family": look.family, "size": look.size, "color": INK2},
            meta={"phone": {"font.size": 11}},
        ),
    }


def drawn_flows(desc: ChartDescription) -> list[Point]:
    """The points that are drawn, largest first; the table keeps the others too."""
    return sorted((p for p in desc.points if p.value), key=lambda p: -p.value)


def flow_rows(desc: ChartDescription) -> int:
    """How many nodes stand above each other at the fuller side."""
    bands = drawn_flows(desc)
    return max(len({p.label for p in bands}), len({p.to for p in bands}))


def _sums(bands, name) -> dict:
    sums = {}
    for point in bands:
        sums[name(point)] = sums.get(name(point), 0) + point.value
    return dict(sorted(sums.items(), key=lambda entry: -entry[1]))


def _node(name, value, desc) -> str:
    return f"{plain(name)} {number_text(value, desc.decimals)}"
