"""Sections from what stands beside tasks and money: where projects come from, service to companies, the assessment."""

from urllib.parse import urlencode

from common import periods
from indicators.assessment.results import confirmed_result
from projects.origin_shares import SHARE, origin_shares
from projects.service.figures import handling
from reports.bulletins import wording
from reports.bulletins.content import Annex, Column, FigureRef, Paragraph, Table
from reports.bulletins.editions import Kind

SCHEMES = ("counties", "departments")


def origins(material) -> list:
    """Return one sentence on where newly started projects come from, with shares that total 100.0."""
    found = origin_shares(material.as_of)
    if len(found) < 2:
        return []
    runs = ["按来源地分，"]
    for place, origin in enumerate(found):
        runs += ["、" if place else "", origin.name, wording.cite(origin.counted)]
    runs.append("，分别占")
    for place, origin in enumerate(found):
        runs += ["、" if place else "", FigureRef(f"{origin.share}%", f"{SHARE}?{urlencode({'origin': origin.name})}")]
    return [Paragraph([*runs, "。"])]


def service(material) -> list:
    """Return the year's requests and hotline cases and what is overdue; empty where there were none."""
    county = material.organisation.code if material.organisation else ""
    total = handling(material.as_of, county)
    if not total.received:
        return []

    def cited(name):
        return material.cite(f"service.{name}", county=county)

    states = []
    if total.done:
        states.append(["已办结", cited("done")])
    if total.refused:
        states.append(["不予受理", cited("refused")])
    if total.waiting:
        late = ["（逾期", cited("overdue"), "）"] if total.overdue else []
        states.append(["正在办理", cited("waiting"), *late])
    runs = [f"{material.so_far}收到企业诉求和监督热线", cited("received"), "，其中"]
    for place, said in enumerate(states):
        runs += ["、" if place else "", *said]
    runs.append("。")
    if total.on_time_rate is not None:
        runs += ["按时办结率为", cited("on_time_rate"), "。"]
    if total.good_rate is not None:
        runs += ["企业作出评价", cited("rated"), "，满意率为", cited("good_rate"), "。"]
    return [Paragraph(runs)]


def rankings(material) -> list[Annex]:
    """Return a table of each confirmed assessment of the period (a month that ends a quarter: of the quarter)."""
    annexes = []
    for code in SCHEMES:
        result = _confirmed(code, material.edition)
        if result is None:
            continue
        label = periods.span_label(result.period)
        tables = [_table(group, label) for group in result.content["groups"]]
        annexes.append(Annex(f"{result.content['name']}{label}结果", tables))
    return annexes


def _confirmed(code, edition):
    month = int(edition.period[5:]) if edition.kind == Kind.MONTHLY else 0
    spans = [edition.period] + ([f"{edition.period[:4]}-Q{month // 3}"] if month and month % 3 == 0 else [])
    return next((found for span in spans if (found := confirmed_result(code, span))), None)


def _table(group, label):
    ranked = [row for row in group["rows"] if row["rank"] is not None]
    return Table(
        f"{group['name']}（{label}）",
        [Column("名次", "center", 0.8), Column("单位", "left", 2.6), Column("得分", "center", 1.4)],
        [[str(row["rank"]), row["org"], row["score"]] for row in ranked],
    )
