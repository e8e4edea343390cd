"""What the template common/_chart.html needs of a chart."""

from decimal import Decimal

import orjson
from django.utils.safestring import SafeString, mark_safe

from common.charts.description import ChartDescription, number_text
from common.charts.figure import page_height, plotly_figure
from common.charts.words import chart_note, chart_sentence, chart_table
from common.lights import WORDS


def chart_card(desc: ChartDescription, *, xlsx_url="", more_url="", more_text="", extra=None) -> dict:
    """The context of one chart card: figure as JSON, table rows as text, sentence, note, legend, links."""
    headers, rows = chart_table(desc)
    links = [point.passport for point in desc.points]
    height = page_height(desc)
    return {
        "key": desc.key,
        "title": desc.title,
        "sub": desc.scope,
        "as_of": desc.as_of,
        "height_class": f"h-{height}",
        "figure_json": figure_json(plotly_figure(desc)),
        "sentence": chart_sentence(desc),
        "headers": [{"text": head, "number": _is_number_column(rows, i)} for i, head in enumerate(headers)],
        "rows": [_cells(row, link, desc.decimals) for row, link in zip(rows, links, strict=True)],
        "note": chart_note(desc),
        "legend": [(s.role, s.name) for s in desc.series if s.role in WORDS] if desc.kind == "stacked" else [],
        "xlsx_url": xlsx_url,
        "more_url": more_url,
        "more_text": more_text,
        "demo": desc.demo,
        "is_empty": desc.is_empty,
        **(extra or {}),
    }


def _is_number_column(rows: list[list], position: int) -> bool:
    return position > 0 and not any(isinstance(row[position], str) for row in rows)


def figure_json(figure: dict) -> SafeString:
    """The figure as JSON that may stand inside a script element."""
    text = orjson.dumps(figure).decode()
    return mark_safe(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _cells(row: list, link: str, decimals: int) -> list[dict]:
    """Cells as text; the row's main number opens its passport."""
    cells = []
    for position, value in enumerate(row):
        is_number = value is None or isinstance(value, int | float | Decimal)
        places = 0 if isinstance(value, int) and position else decimals
        cells.append({"text": number_text(value, places) if is_number else value, "number": is_number, "url": ""})
    if link:
        numbers = [cell for cell in cells if cell["number"]]
        if numbers:
            numbers[0]["url"] = link
    return cells
