"""Every kind of chart: Plotly accepts the figure as it is, the table says what the points say."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import plotly.graph_objects as go
import pytest

from common.charts import (
    ChartDescription,
    Point,
    Series,
    chart_card,
    chart_note,
    chart_sentence,
    chart_table,
    drawn_points,
    page_height,
    plotly_figure,
)
from common.charts.lines import time_ticks, value_ticks
from common.charts.maps import ramp_steps

GEOJSON = json.loads(
    (Path(__file__).parents[2] / "data/geo/dezhou_counties_small.geojson").read_text(encoding="utf-8")
)
COUNTIES = [feature["properties"]["name"] for feature in GEOJSON["features"]]
AS_OF = date(2023, 12, 13)


def make_chart(kind, points=None, series=None, **changes):
    if series is None:
        series = (Series("已销号", tuple(points or ())),)
    settings = {"key": kind, "title": "进度", "unit": "项", "as_of": AS_OF}
    if kind == "map":
        settings["geojson"] = GEOJSON
    return ChartDescription(kind=kind, series=series, **(settings | changes))


def make_charts():
    months = [f"{month}月" for month in range(1, 13)]
    progress = [
        Point("齐河县", Decimal("91.7"), "green", 22, 24, passport="/p/1/"),
        Point("平原县", Decimal("81.0"), "yellow", 17, 21),
        Point("庆云县", Decimal("64.7"), "red", 11, 17),
        Point("乐陵市", 100, "blue", 9, 9),
        Point("武城县", 0, "grey", 0, 3),
        Point("未报县"),
    ]
    money = [
        Point("齐河县", Decimal("16.8"), target=Decimal("14"), passport="/p/2/"),
        Point("武城县", Decimal("4.3"), target=Decimal("4.5")),
        Point("庆云县", None, target=Decimal("4")),
        Point("天衢新区", Decimal("0")),
    ]
    parts = (
        Series("已销号", (Point("产业融入", 37), Point("服务雄安", 12)), "blue"),
        Series("临期或滞后", (Point("产业融入", 3), Point("服务雄安", None)), "yellow"),
    )
    trend = (
        Series("已销号", tuple(Point(m, None if i == 5 else i * 13) for i, m in enumerate(months))),
        Series("序时", tuple(Point(m, i * 15) for i, m in enumerate(months)), "pace"),
    )
    both = (
        Series("签约投资", (Point("齐河县", Decimal("68.9")), Point("武城县", Decimal("17.6")))),
        Series("到位资金", (Point("齐河县", Decimal("16.8")), Point("武城县", None))),
    )
    return {
        "progress": make_chart("progress", progress, unit="%", pace=92),
        "stacked": make_chart("stacked", series=parts),
        "trend": make_chart("trend", series=trend),
        "line": make_chart("line", series=trend),
        "bars_with_target": make_chart("bars_with_target", money, unit="亿元", value_name="到位"),
        "grouped": make_chart("grouped", series=both, unit="亿元"),
        "bars": make_chart("bars", money, unit="亿元"),
        "funnel": make_chart(
            "funnel",
            [Point("线索", 40), Point("在谈", 26, passport="/p/3/"), Point("签约", 0)],
            unit="个",
            category="阶段",
            value_name="项目",
        ),
        "map": make_chart("map", [Point(name, i) for i, name in enumerate(COUNTIES)] + [Point("天衢新区", 17)]),
        "sankey": make_chart("sankey", [Point(name, i, to=COUNTIES[-1 - i]) for i, name in enumerate(COUNTIES)]),
    }


CHARTS = make_charts()
EMPTY = {kind: make_chart(kind) for kind in CHARTS}


def as_plotly_returns(figure):
    returned = go.Figure(figure).to_plotly_json()
    returned["layout"].pop("template", None)  # plotly.py adds its own default
    return json.loads(json.dumps(returned, default=list))


@pytest.mark.parametrize("look", ["page", "document"])
@pytest.mark.parametrize("kind", CHARTS)
@pytest.mark.parametrize("charts", [CHARTS, EMPTY], ids=["filled", "empty"])
def test_plotly_accepts_the_figure_and_returns_it_unchanged(charts, kind, look):
    figure = plotly_figure(charts[kind], look)
    assert as_plotly_returns(figure) == json.loads(json.dumps(figure))


@pytest.mark.parametrize("kind", CHARTS)
def test_texts_hold_no_tag_but_line_breaks(kind):
    text = json.dumps(plotly_figure(CHARTS[kind]), ensure_ascii=False).replace("<br>", "")
    assert "<" not in text


@pytest.mark.parametrize("kind", CHARTS)
def test_document_look_has_the_width_of_the_type_area_and_no_hover(kind):
    figure = plotly_figure(CHARTS[kind], "document")
    assert figure["layout"]["width"] == 590
    assert figure["layout"]["hovermode"] is False
    assert figure["layout"]["font"]["family"] == "Noto Sans CJK SC"
    assert all(trace["hoverinfo"] == "skip" and "meta" not in trace for trace in figure["data"])


def test_funnel_table_counts_against_the_entrance_and_the_stage_before():
    headers, rows = chart_table(CHARTS["funnel"])
    assert headers == ["阶段", "项目（个）", "占进入（%）", "较上一阶段（%）"]
    assert rows[0] == ["线索", 40, Decimal("100.0"), None]
    assert rows[1] == ["在谈", 26, Decimal("65.0"), Decimal("65.0")]
    assert rows[2] == ["签约", 0, Decimal("0.0"), Decimal("0.0")]
    assert "线索 40 个、在谈 26 个、签约 0 个" in chart_sentence(CHARTS["funnel"])


def test_progress_table_equals_its_points():
    headers, rows = chart_table(CHARTS["progress"])
    assert headers == ["单位", "已销号", "总数", "完成率（%）", "灯"]
    assert rows[0] == ["齐河县", 22, 24, Decimal("91.7"), "正常"]
    assert rows[-1] == ["未报县", None, None, None, "–"]
    assert len(rows) == len(CHARTS["progress"].points)


def test_stacked_table_adds_the_total_and_keeps_the_gap():
    headers, rows = chart_table(CHARTS["stacked"])
    assert headers == ["单位", "已销号（项）", "临期或滞后（项）", "合计（项）"]
    assert rows == [["产业融入", 37, 3, 40], ["服务雄安", 12, None, 12]]


def test_target_table_computes_the_rate_half_up():
    _, rows = chart_table(CHARTS["bars_with_target"])
    assert [row[3] for row in rows] == [Decimal("120.0"), Decimal("95.6"), None, None]


@pytest.mark.parametrize("kind", ["trend", "line", "grouped"])
def test_series_table_has_one_column_per_series(kind):
    desc = CHARTS[kind]
    headers, rows = chart_table(desc)
    assert headers[1:] == [f"{series.name}（{desc.unit}）" for series in desc.series]
    for position, series in enumerate(desc.series, start=1):
        assert [row[position] for row in rows] == [point.value for point in series.points]


def test_missing_value_is_a_gap_and_zero_is_a_value():
    bars = plotly_figure(CHARTS["progress"])["data"][0]
    assert bars["x"][-2:] == [0.0, None]
    texts = [note["text"] for note in plotly_figure(CHARTS["progress"])["layout"]["annotations"]]
    assert "0.0%" in texts
    assert "–" in texts
    line = next(t for t in plotly_figure(CHARTS["trend"])["data"] if t["name"] == "已销号")
    assert line["y"][5] is None
    assert line["y"][0] == 0
    assert line["connectgaps"] is False


def test_bar_stops_at_hundred_while_its_text_goes_on():
    figure = plotly_figure(make_chart("progress", [Point("齐河县", Decimal("120.0"), "green")]))
    assert figure["data"][0]["x"] == [100.0]
    assert "120.0%" in [note["text"] for note in figure["layout"]["annotations"]]


def test_below_target_is_marked_by_shape_and_colour():
    figure = plotly_figure(CHARTS["bars_with_target"])
    texts = [note["text"] for note in figure["layout"]["annotations"]]
    assert "▼ 95.6%" in texts
    assert "120.0%" in texts
    colours = figure["data"][0]["marker"]["color"]
    assert colours[0] != colours[1]


def test_eighty_organisations_show_both_ends_and_say_how_many_are_between():
    points = [Point(f"第{i}单位", 100 - i, "green") for i in range(80)]
    desc = make_chart("progress", points, ends=5, ends_noun="个部门")
    shown, gap, left_out = drawn_points(desc)
    assert [p.label for p in shown] == [p.label for p in points[:5] + points[-5:]]
    assert (gap, left_out) == (5, 70)
    figure = plotly_figure(desc)
    assert "中间 70 个部门" in [note["text"] for note in figure["layout"]["annotations"]]
    assert figure["data"][0]["y"] == [0, 1, 2, 3, 4, 6, 7, 8, 9, 10]
    assert len(chart_table(desc)[1]) == 80
    assert page_height(desc) < 400 < page_height(make_chart("progress", points))


def test_long_names_are_cut_in_the_picture_and_whole_in_hover_and_table():
    name = "山东省德州市某某某某某某某某某某管理服务中心"
    desc = make_chart("progress", [Point(name, 50, "red")])
    figure = plotly_figure(desc)
    label = figure["layout"]["yaxis"]["ticktext"][0]
    assert label.endswith("…")
    assert len(label) <= 9
    assert name in figure["data"][0]["hovertext"][0]
    assert chart_table(desc)[1][0][0] == name


def test_same_names_keep_their_own_rows():
    figure = plotly_figure(make_chart("bars", [Point("同名", 1), Point("同名", 2)]))
    assert figure["data"][0]["y"] == [0, 1]


def test_markup_in_a_name_stays_text():
    desc = make_chart("bars", [Point("<b>局</b>&", 1)])
    assert plotly_figure(desc)["layout"]["yaxis"]["ticktext"] == ["＜b＞局＜/b＞＆"]
    assert "</script>" not in chart_card(make_chart("bars", [Point("</script>", 1)]))["figure_json"]


def test_passports_stand_in_the_order_of_the_points():
    assert plotly_figure(CHARTS["progress"])["data"][0]["meta"]["passports"] == ["/p/1/", "", "", "", "", ""]


def test_map_draws_every_county_and_names_what_has_no_polygon():
    desc = CHARTS["map"]
    figure = plotly_figure(desc)
    assert [trace["name"] for trace in figure["data"]] == COUNTIES
    assert "天衢新区 17 项单列" in chart_note(desc)
    assert f"合计 {sum(range(11)) + 17} 项" in chart_note(desc)


def test_county_without_value_is_grey_and_not_zero():
    figure = plotly_figure(make_chart("map", [Point(COUNTIES[0], 0), Point(COUNTIES[1], 5)]))
    none, zero = figure["data"][2], figure["data"][0]
    assert none["fillcolor"] != zero["fillcolor"]
    assert figure["layout"]["annotations"][2]["text"].endswith("–")
    assert figure["layout"]["annotations"][0]["text"].endswith("<br>0")


def test_ramp_has_four_steps_that_hold_all_values():
    steps = ramp_steps(list(range(1, 13)))
    assert [sum(value >= edge for edge in steps) for value in (1, 4, 7, 10, 12)] == [0, 1, 2, 3, 3]
    assert ramp_steps([]) == ramp_steps([0])


def test_month_ticks_show_the_last_month_in_words():
    months = [f"{month}月" for month in range(1, 13)]
    assert time_ticks(months) == ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "", "12月"]
    assert time_ticks(["2022年12月", "2023年1月"]) == ["12月<br>2022年", "1月<br>2023年"]


@pytest.mark.parametrize("values", [[0], [0, 185], [3, 3], [-5, 20], [0.2, 0.9], [1_000_000], []])
def test_axis_holds_all_values_with_few_lines(values):
    low, high, ticks = value_ticks([float(v) for v in values], from_zero=True)
    assert low < high
    assert all(low <= value <= high for value in values)
    assert len(ticks) <= 6


def test_labels_at_the_ends_of_lines_do_not_cover_each_other():
    close = (
        Series("甲", (Point("1月", 10), Point("2月", 100))),
        Series("乙", (Point("1月", 10), Point("2月", 100))),
        Series("丙", (Point("1月", 10), Point("2月", 101))),
    )
    figure = plotly_figure(make_chart("line", series=close))
    span = figure["layout"]["yaxis"]["range"][1] - figure["layout"]["yaxis"]["range"][0]
    px = [note["y"] / span * 302 + note["yshift"] for note in figure["layout"]["annotations"]]
    assert all(later - earlier > 15 for earlier, later in zip(sorted(px), sorted(px)[1:], strict=False))


def test_sentence_names_the_extremes_the_date_and_the_pace():
    sentence = chart_sentence(CHARTS["progress"])
    assert "截至2023年12月13日" in sentence
    assert "最高乐陵市 100.0%" in sentence
    assert "最低武城县 0.0%" in sentence
    assert "序时 92%" in sentence


@pytest.mark.parametrize("kind", CHARTS)
def test_empty_chart_says_so(kind):
    assert EMPTY[kind].empty_text in chart_sentence(EMPTY[kind])
    assert chart_card(EMPTY[kind])["is_empty"] is True
    assert chart_table(EMPTY[kind])[1] == []


@pytest.mark.parametrize("kind", CHARTS)
def test_card_holds_a_height_class_of_the_style_sheet(kind):
    css = (Path(__file__).parents[2] / "static/css/app.css").read_text(encoding="utf-8")
    assert f".{chart_card(CHARTS[kind])['height_class']} {{" in css


def test_series_of_one_chart_must_have_the_same_labels():
    with pytest.raises(ValueError, match="different labels"):
        make_chart("grouped", series=(Series("甲", (Point("a", 1),)), Series("乙", (Point("b", 1),))))


def test_a_sankey_draws_bands_between_named_nodes_and_keeps_every_flow_in_its_table():
    flows = (
        Point("朝阳区", 3, to="齐河县", passport="/reports/passport/a/"),
        Point("朝阳区", Decimal("1.5"), to="禹城市", passport="/reports/passport/b/"),
        Point("滨海新区", 5, to="齐河县", passport="/reports/passport/c/"),
        Point("武清区", 0, to="禹城市"),
    )
    desc = ChartDescription(
        kind="sankey",
        key="flows",
        title="资金从哪来到哪去",
        unit="个",
        series=(Series("项目", flows),),
        category="来源地",
        target_name="落地",
        value_name="新开工",
    )
    for look in ("page", "document"):
        figure = plotly_figure(desc, look)
        assert as_plotly_returns(figure) == json.loads(json.dumps(figure))
    trace = plotly_figure(desc)["data"][0]
    assert trace["node"]["label"] == ["滨海新区 5.0", "朝阳区 4.5", "齐河县 8.0", "禹城市 1.5"]
    named = trace["node"]["label"]
    bands = zip(trace["link"]["source"], trace["link"]["target"], trace["link"]["value"], strict=True)
    assert [(named[a][:3], named[b][:3], v) for a, b, v in bands] == [
        ("滨海新", "齐河县", 5), ("朝阳区", "齐河县", 3), ("朝阳区", "禹城市", 1.5)
    ]  # fmt: skip
    assert trace["meta"]["passports"] == [f"/reports/passport/{k}/" for k in "cab"]
    heads, rows = chart_table(desc)
    assert heads == ["来源地", "落地", "新开工（个）"]
    assert rows == [[p.label, p.to, p.value] for p in flows]
    assert "滨海新区到齐河县" in chart_sentence(desc)
    assert len(chart_card(desc)["rows"]) == 4
