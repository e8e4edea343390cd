"""Sections from what stands beside tasks and money: where projects come from, service to companies, the assessment."""

from common import periods
from common.amounts import balanced_shares, trim
from indicators.assessment.results import confirmed_result
from projects.models import ServiceCase
from projects.querysets import CAPITAL_REGION
from projects.service.statistics import year_statistics
from reports.bulletins import wording
from reports.bulletins.content import Annex, Column, Paragraph, Table
from reports.bulletins.editions import Kind

SCHEMES = ("counties", "departments")


def origins(material) -> list:
    """Return one sentence on where newly started projects come from, with shares that total 100.0."""
    found = [(name, material.figure("projects.started.count", origin=name)) for name in CAPITAL_REGION]
    found = sorted(((n, f) for n, f in found if f and f.value), key=lambda pair: -pair[1].value)
    if len(found) < 2:
        return []
    shares = balanced_shares([figure.value for _, figure in found])
    runs = ["按来源地分，"]
    for place, (name, figure) in enumerate(found):
        runs += ["、" if place else "", name, wording.cite(figure)]
    return [Paragraph([*runs, f"，分别占{wording.names([f'{share}%' for share in shares])}。"])]


def service(material) -> list:
    """Return the year's requests and hotline cases and what is overdue; empty where there were none."""
    rows = ServiceCase.objects.as_of(material.as_of)
    if material.organisation:
        rows = rows.filter(county=material.organisation)
    total = year_statistics(rows, material.as_of).total
    if not total.received:
        return []
    first = material.as_of.replace(month=1, day=1)
    refused = rows.filter(received_on__gte=first, state_then="refused").count()
    waiting = total.received - total.done - refused
    states = [(f"已办结{total.done}件", total.done), (f"不予受理{refused}件", refused)]
    states.append((f"正在办理{waiting}件" + (f"（逾期{total.overdue}件）" if total.overdue else ""), waiting))
    said = [words for words, number in states if number]
    text = f"今年以来，收到企业诉求和监督热线{total.received}件，其中{wording.names(said)}。"
    if total.on_time_rate is not None:
        text += f"按时办结率为{trim(total.on_time_rate)}%。"
    if total.good_rate is not None:
        text += f"企业作出评价{total.rated}件，满意率为{trim(total.good_rate)}%。"
    return [Paragraph([text])]


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
