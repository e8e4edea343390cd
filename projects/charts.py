"""The charts of the projects' overview: descriptions only, from parts already counted or counted here by dimension."""

from collections import defaultdict

from common import periods
from common.charts import ChartDescription, Point, Series
from common.spans import Span
from projects.counting import Part, reached_by_month
from projects.dimensions import SIZES, UNKNOWN
from projects.figures import MEASURES, dimension_label, passport_address
from projects.maps import county_boundaries, origin_boundaries, origin_codes
from projects.querysets import CAPITAL_REGION
from projects.shown import shown_value

MOST_BARS = 12  # further values are in the table of their own list, summed here as 其他


def describe(view, parts, counties) -> dict[str, ChartDescription]:
    """Return the charts by the key that names each on the page and in the address of its sheet."""
    districts = view.count(view.key, by=("origin", "district"))
    return {
        "county-map": _county_map(view, parts[view.key], counties),
        "county-bars": _county_bars(view, parts[view.key], counties),
        "flows": _flows(view, counties),
        "origin-map": _origin_map(view, districts),
        "chain": _bars(view, "chain", "按产业链"),
        "industry": _bars(view, "industry", "按国标行业"),
        "kind": _bars(view, "kind", "按投资方类型"),
        "size": _bars(view, "size", "按投资规模"),
        "months": _months(view),
    }


def _value(view, part):
    return shown_value(view.key, part)


def _common(view, key, title, **more):
    label, unit, _ = MEASURES[view.key]
    return {
        "key": key,
        "title": title,
        "unit": unit,
        "as_of": view.as_of,
        "scope": f"{label}，{view.span.label}",
        "value_name": label,
        "empty_text": "这一期间没有可画的数据",
        **more,
    }


def _county_points(view, parts, counties):
    order = sorted(counties, key=lambda c: (-parts.get(c.code, Part()).value(view.key), c.order))
    return tuple(
        Point(
            label=county.short,
            value=_value(view, parts.get(county.code, Part())),
            code=county.code,
            passport=view.passport(view.key, county=county.code),
        )
        for county in order
    )


def _county_map(view, parts, counties):
    points = _county_points(view, parts, counties)
    return ChartDescription(
        kind="map",
        series=(Series(MEASURES[view.key][0], points),),
        category="县市区",
        note="底图来源：天地图",
        geojson=county_boundaries(),
        **_common(view, "county-map", "落地分布"),
    )


def _county_bars(view, parts, counties):
    points = _county_points(view, parts, counties)
    if part := parts.get(UNKNOWN):
        points += (Point("落地未定", _value(view, part), passport=view.passport(view.key, county=UNKNOWN)),)
    return ChartDescription(
        kind="bars",
        series=(Series(MEASURES[view.key][0], points),),
        category="县市区",
        note="共同引进的项目按分成占比计入各县（市、区）",
        **_common(view, "county-bars", "县（市、区）排序"),
    )


def _flows(view, counties):
    names = {county.code: county.short for county in counties}
    points = [
        Point(
            label=_place(province, district),
            to=names.get(code, "其他") if code != UNKNOWN else "落地未定",
            value=_value(view, part),
            passport=view.passport(view.key, origin=province, district=district, county=code),
        )
        for (province, district, code), part in view.count(view.key, by=("origin", "district", "county")).items()
        if province in CAPITAL_REGION
    ]
    return ChartDescription(
        kind="sankey",
        series=(Series(MEASURES[view.key][0], tuple(sorted(points, key=lambda p: (-p.value, p.label, p.to)))),),
        category="来源地",
        target_name="落地",
        note="左为京津冀来源地，右为落地县（市、区），宽窄同数量",
        **_common(view, "flows", "从哪里来，到哪里去"),
    )


def _origin_map(view, districts):
    codes = origin_codes()
    points = [
        Point(
            label=_place(province, district),
            value=_value(view, part),
            code=codes.get((province, district), ""),
            passport=view.passport(view.key, origin=province, district=district),
        )
        for (province, district), part in districts.items()
    ]
    return ChartDescription(
        kind="map",
        series=(Series(MEASURES[view.key][0], tuple(sorted(points, key=lambda p: -p.value))),),
        category="来源地",
        note="底图来源：天地图；面积小的区名称见悬停或数据表",
        geojson=origin_boundaries(),
        **_common(view, "origin-map", "来源分布"),
    )


def _place(province, district):
    """Return how a place of origin is called: the district, the province where none is stated."""
    if district == UNKNOWN:
        return dimension_label("origin", UNKNOWN) if province == UNKNOWN else province
    return district


def _bars(view, dimension, title):
    found = view.count(view.key, by=(dimension,))
    if set(found) == {(UNKNOWN,)}:
        found = {}  # nothing is stated: one bar would say nothing
    if dimension == "size":
        order = [code for code, *_ in SIZES] + [UNKNOWN]
        lines = [((code,), found[(code,)]) for code in order if (code,) in found]
    else:
        lines = sorted(found.items(), key=lambda line: (line[0][0] == UNKNOWN, -line[1].value(view.key)))
    points = [
        Point(
            label=dimension_label(dimension, value),
            value=_value(view, part),
            passport=view.passport(view.key, **{dimension: value}),
        )
        for (value,), part in lines
    ]
    if len(points) > MOST_BARS:
        rest = Part()
        for _, part in lines[MOST_BARS - 1 :]:
            rest.join(part)
        points = [*points[: MOST_BARS - 1], Point("其他", _value(view, rest))]
    return ChartDescription(
        kind="bars",
        series=(Series(MEASURES[view.key][0], tuple(points)),),
        category=title.removeprefix("按"),
        **_common(view, dimension, title),
    )


def _months(view):
    """Month by month through the year in which the period begins, beside the year before."""
    year = view.span.first.year
    series = []
    for number in (year, year - 1):
        months = [f"{number}-{n:02d}" for n in range(1, 13)]
        parts = defaultdict(Part, reached_by_month(view.key, Span(*periods.span(str(number))), view.as_of))
        points = tuple(
            Point(
                label=f"{int(month[5:])}月",
                value=_value(view, parts[month]) if periods.first_day(month) <= view.as_of else None,
                passport=_month_passport(view, month),
            )
            for month in months
        )
        if number == year or any(point.value for point in points):
            series.append(Series(f"{number}年", points))
    return ChartDescription(
        kind="line",
        series=tuple(series),
        category="月份",
        **(_common(view, "months", "逐月变化") | {"scope": f"{MEASURES[view.key][0]}，当月数"}),
    )


def _month_passport(view, month):
    if periods.first_day(month) > view.as_of:
        return ""
    return passport_address(view.key, view.as_of, Span(*periods.span(month), month))
