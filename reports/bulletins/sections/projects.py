"""The sections 项目招引 and 主要指标 of the city's bulletins."""

from collections import Counter

from accounts.models import Organisation
from common.amounts import in_yi, share, trim
from indicators.figures import county_funds_targets
from projects.figures import project_summary
from reports.bulletins import wording
from reports.bulletins.content import Column, FigureRef, Paragraph, Table
from reports.bulletins.sections.standing import origins
from tasklists.summary import ALL

UNKNOWN = "–"
PLACES = ("第一位", "前两位", "前三位")


def projects(material):
    """Return the section's blocks: signed, started, funds, the county table and chart; empty without any."""
    signed, started = material.figure("projects.signed.count"), material.figure("projects.started.count")
    funds, goal = material.figure("funds.in_place"), material.figure("funds.goal")
    blocks = []
    if signed.value:
        blocks.append(
            Paragraph(
                [
                    f"{material.so_far}签约项目",
                    wording.cite(signed),
                    "，总投资",
                    material.cite("projects.signed.investment"),
                    "；其中已注册",
                    material.cite("projects.signed.registered"),
                    "，已开工",
                    material.cite("projects.signed.started"),
                    "。",
                ]
            )
        )
    if started.value:
        blocks.append(
            Paragraph(
                [
                    f"{'' if blocks else material.so_far}新开工京津冀地区过亿元项目",
                    wording.cite(started),
                    *_year_on_year(material, "projects.started.count"),
                    "，总投资",
                    material.cite("projects.started.investment"),
                    "。",
                ]
            )
        )
    blocks += origins(material)
    if funds.value:
        runs = [
            f"{'' if blocks else material.so_far}到位资金",
            wording.cite(funds),
            *_year_on_year(material, "funds.in_place"),
        ]
        if goal.value:
            runs += [f"，完成年度目标的{trim(share(funds.value, goal.value))}%"]
        blocks.append(Paragraph([*runs, *_top_counties(material), "。"]))
    if blocks:
        blocks += [_county_table(material), material.chart("funds")]
    return blocks


def _year_on_year(material, key):
    """Return ，同比增长8.92%, or nothing where the same part of last year has no rows."""
    before = material.year_before(key)
    grown = wording.growth(material.figure(key).value, before.value if before else None)
    return [f"，同比{grown}"] if grown else []


def _county_rows(material):
    summary, goals = project_summary(material.as_of), county_funds_targets(material.as_of)
    rows = []
    for county in Organisation.objects.counties_and_zones():
        amount = summary.amounts.get(("funds.in_place", county.code), 0)
        investment = summary.amounts.get(("projects.started.investment", county.code), 0)
        rows.append((county, summary.counts[("projects.started.count", county.code)], investment, amount,
                     goals.get(county.code)))  # fmt: skip
    return sorted(rows, key=lambda row: (-row[3], row[0].order))


def _top_counties(material):
    """Return ，A、B、C居前三位; fewer places where the third is shared, nothing where the first is."""
    rows = [(county.short, amount) for county, _, _, amount, _ in _county_rows(material) if amount > 0]
    if len(rows) < len(PLACES):
        return []
    tied = rows[len(PLACES)][1] if len(rows) > len(PLACES) else None
    top = [name for name, amount in rows[: len(PLACES)] if amount != tied]
    return [f"，{wording.names(top)}居{PLACES[len(top) - 1]}"] if top else []


def _county_table(material):
    lines = []
    for number, (county, count, investment, amount, goal) in enumerate(_county_rows(material), start=1):
        rate = share(amount, goal * 10000) if goal else None
        lines.append(
            [
                str(number),
                county.short,
                FigureRef(str(count), f"projects.started.count?county={county.code}"),
                in_yi(investment),
                FigureRef(in_yi(amount), f"funds.in_place?county={county.code}"),
                trim(goal) if goal else "–",
                f"{rate}" if rate is not None else "–",
            ]
        )
    return Table(
        "县（市、区）项目招引情况",
        [
            Column("序号", "center", 0.8),
            Column("县（市、区）", "left", 1.8),
            Column("新开工（个）", "center", 1.5),
            Column("总投资（亿元）", "center", 1.7),
            Column("到位资金（亿元）", "center", 1.9),
            Column("年度目标（亿元）", "center", 1.9),
            Column("完成率（%）", "center", 1.4),
        ],
        lines,
        notes="注：共同引进的项目按分成占比计入各县（市、区）。"
        if _has_shared(project_summary(material.as_of))
        else "",
    )


def _has_shared(summary):
    """Tell whether a row of the county table is counted in more than one county."""
    parts = Counter()
    for (key, county), rows in summary.rows.items():
        parts[key] += rows if county else -rows
    return parts["projects.started.count"] > 0 or parts["funds.in_place"] > 0


def indicators(material):
    """Return the table of headline figures, beside those before the period as far as any of them is known.

    What is nothing and was nothing before has no row.

    A year is set beside the same part of the year before, in growth; a month beside the month end before it.
    """
    keys = (
        f"tasks.{ALL}.closed", f"tasks.{ALL}.closed_share", "projects.signed.count", "projects.signed.investment",
        "projects.started.count", "funds.in_place", "investments.completed",
    )  # fmt: skip
    rows = [row for key in keys if (row := _indicator(material, key))]
    columns = [
        Column("指标", "left", 3),
        Column("单位", "center", 0.9),
        Column("截至日", "center", 1.2),
        Column("上年同期" if material.is_annual else material.since, "center", 1.2),
        Column("同比" if material.is_annual else "增减", "center", 2),
    ]
    if all(row[3] == UNKNOWN for row in rows):
        rows, columns = [row[:3] for row in rows], columns[:3]
    return [Table("主要指标完成情况", columns, rows)] if rows else []


def _indicator(material, key):
    now = material.figure(key)
    before = material.year_before(key) if material.is_annual else material.earlier(key)
    known = before is not None and before.value is not None
    if now.value is None or not (now.value or known and before.value):
        return None
    if material.is_annual:
        known = known and bool(before.value)
        moved = wording.growth(now.value, before.value) if known and now.unit != "%" else ""
    else:
        known = known and before.period == now.period
        moved = wording.change(now.value, before.value, now.unit) if known else ""
    if known and now.unit == "%":
        moved = wording.change_of_share(now.value, before.value)
    return [now.label, now.unit, FigureRef(now.text, now.key), before.text if known else UNKNOWN, moved or UNKNOWN]
