"""The timeline: Plotly takes the figure as it is; bars, table and sentence say the same dates."""

import json
from datetime import date

import plotly.graph_objects as go
import pytest

from common.charts import ChartDescription, Point, Series, chart_card, chart_sentence, chart_table, plotly_figure
from common.charts.timeline import month_ticks

AS_OF = date(2023, 12, 13)
SPRING, SUMMER = date(2023, 3, 10), date(2023, 6, 1)
LONG = "一个很长很长很长很长很长的<b>任务</b>名称"
POINTS = (
    Point("冷链仓储", 62, light="red", starts_on=SPRING, ends_on=date(2023, 11, 30)),
    Point(LONG, 88, light="green", starts_on=SUMMER, ends_on=date(2024, 3, 31)),
    Point("没有时限的", 10, light="yellow", starts_on=SUMMER),
)


def make_timeline(points=POINTS, **changes):
    settings = {"key": "deadlines", "title": "时限", "unit": "%", "as_of": AS_OF, "value_name": "完成"}
    return ChartDescription(kind="timeline", series=(Series("任务", tuple(points)),), **settings | changes)


@pytest.mark.parametrize("look", ["page", "document"])
@pytest.mark.parametrize(
    "desc", [make_timeline(), make_timeline(as_of=None), make_timeline(()), make_timeline(POINTS[2:])]
)
def test_plotly_takes_the_figure_unchanged(desc, look):
    figure = plotly_figure(desc, look)
    returned = go.Figure(figure).to_plotly_json()
    returned["layout"].pop("template", None)  # plotly.py adds its own default
    assert json.loads(json.dumps(returned, default=list)) == figure


def test_bars_run_from_start_to_deadline():
    bars, marks = plotly_figure(make_timeline())["data"]
    assert bars["base"] == [9, 92]  # days since 2023-03-01
    assert bars["x"] == [265, 304]
    assert marks["x"] == [274, 396]
    assert marks["marker"]["symbol"] == ["diamond", "circle"]


def test_names_carry_no_markup():
    bars = plotly_figure(make_timeline())["data"][0]
    assert "<b>" not in "".join(bars["hovertext"])


def test_as_of_is_a_line():
    (line,) = plotly_figure(make_timeline())["layout"]["shapes"]
    assert line["x0"] == line["x1"] == (AS_OF - date(2023, 3, 1)).days


def test_table_holds_every_point():
    heads, rows = chart_table(make_timeline())
    assert heads == ["单位", "开始", "时限", "完成（%）", "灯"]
    assert rows[0] == ["冷链仓储", "2023-03-10", "2023-11-30", 62, "逾期"]
    assert rows[2][2] == "–"


def test_sentence_names_the_first_and_the_last():
    sentence = chart_sentence(make_timeline())
    assert sentence.startswith("时限，截至2023年12月13日：2 项，最早冷链仓储 2023-11-30，最晚")
    assert "没有可画的数据" in chart_sentence(make_timeline(()))


def test_card_can_be_made_of_it():
    card = chart_card(make_timeline())
    assert len(card["rows"]) == 3 and not card["is_empty"]


def test_ticks_are_few_and_stand_on_firsts_of_months():
    assert month_ticks(date(2023, 11, 1), date(2024, 1, 31)) == [
        date(2023, 11, 1),
        date(2023, 12, 1),
        date(2024, 1, 1),
    ]
    many = month_ticks(date(2023, 1, 1), date(2027, 12, 31))
    assert len(many) <= 8 and {day.day for day in many} == {1}
