"""The charts of overview and bulletin: descriptions only; common.charts draws them for page and document."""

from datetime import date

from accounts.models import Organisation
from common import lights
from common.amounts import WAN_PER_YI, round_half_up
from common.charts import ChartDescription, Point, Series
from indicators.figures import county_funds_targets
from projects.figures import project_summary
from projects.maps import county_boundaries
from reports.figures import passport_url
from tasklists.figures import county_progress, department_progress, measured
from tasklists.summary import ALL, OrganisationProgress, TaskSummary


def county_chart(summary: TaskSummary) -> ChartDescription:
    return _progress_chart(
        summary, county_progress(summary), key="county", title="县（市、区）进度", category="县市区"
    )


def department_chart(summary: TaskSummary, ends: int | None = 5) -> ChartDescription:
    """Progress per department; on the page the first and last few, in the table all."""
    return _progress_chart(
        summary,
        department_progress(summary),
        key="department",
        title="部门进度",
        category="部门",
        ends=ends,
        ends_noun="个部门",
    )


def _progress_chart(summary, progress: list[OrganisationProgress], *, key, title, **more):
    points = tuple(
        Point(
            label=o.short,
            value=o.rate,
            light=o.light,
            done=o.done,
            total=o.total,
            passport=passport_url(f"organisations.{o.code}.rate", summary.as_of),
        )
        for o in progress
    )
    return ChartDescription(
        kind="progress",
        key=key,
        title=title,
        unit="%",
        series=(Series("完成率", points),),
        as_of=summary.as_of,
        scope="完成率，按高低排",
        done_name="已完成",
        total_name="任务数",
        pace=summary.expected_rate,
        empty_text="截至该日还没有交办的任务",
        demo=_is_demo(summary),
        **more,
    )


def aspect_chart(summary: TaskSummary, slug: str) -> ChartDescription:
    """Status per aspect of one list: parts of a whole by light."""
    facts = next(found for found in summary.lists if found.slug == slug)
    aspects = sorted(summary.aspects.get(slug, []), key=lambda aspect: -measured(summary, "total", slug, aspect))
    total = measured(summary, "total", slug)

    def points(light):
        measure = "closed" if light == lights.BLUE else light
        return tuple(
            Point(
                label=aspect,
                value=measured(summary, measure, slug, aspect),
                passport=passport_url(f"tasks.{slug}.{measure}", summary.as_of, aspect=aspect),
            )
            for aspect in aspects
        )

    order = (lights.BLUE, lights.GREEN, lights.YELLOW, lights.RED, lights.GREY)
    return ChartDescription(
        kind="stacked",
        key=f"aspect-{slug}",
        title="各方面任务状态",
        unit="项",
        series=tuple(Series(lights.WORDS[light], points(light), role=light) for light in order),
        as_of=summary.as_of,
        scope=f"{facts.short} {total} 项",
        category="方面",
        empty_text="截至该日还没有交办的任务",
        demo=facts.is_demo,
    )


def closing_chart(summary: TaskSummary) -> ChartDescription:
    """Closed items month by month beside those whose deadline has come."""
    closed, due = summary.closed_by_month.get(ALL, {}), summary.due_by_month
    labels = [f"{int(month[5:])}月" for month in due]
    return ChartDescription(
        kind="trend",
        key="closing",
        title="销号走势",
        unit="项",
        series=(
            Series("已销号", _month_points(labels, closed, due, summary.as_of)),
            Series("应销号", tuple(Point(label, due[m]) for label, m in zip(labels, due, strict=True)), "pace"),
        ),
        as_of=summary.as_of,
        scope=f"{summary.as_of.year}年各月末累计",
        note="应销号为完成时限已到的任务数",
        category="月份",
        empty_text="截至该日还没有销号的任务",
        demo=_is_demo(summary),
    )


def _month_points(labels, closed, months, as_of):
    from common import periods

    return tuple(
        Point(
            label,
            closed.get(month, 0),
            passport=passport_url(f"tasks.{ALL}.closed", min(periods.last_day(month), as_of)),
        )
        for label, month in zip(labels, months, strict=True)
    )


def funds_chart(as_of: date) -> ChartDescription:
    """Funds in place per county beside the county's goal, in 亿元."""
    summary, goals = project_summary(as_of), county_funds_targets(as_of)
    counties = _counties(lambda code: summary.amounts.get(("funds.in_place", code), 0))
    points = tuple(
        Point(
            label=county.short,
            value=_yi(summary.amounts.get(("funds.in_place", county.code), 0)),
            target=goals.get(county.code),
            passport=passport_url("funds.in_place", as_of, county=county.code),
        )
        for county in counties
    )
    total = _yi(summary.value("funds.in_place"))
    return ChartDescription(
        kind="bars_with_target",
        key="funds",
        title="到位资金",
        unit="亿元",
        series=(Series("到位资金", points),),
        as_of=as_of,
        scope="按落地县市区",
        note=f"亿元；竖线为年度目标。只计市级核实数，合计 {total.normalize():f} 亿元",
        category="县市区",
        value_name="到位",
        target_name="年度目标",
        demo=summary.is_demo,
    )


def investment_chart(as_of: date) -> ChartDescription:
    """Agreed investment of newly started projects beside funds in place, per county."""
    summary = project_summary(as_of)
    kinds = (
        ("新开工项目总投资", "projects.started.investment"),
        ("到位资金", "funds.in_place"),
    )
    counties = _counties(lambda code: summary.amounts.get((kinds[0][1], code), 0))
    return ChartDescription(
        kind="grouped",
        key="investment",
        title="投资与到位资金",
        unit="亿元",
        series=tuple(
            Series(
                name,
                tuple(
                    Point(
                        label=county.short,
                        value=_yi(summary.amounts.get((key, county.code), 0)),
                        passport=passport_url(key, as_of, county=county.code),
                    )
                    for county in counties
                ),
            )
            for name, key in kinds
        ),
        as_of=as_of,
        scope="按落地县市区，亿元",
        category="县市区",
        demo=summary.is_demo,
    )


def started_map(as_of: date) -> ChartDescription:
    """Newly started projects per county on the map; zones without a boundary are named in the note."""
    summary = project_summary(as_of)
    key = "projects.started.count"
    counties = _counties(lambda code: summary.counts[(key, code)])
    return ChartDescription(
        kind="map",
        key="started-map",
        title="新开工项目分布",
        unit="个",
        series=(
            Series(
                "新开工",
                tuple(
                    Point(
                        label=county.short,
                        value=summary.counts[(key, county.code)],
                        code=county.code,
                        passport=passport_url(key, as_of, county=county.code),
                    )
                    for county in counties
                ),
            ),
        ),
        as_of=as_of,
        scope=f"{as_of.year}年以来",
        note="底图来源：天地图",
        category="县市区",
        value_name="新开工项目",
        geojson=county_boundaries(),
        demo=summary.is_demo,
    )


def _counties(value):
    counties = list(Organisation.objects.counties_and_zones())
    return sorted(counties, key=lambda county: (-value(county.code), county.order))


def _yi(amount):
    return round_half_up(amount / WAN_PER_YI, 2)


def _is_demo(summary):
    return any(found.is_demo for found in summary.lists)
