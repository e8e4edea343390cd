"""The city among its peers: published figures beside each other, per project and per head where that is fair."""

from django.db import transaction
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.guards import requires
from accounts.permissions import may
from common import audit, exports
from common.amounts import trim
from common.asof import as_of_context, read_as_of
from common.charts import ChartDescription, Point, Series, chart_card
from indicators import peers as benchmark
from indicators.sections import sections
from indicators.views import sheet_of

OTHER_PERIODS = "期间、口径各不相同，只供参考"


@requires("view")
@require_safe
def peers(request):
    """The city's published figures among those of its peers, each under its own scope."""
    as_of = read_as_of(request)
    divided, groups, heads = benchmark.per_unit(as_of), benchmark.groups(as_of), benchmark.per_head(as_of)
    charts = {chart.key: chart for chart in (_per_project(divided, as_of), *_per_heads(heads, as_of))}
    export = request.GET.get("_export", "")
    if export == "xlsx":
        return _sheet(request, groups, divided, heads, as_of)
    if export in charts:
        return sheet_of(request, charts[export], as_of)
    query = f"?as_of={as_of.isoformat()}&_export="
    return render(
        request,
        "indicators/peers.html",
        {
            "groups": [group for group in groups if group.own],
            "others": [row for group in groups if not group.own for row in group.rows],
            "divided": divided,
            "heads": [_with_links(rows) for rows in heads],
            "charts": [
                chart_card(chart, xlsx_url=f"{query}{key}") for key, chart in charts.items() if not chart.is_empty
            ],
            "may_publish": may(request.user, "supervise"),
            "rows": sum(len(group.rows) for group in groups),
            "export_url": f"{query}xlsx",
            "as_of": as_of,
            "asof": as_of_context(request, as_of),
            "sections": sections(request),
        },
    )


def _with_links(rows) -> list[dict]:
    """The lines of one group; one without a population leads to where it is registered."""
    return [
        {
            "row": row,
            "value": "" if row.value is None else trim(row.value),
            "fill": _fill_url(row) if row.value is None and row.year else "",
        }
        for row in rows
    ]


def _fill_url(row) -> str:
    query = {"indicator": benchmark.HEADS, "organisation": row.organisation.code, "period": row.year}
    return f"{reverse('indicators:publish')}?{urlencode(query)}"


def _per_project(divided, as_of) -> ChartDescription:
    """Total investment per project, the city and its peers, the largest first."""
    rows = sorted(
        (row for row in divided if row.name.startswith("每个项目总投资")), key=lambda row: (-row.value, row.name)
    )
    return _bars("per-project", "每个项目总投资", "亿元/个", rows, as_of)


def _per_heads(groups, as_of) -> list[ChartDescription]:
    """A chart per group in which at least two can be divided."""
    made = []
    for place, rows in enumerate(groups, start=1):
        known = sorted((row for row in rows if row.value is not None), key=lambda row: -row.value)
        if len(known) > 1:
            made.append(_bars(f"per-head-{place}", f"每万人{rows[0].name}", rows[0].unit, known, as_of))
    return made


def _bars(key, name, unit, rows, as_of) -> ChartDescription:
    points = tuple(Point(label=row.organisation.short, value=row.value) for row in rows)
    return ChartDescription(
        kind="bars",
        key=key,
        title=f"{name}：本市与对标地区",
        unit=unit,
        series=(Series(name, points),),
        as_of=as_of,
        scope=OTHER_PERIODS,
        value_name=name,
        note="；".join(f"{row.organisation.short}：{row.formula}" for row in rows),
        empty_text="没有可以相除的公布数字",
    )


def _sheet(request, groups, divided, heads, as_of):
    """Every number of the page, one per row."""
    lines = [
        [group.name, row.organisation.short, row.indicator.name, row.value, group.unit, row.period,
         row.indicator.scope, row.observation.source.title]
        for group in groups
        for row in group.rows
    ]  # fmt: skip
    lines += [["每个项目", r.organisation.short, r.name, r.value, r.unit, "", r.scope, r.formula] for r in divided]
    lines += [
        ["每万人", r.organisation.short, r.name, r.value, r.unit, r.year, "", r.formula or "缺常住人口数"]
        for rows in heads
        for r in rows
    ]
    content = exports.workbook(
        title="对标",
        notes=[f"截至 {as_of}", f"共 {len(lines)} 行", "各按自己公布的口径，只作参照"],
        headers=["组别", "单位", "指标", "数值", "计量单位", "期间", "口径", "来源或算式"],
        rows=lines,
    )
    with transaction.atomic():
        audit.record(by=request.user, action="导出", label="对标", after={"as_of": as_of, "rows": len(lines)})
    return exports.attachment(content, name=f"对标_{as_of}.xlsx", content_type=exports.XLSX)
