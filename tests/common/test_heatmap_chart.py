"""The heatmap: Plotly takes the figure as it is; cells, table and sentence say the same numbers."""

import json
from datetime import date

import plotly.graph_objects as go
import pytest

from common.charts import ChartDescription, Point, Series, chart_card, chart_sentence, chart_table, plotly_figure
from common.charts.heatmap import ORDER, SOFT, colour_steps


def make_heatmap(rows=("甲县", "乙<b>县", "丙县"), columns=("到位资金完成率", "填报及时率"), **changes):
    lights = ("green", "yellow", "red")
    series = tuple(
        Series(name, tuple(Point(row, 90 - 30 * n + c, light=lights[n % 3]) for n, row in enumerate(rows)))
        for c, name in enumerate(columns)
    )
    settings = {"key": "cells", "title": "得分率", "unit": "%", "as_of": date(2023, 12, 13), "series": series}
    return ChartDescription(kind="heatmap", **settings | changes)


WITH_GAP = make_heatmap(series=(Series("项", (Point("甲县", None), Point("乙县", 50, light="red"))),))


@pytest.mark.parametrize("look", ["page", "document"])
@pytest.mark.parametrize(
    "desc",
    [make_heatmap(), WITH_GAP, make_heatmap(rows=()), make_heatmap(rows=tuple(f"单位{n}" for n in range(400)))],
    ids=["small", "gap", "empty", "many"],
)
def test_plotly_takes_the_figure_unchanged(desc, look):
    figure = plotly_figure(desc, look)
    returned = go.Figure(figure).to_plotly_json()
    returned["layout"].pop("template", None)  # plotly.py adds its own default
    assert json.loads(json.dumps(returned, default=list)) == figure


def test_each_cell_has_the_colour_of_its_light():
    (trace,) = plotly_figure(make_heatmap())["data"]
    assert [[ORDER[level] for level in line] for line in trace["z"]] == [["green"] * 2, ["yellow"] * 2, ["red"] * 2]
    assert trace["text"] == [["90", "91"], ["60", "61"], ["30", "31"]]
    steps = colour_steps()
    assert (steps[0], steps[-1]) == ([0.0, SOFT["blue"]], [1.0, SOFT["grey"]])
    assert [edge for edge, _ in steps] == sorted(edge for edge, _ in steps)


def test_a_missing_value_is_a_gap():
    (trace,) = plotly_figure(WITH_GAP)["data"]
    assert trace["z"] == [[None], [ORDER.index("red")]] and trace["text"][0] == ["–"]


def test_names_carry_no_markup():
    assert "<b>" not in json.dumps(plotly_figure(make_heatmap()), ensure_ascii=False)


def test_many_cells_are_drawn_without_numbers():
    (trace,) = plotly_figure(make_heatmap(rows=tuple(f"单位{n}" for n in range(400))))["data"]
    assert "text" not in trace


def test_table_and_sentence_say_every_number():
    heads, rows = chart_table(make_heatmap())
    assert heads == ["单位", "到位资金完成率（%）", "填报及时率（%）"]
    assert rows == [["甲县", 90, 91], ["乙<b>县", 60, 61], ["丙县", 30, 31]]
    assert "到位资金完成率 最高甲县 90 %，最低丙县 30 %" in chart_sentence(make_heatmap())
    assert len(chart_card(make_heatmap())["rows"]) == 3
