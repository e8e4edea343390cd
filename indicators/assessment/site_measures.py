"""The measures that this site computes from its own rows: projects, funds, tasks, reports, slips."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Q, Sum, Value
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Organisation
from common.amounts import WAN_PER_YI
from indicators.assessment.measures import (
    AMOUNT,
    COUNT,
    COUNTIES,
    DEPARTMENTS,
    RATE,
    Measure,
    Question,
    rate,
    register,
)
from indicators.assessment.scoring import Reading
from indicators.assessment.spans import Span
from projects.counting import COUNTED, is_amount, tally
from projects.models import CreditShare, FundEntry, ServiceCase
from tasklists import rules
from tasklists.matrix import organisation_url
from tasklists.part_counts import parts_of, report_months_of, slips_of

HUNDRED = Decimal(100)
BOTH, ONLY_COUNTIES = frozenset({COUNTIES, DEPARTMENTS}), frozenset({COUNTIES})


def _address(name: str, **query) -> str:
    return f"{reverse(name)}?{urlencode(query, doseq=True)}"


# --- projects and money: counties, credit split as agreed --------------------------------------------


def _project_reader(key):
    family, cut = COUNTED[key]

    def read(question: Question):
        parts = question.once(f"projects:{family}", lambda: _tallied(family, question))[cut]
        found = {}
        for organisation in question.organisations:
            part = parts.get((organisation.code,))
            value = part.value(key) if part else Decimal(0)
            amount = Decimal(value) / WAN_PER_YI if is_amount(key) else Decimal(value)
            found[organisation.pk] = Reading(amount, demo=bool(part and part.demo))
        return found

    return read


def _tallied(family, question):
    span = question.span
    return tally(family, first=span.first, last=span.last, as_of=question.as_of, by=("county",))


def _projects_url(**more):
    def url(organisation: Organisation, span: Span, as_of: date) -> str:
        days = {"from": span.first.isoformat(), "to": span.day(as_of).isoformat()}
        query = {name: days.get(value, value) for name, value in more.items()}
        return _address("projects:list", county=organisation.code, as_of=as_of.isoformat(), **query)

    return url


def _money_url(name, state):
    def url(organisation: Organisation, span: Span, as_of: date) -> str:
        return _address(
            name,
            county=organisation.code,
            capital="1",
            month_from=span.first_month,
            month_to=span.last_month,
            state=state,
            as_of=as_of.isoformat(),
        )

    return url


def _verified_share(question: Question):
    """Verified by the city of all claimed for the months, by amount, each county by its share of the credit."""
    months = (question.span.first_month, question.span.last_month)
    claimed = FundEntry.objects.as_of(question.as_of).from_capital_region().in_months(*months).order_by()
    split = Exists(CreditShare.objects.filter(project=OuterRef("project")))
    whole = claimed.annotate(split=split).filter(split=False, project__county__in=question.keys)
    shared = claimed.filter(project__credits__organisation__in=question.keys)
    verified = Sum("amount", filter=Q(state_then="city_verified"), default=Decimal(0))
    sums = defaultdict(lambda: [Decimal(0), Decimal(0), False])
    demo = Count("pk", filter=Q(is_demo=True) | Q(project__is_demo=True))
    for rows, place, percent in (
        (whole, "project__county", Value(HUNDRED)),
        (shared, "project__credits__organisation", F("project__credits__percent")),
    ):
        lines = rows.annotate(percent=percent).values_list(place, "percent")
        for key, counted, all_of_it, part, made_up in lines.annotate(whole=Sum("amount"), part=verified, made_up=demo):
            found = sums[key]
            found[0] += all_of_it * counted / HUNDRED
            found[1] += part * counted / HUNDRED
            found[2] = found[2] or bool(made_up)
    return {key: rate(part, all_of_it, demo=made_up) for key, (all_of_it, part, made_up) in sums.items()}


for key, label, unit, noun, scope, url, target in (
    ("projects.signed.investment", "签约总投资", "亿元", "1 亿元签约投资",
     "期间内签约项目的协议总投资之和，按首谈地、落地地分成。",
     _projects_url(signed_from="from", signed_to="to"), "signed-investment"),
    ("projects.signed.count", "签约项目", "个", "1 个签约项目",
     "期间内签约的项目数，按首谈地、落地地分成。", _projects_url(signed_from="from", signed_to="to"), ""),
    ("projects.started.count", "新开工过亿元项目", "个", "1 个新开工过亿元项目",
     "期间内开工、来源地为京津冀、总投资不低于1亿元的项目数，按首谈地、落地地分成。",
     _projects_url(capital="1", over="1", started_from="from", started_to="to"), ""),
    ("funds.in_place", "到位资金", "亿元", "1 亿元到位资金",
     "期间内各月、截至日经市级核实的京津冀地区项目到位资金，冲销行计负数，按首谈地、落地地分成。",
     _money_url("projects:funds", "city_verified"), "funds-in-place"),
    ("investments.completed", "完成投资", "亿元", "1 亿元完成投资",
     "期间内各月、截至日经市级核实的京津冀地区项目完成投资，按首谈地、落地地分成。",
     _money_url("projects:investments", "city_verified"), ""),
):  # fmt: skip
    register(
        Measure(
            key, label, unit, scope, AMOUNT if is_amount(key) else COUNT, ONLY_COUNTIES, _project_reader(key), url,
            noun=noun, target=target,
        )
    )  # fmt: skip

register(
    Measure(
        "funds.verified_share", "到位资金核实率", "%",
        "期间内各月申报的京津冀地区项目到位资金中，截至日已经市级核实的金额占比，按首谈地、落地地分成。",
        RATE, ONLY_COUNTIES, _verified_share, _money_url("projects:funds", "all"), step=Decimal(1000),
        noun="1000 万元核实资金",
    )
)  # fmt: skip


# --- companies' requests: counties ------------------------------------------------------------------


def _cases_on_time(question: Question):
    """Finished in time, of the finished and of those that are late; a county without either has no rate."""
    span = question.span
    rows = ServiceCase.objects.as_of(question.as_of).order_by()
    rows = rows.filter(county__in=question.keys, received_on__range=(span.first, span.last))
    done = Q(state_then="done")
    numbers = rows.values_list("county").annotate(
        in_time=Count("pk", filter=done & Q(done_on__lte=F("due_on"))),
        whole=Count("pk", filter=done | Q(is_overdue=True)),
        made_up=Count("pk", filter=Q(is_demo=True)),
    )
    return {key: rate(in_time, whole, demo=bool(made_up)) for key, in_time, whole, made_up in numbers}


def _cases_url(organisation: Organisation, span: Span, as_of: date) -> str:
    days = {"received_from": span.first.isoformat(), "received_to": span.day(as_of).isoformat()}
    return _address("projects:cases", county=organisation.code, as_of=as_of.isoformat(), **days)


register(
    Measure(
        "service.on_time_rate", "企业诉求按时办结率", "%",
        "期间内收到的企业诉求和热线件中，按时办结的占已办结和逾期未办结的比例；不予受理的不计。",
        RATE, ONLY_COUNTIES, _cases_on_time, _cases_url, noun="1 件按时办结",
    )
)  # fmt: skip


# --- tasks, reports, slips: who has no part in any task has no data ----------------------------------


def _parts(question: Question):
    return question.once("parts", lambda: parts_of(question.keys, question.day))


def _on_time(question: Question):
    found, span, day = {}, question.span, question.day
    for key, parts in _parts(question).items():
        due = [p for p in parts if p.deadline and span.first <= p.deadline <= day and p.state != "suspended"]
        found[key] = rate(sum(p.done_on is not None and p.done_on <= p.deadline for p in due), len(due))
    return found


def _overdue(question: Question):
    day = question.day
    return {
        key: Reading(Decimal(sum(_is_overdue(part, day) for part in parts)))
        for key, parts in _parts(question).items()
        if parts
    }


def _is_overdue(part, day):
    return part.state == "open" and part.done_on is None and part.deadline is not None and part.deadline < day


def _months(question: Question):
    def read():
        sums = defaultdict(lambda: [0, 0, 0, 0])  # due, on time, handed in, returned
        for key, months in report_months_of(question.keys, question.span.months, question.as_of).items():
            for month in months:
                numbers = (month.due, month.on_time, month.on_time + month.late, month.returned)
                sums[key] = [a + b for a, b in zip(sums[key], numbers, strict=True)]
        return sums

    return question.once("months", read)


def _timeliness(question: Question):
    return {key: rate(on_time, due) for key, (due, on_time, _, _) in _months(question).items()}


def _returned(question: Question):
    return {key: rate(returned, handed_in) for key, (_, _, handed_in, returned) in _months(question).items()}


def _slips(colours):
    def read(question: Question):
        found = question.once("slips", lambda: slips_of(question.keys, question.span.first, question.day))
        with_parts = (key for key, parts in _parts(question).items() if parts)
        return {key: Reading(Decimal(sum(c in colours for c in found.get(key, ())))) for key in with_parts}

    return read


def _due_url(organisation: Organisation, span: Span, as_of: date) -> str:
    day = span.day(as_of).isoformat()
    return _address(
        "tasklists:list",
        as_of=day,
        org=organisation.code,
        part="counted",
        due_from=span.first.isoformat(),
        due_to=day,
        light=("red", "yellow", "green", "blue"),
    )


def _overdue_url(organisation: Organisation, span: Span, as_of: date) -> str:
    day = span.day(as_of).isoformat()
    return _address("tasklists:list", as_of=day, org=organisation.code, part="counted", reason=rules.OVERDUE)


def _reports_url(organisation: Organisation, span: Span, as_of: date) -> str:
    return organisation_url(organisation.code, as_of if as_of.year == span.first.year else span.last)


def _slips_url(colour=""):
    def url(organisation: Organisation, span: Span, as_of: date) -> str:
        query = {"tab": "all", "org": organisation.code, "issued_from": span.first.isoformat()}
        query |= {"issued_to": span.day(as_of).isoformat()} | ({"colour": colour} if colour else {})
        return _address("tasklists:slips", **query)

    return url


for key, label, unit, kind, noun, scope, read, url in (
    ("tasks.on_time_rate", "任务按期办结率", "%", RATE, "1 项按期办结",
     "期间内到期的牵头或负责任务中，本单位部分在时限当日或以前完成的占比；已取消、中止的不计。",
     _on_time, _due_url),
    ("tasks.overdue.count", "逾期任务", "项", COUNT, "1 项逾期任务",
     "期末（未到期末的为截至日）时限已过、本单位部分未完成的牵头或负责任务数；已取消、中止的不计。",
     _overdue, _overdue_url),
    ("reports.timeliness", "填报及时率", "%", RATE, "1 次按时填报",
     "期间内各月应报的进展中，每月20日及以前报来的占比；退回后重报的按最后一次提交日期计。",
     _timeliness, _reports_url),
    ("reports.returned_rate", "填报退回率", "%", RATE, "1 次退回",
     "期间内各月报来的进展中，退回过的占比。", _returned, _reports_url),
    ("slips.count", "督办单", "份", COUNT, "1 份督办单",
     "期间内发给本单位的督办单数，各等级合计。", _slips(("blue", "yellow", "red")), _slips_url()),
    ("slips.red.count", "红色督办单", "份", COUNT, "1 份红色督办单",
     "期间内发给本单位的红色（逾期）督办单数。", _slips(("red",)), _slips_url("red")),
):  # fmt: skip
    register(Measure(key, label, unit, scope, kind, BOTH, read, url, noun=noun))
