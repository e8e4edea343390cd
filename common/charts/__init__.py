"""Charts: description → Plotly figure → picture; the same description gives the table and the sentence."""

from common.charts.card import chart_card, figure_json
from common.charts.description import ChartDescription, Point, Series, drawn_points, number_text
from common.charts.figure import document_height, page_height, plotly_figure
from common.charts.words import chart_note, chart_sentence, chart_table

__all__ = [
    "ChartDescription",
    "Point",
    "Series",
    "chart_card",
    "chart_note",
    "chart_sentence",
    "chart_table",
    "document_height",
    "drawn_points",
    "figure_json",
    "number_text",
    "page_height",
    "plotly_figure",
]
