"""Charts of indicators: the course over time, parts against their targets, the city among its peers."""

from datetime import date

from common import periods as calendar
from common.charts import ChartDescription, Point, Series
from indicators import values
from indicators.models import Indicator
from indicators.reading import Values
from indicators.standings import PartLine, Standing


def _decimals(indicator: Indicator, value):
    return values.rounded(value, indicator.decimals)


def course_chart(found: Values, indicator: Indicator, organisation, periods: list[str]) -> ChartDescription:
    """The values period by period, beside those of the period's target where there are any."""
    totals = [found.of(indicator, organisation, period) for period in periods]
    series = [
        Series(
            organisation.short,
            tuple(
                Point(label=_label(period), value=_decimals(indicator, total.value))
                for period, total in zip(periods, totals, strict=True)
            ),
        )
    ]
    goals = [found.target(indicator, organisation, period) for period in periods]
    if any(goals):
        points = tuple(
            Point(label=_label(period), value=goal and goal.value) for period, goal in zip(periods, goals, strict=True)
        )
        series.append(Series("目标", points, role="pace"))
    gaps = [_label(p) for p, t in zip(periods, totals, strict=True) if t.value is not None and t.missing]
    return ChartDescription(
        kind="line",
        key="course",
        title=f"{indicator.name}：历期",
        unit=indicator.unit,
        series=tuple(series),
        as_of=found.as_of,
        scope=f"{organisation.short}，按{indicator.get_frequency_display()}",
        category="期间",
        value_name=indicator.name,
        note=f"有单位未报的期：{'、'.join(gaps[-4:])}" if gaps else "",
        empty_text="截至该日没有计入的数值",
        demo=indicator.is_demo or indicator.pk in found.demo,
    )


def _label(period: str) -> str:
    return calendar.span_label(period) if "Q" not in period else f"{period[:4]}年{period[-1]}季"


def parts_chart(
    lines: list[PartLine], indicator: Indicator, as_of: date, *, demo: bool, passport=None
) -> ChartDescription:
    """Every organisation's value, the best first, with its target where there is one."""
    goals = any(line.standing.target for line in lines)
    points = tuple(
        Point(
            label=line.organisation.short,
            value=_decimals(indicator, line.standing.total.value),
            target=line.standing.target.value if line.standing.target else None,
            passport=passport(line.organisation) if passport and line.standing.total.value is not None else "",
        )
        for line in lines
    )
    label = next((line.standing.label for line in lines if line.standing.total.value is not None), "")
    ceiling = any(
        line.standing.target and values.is_ceiling(line.standing.target.comparator, indicator.direction)
        for line in lines
    )
    return ChartDescription(
        kind="bars_with_target" if goals else "bars",
        key="parts",
        title=f"{indicator.name}：各单位",
        unit=indicator.unit,
        series=(Series(indicator.name, points),),
        as_of=as_of,
        scope=label,
        value_name="数值",
        target_name="上限" if ceiling else "目标",
        rate_name="占目标" if ceiling else "完成率",
        empty_text="截至该日没有计入的数值",
        demo=demo,
    )


def members_chart(found: Values, indicator: Indicator, organisation, stands: Standing) -> ChartDescription | None:
    """The parts of the value that stands, by origin or industry; None where none are known."""
    periods = stands.span or (stands.period,)
    names = {
        member
        for place, period, member in found.rows[indicator.pk]
        if member and period in periods and place == organisation.pk
    }
    totals = {}
    for name in names:
        readings = [found.reading(indicator, organisation, period, name) for period in periods]
        totals[name] = values.total(readings, indicator.over_time if len(periods) > 1 else "none", indicator.unit)
    rows = {name: total for name, total in totals.items() if total.value is not None}
    if not rows:
        return None
    ordered = sorted(rows.items(), key=lambda pair: (-pair[1].value, pair[0]))
    return ChartDescription(
        kind="bars",
        key="members",
        title=f"{indicator.name}：{indicator.get_split_by_display()}",
        unit=indicator.unit,
        series=(
            Series(
                indicator.name,
                tuple(
                    Point(label="未注明" if member == "-" else member, value=_decimals(indicator, total.value))
                    for member, total in ordered
                ),
            ),
        ),
        as_of=found.as_of,
        scope=stands.label,
        category="分组",
        value_name="数值",
        demo=indicator.is_demo or indicator.pk in found.demo,
    )
