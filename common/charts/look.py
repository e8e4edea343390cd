"""Colours, fonts and the layout that every figure starts from."""

from dataclasses import dataclass

COLOURS = {
    "blue": "#2563a8",
    "green": "#268250",
    "yellow": "#e0a100",
    "red": "#c8102e",
    "grey": "#8d97a5",
}
INK, INK2, INK3 = "#18212f", "#465264", "#667085"
LINE, CARD = "#e3e7ed", "#ffffff"
DATA, DATA2, DATA3, DATA_SOFT = "#2563a8", "#7fa8d4", "#c5d8ee", "rgba(37,99,168,0.07)"
BLUE_INK, YELLOW_INK, ON_YELLOW = "#1d4f88", "#855700", "#2a1e00"
SERIES = (DATA, DATA2, INK2, DATA3)
RAMP = ("#e3edf8", "#b9d2ec", "#7fa8d4", "#3b78b8")
MISSING = "#eff1f4"
CLEAR = "rgba(0,0,0,0)"
SYMBOLS = {"blue": "circle", "green": "circle", "yellow": "triangle-up", "red": "diamond", "grey": "square"}


@dataclass(frozen=True)
class Look:
    """How a figure is dressed: for a page (hover, transparent) or for a document (156 mm wide, no hover)."""

    family: str
    size: float
    small: float
    background: str
    hover: bool
    width: int | None
    label_em: int  # longest label before it is cut


LOOKS = {
    "page": Look("PingFang SC, Microsoft YaHei, Noto Sans CJK SC, sans-serif", 12.5, 11.5, CLEAR, True, None, 9),
    "document": Look("Noto Sans CJK SC", 12.5, 11.5, CARD, False, 590, 16),
}


def em_width(text: str) -> float:
    """Rough width of a text in em: full-width characters and … 1, others 0.56."""
    return sum(1.0 if ord(letter) > 0x2E7F or letter == "…" else 0.56 for letter in text)


def plain(text: str) -> str:
    """A text Plotly shows as it stands: its markup characters become their full-width twins."""
    return text.replace("<", "＜").replace(">", "＞").replace("&", "＆")


def short_label(text: str, look: Look) -> str:
    """The label cut to the look's width with an ellipsis; the full one stays in hover and table."""
    if em_width(text) <= look.label_em:
        return plain(text)
    kept = ""
    for letter in text:
        if em_width(kept + letter) > look.label_em - 1:
            break
        kept += letter
    return plain(kept) + "…"


def base_layout(look: Look, **changes) -> dict:
    layout = {
        "font": {"family": look.family, "size": look.size, "color": INK2},
        "paper_bgcolor": look.background,
        "plot_bgcolor": CLEAR,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "colorway": list(SERIES),
        "showlegend": False,
        "bargap": 0.38,
        "dragmode": False,
        "hovermode": "closest" if look.hover else False,
        "separators": ".",
        "hoverlabel": {
            "align": "left",
            "bgcolor": INK,
            "bordercolor": CLEAR,
            "font": {"family": look.family, "size": 13, "color": "#ffffff"},
        },
    }
    if look.width:
        layout["width"] = look.width
    layout.update(changes)
    return layout


def axis(look: Look, **changes) -> dict:
    settings = {
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "fixedrange": True,
        "tickangle": 0,
        "automargin": False,
        "tickfont": {"color": INK2, "size": look.size},
    }
    settings.update(changes)
    return settings


def label_axis(look: Look, labels: list[str], positions: list[float]) -> dict:
    """The vertical axis of horizontal bars, first row on top."""
    rows = max(positions, default=0) + 1
    return axis(
        look,
        range=[rows - 0.5, -0.5],
        tickvals=positions,
        ticktext=[short_label(x, look) for x in labels],
        ticks="outside",
        ticklen=4,
        tickcolor=CLEAR,
    )


def label_margin(look: Look, labels: list[str], least: int = 60) -> int:
    """Left margin in px that holds the longest label."""
    widest = max((em_width(short_label(label, look)) for label in labels), default=0)
    return max(least, round(widest * look.size) + 18)


def text_at(look: Look, text: str, **place) -> dict:
    """An annotation without arrow; ``ink``, ``strong`` and ``size`` set its type."""
    font = {"size": place.pop("size", look.size), "color": place.pop("ink", INK)}
    if place.pop("strong", False):
        font["weight"] = 600
    return {"text": text, "showarrow": False, "font": font, **place}


def trace_extras(look: Look, hovertext: list[str], passports: list[str]) -> dict:
    """Hover texts and passport addresses of a trace's points, as the look allows."""
    extras: dict = {"hoverinfo": "text", "hovertext": hovertext} if look.hover else {"hoverinfo": "skip"}
    if look.hover and any(passports):
        extras["meta"] = {"passports": passports}
    return extras


def number(value) -> float | int | None:
    """A plain number for JSON; a missing value stays None."""
    if value is None or isinstance(value, int):
        return value
    return float(value)


def column_text(look: Look, text: str, y: float, shift: int, **type_) -> dict:
    """A value in the fixed column at the right of the bars, so that it never meets a line."""
    return text_at(look, text, xref="paper", x=1, xanchor="right", xshift=shift, y=y, **type_)
