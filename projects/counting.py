"""Counting projects and their money: any period, as of any date, whole or by dimension, credit split exactly.

The city counts a project once. A county's part follows the split of the credit (首谈地/落地地): 0.6 of a
project and 60 % of its amounts; without a split all of it is the county's where it is located. Shares are
summed exactly and nothing is rounded here, so that the parts add up to the city. Amounts in 万元.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import CharField, Count, Exists, Min, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Cast, Substr

from common import periods
from common.remember import remembered
from projects.dimensions import UNKNOWN, condition, expression
from projects.models import CreditShare, FundEntry, InvestmentEntry, Project, StageChange
from projects.pipeline.log import gone_on_to
from projects.querysets import HUNDRED_MILLION

HUNDRED = Decimal(100)
# Which rows a figure counts: the family of rows, and the cut of it.
COUNTED = {
    "projects.signed.count": ("signed", "all"),
    "projects.signed.investment": ("signed", "all"),
    "projects.signed.registered": ("signed", "registered"),
    "projects.signed.started": ("signed", "started"),
    "projects.started.count": ("started", "large"),
    "projects.started.investment": ("started", "large"),
    "projects.started_any.count": ("started", "all"),
    "funds.in_place": ("funds", "all"),
    "investments.completed": ("investments", "all"),
}
CUTS = {"signed": ("all", "registered", "started"), "started": ("all", "large"), "funds": ("all",),
        "investments": ("all",)}  # fmt: skip
MODELS = {"signed": Project, "started": Project, "funds": FundEntry, "investments": InvestmentEntry}


@dataclass
class Part:
    """What falls to one group: rows (each counted once), projects by share, amount in 万元, demonstration rows."""

    rows: int = 0
    count: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)
    demo: int = 0

    def add(self, rows: int, amount, demo: int, percent: Decimal = HUNDRED):
        self.rows += rows
        self.count += rows * percent / HUNDRED
        self.amount += (amount or Decimal(0)) * percent / HUNDRED
        self.demo += demo

    def join(self, other: "Part"):
        self.rows += other.rows
        self.count += other.count
        self.amount += other.amount
        self.demo += other.demo

    def value(self, key: str) -> int | Decimal:
        """Return the number of projects (whole ones as int), or the amount in 万元."""
        return self.amount if is_amount(key) else plain(self.count)


def is_amount(key: str) -> bool:
    return not key.startswith("projects.") or key.endswith(".investment")


def plain(count: Decimal) -> int | Decimal:
    """Return a whole count as int, a share of a project as Decimal without trailing zeros."""
    return int(count) if count == count.to_integral_value() else count.normalize()


def path_to_project(family: str) -> str:
    return "" if MODELS[family] is Project else "project__"


def family_rows(family: str, first: date, last: date, as_of: date):
    """Return the rows of a family in the span, as they were known on ``as_of``; money counts by month."""
    last = min(last, as_of)
    if family == "signed":
        return Project.objects.reached("signed", first, last)
    if family == "started":
        return Project.objects.from_capital_region().reached("started", first, last)
    verified = MODELS[family].objects.verified(as_of).from_capital_region()
    return verified.in_months(periods.period_of(first), periods.period_of(last))


def begins(family: str) -> date | None:
    """Return the day from which this site has rows of the family, whatever their state; None while it has none.

    What lies wholly before it is not known here, which is not zero.
    """
    return remembered(f"family-begins:{family}", lambda: _begins(family))


def _begins(family):
    if MODELS[family] is Project:
        return StageChange.objects.filter(stage=family).aggregate(first=Min("on"))["first"]
    month = MODELS[family].objects.aggregate(first=Min("month"))["first"]
    return periods.first_day(month) if month else None


def _cut(name, as_of):
    if name == "large":
        return Q(total_investment__gte=HUNDRED_MILLION)
    if name in ("registered", "started"):
        return Q(pk__in=gone_on_to(Project.objects, name, as_of).order_by().values("pk"))
    return Q()


def tally(
    family: str, *, first: date, last: date, as_of: date, by=(), narrow=None, whole=False
) -> dict[str, dict[tuple, Part]]:
    """Return, for each cut of the family, the parts by the values of the dimensions in ``by``.

    ``by`` names dimensions (county, origin, district, industry, chain, kind, size) and month: that of money, or
    the one in which a project first reached the stage. The keys are tuples of their values, empty ones as ``-``.
    Without ``by`` the one key is ``()``.
    ``narrow`` keeps only rows of given values; a county there takes its share of each row.
    ``whole`` adds, beside each county's parts, the city's under the county "": every row once.
    """
    narrow, prefix = dict(narrow or {}), path_to_project(family)
    rows = family_rows(family, first, last, as_of).order_by()
    county = narrow.pop("county", "")
    for name, value in narrow.items():
        rows = rows.filter(condition(name, value, prefix))
    result = {cut: defaultdict(Part) for cut in CUTS[family]}
    others = [name for name in by if name != "county"]
    place = list(by).index("county") if "county" in by else None

    def add(line, code, percent=HUNDRED):
        group, numbers = [value or UNKNOWN for value in line[: len(others)]], line[len(others) :]
        if place is not None:
            group.insert(place, code)
        for n, cut in enumerate(result):
            if numbers[3 * n]:
                result[cut][tuple(group)].add(*numbers[3 * n : 3 * n + 3], percent)

    def grouped(found, *leading):
        return _grouped(found, others, prefix, family, as_of, leading)

    if not county and place is None:
        for line in grouped(rows):
            add(line, "")
        return result
    located, shares = f"{prefix}county__code", f"{prefix}credits__organisation__code"
    split = Exists(CreditShare.objects.filter(project=OuterRef(f"{prefix}pk")))
    everywhere = rows.annotate(split=split)
    if county:
        here = {f"{prefix}county__isnull": True} if county == UNKNOWN else {located: county}
        everywhere = everywhere.filter(split=False, **here)
    for code, is_split, *line in grouped(everywhere, located, "split"):
        if not is_split:
            add(line, code or UNKNOWN)
        if whole:
            add(line, "")
    shared = rows.filter(**({shares: county} if county else {f"{prefix}credits__isnull": False}))
    for code, percent, *line in grouped(shared, shares, f"{prefix}credits__percent"):
        add(line, code, percent)
    return result


def _grouped(rows, others, prefix, family, as_of, leading):
    """Return lines of the leading values, the dimensions' values, then rows, amount, demo rows of each cut."""
    dimensions = {f"by_{name}": expression(name, prefix) for name in others if name != "month"}
    if "month" in others and not prefix:
        dimensions["month"] = _month_reached(family)
    amount = "total_investment" if not prefix else "amount"
    demo = Q(is_demo=True) | Q(project__is_demo=True) if prefix else Q(is_demo=True)
    numbers = {}
    for cut in CUTS[family]:
        kept = _cut(cut, as_of)
        numbers |= {
            f"{cut}_rows": Count("pk", filter=kept) if kept else Count("pk"),
            f"{cut}_amount": Sum(amount, filter=kept) if kept else Sum(amount),
            f"{cut}_demo": Count("pk", filter=kept & demo),
        }
    names = ["month" if name == "month" else f"by_{name}" for name in others]
    grouped = rows.annotate(**dimensions).values_list(*leading, *names).annotate(**numbers)
    return grouped.values_list(*leading, *names, *numbers)


def _month_reached(stage):
    """The month in which a project first reached the stage, written 2023-11."""
    log = StageChange.objects.filter(project=OuterRef("pk"), stage=stage).order_by("on")
    return Substr(Cast(Subquery(log.values("on")[:1]), CharField()), 1, 7)


def reached_by_month(key: str, span, as_of: date) -> dict[str, Part]:
    """Return the parts of one figure by month: in which projects reached the stage, of which money is."""
    family, cut = COUNTED[key]
    if MODELS[family] is not Project:
        parts = tally(family, first=span.first, last=span.last, as_of=as_of, by=("month",))[cut]
        return {month: part for (month,), part in parts.items()}
    rows = family_rows(family, span.first, span.last, as_of).filter(_cut(cut, as_of)).order_by()
    log = StageChange.objects.filter(stage=family, on__lte=as_of, project__in=rows.values("pk")).order_by()
    first = dict(log.values_list("project").annotate(first=Min("on")))
    parts = defaultdict(Part)
    for pk, amount, demo in rows.values_list("pk", "total_investment", "is_demo"):
        parts[periods.period_of(first[pk])].add(1, amount, int(demo))
    return dict(parts)


def project_measure(key: str, organisation_code: str = "", *, first: date, last: date, as_of: date):
    """Return one figure of the span as counted on ``as_of``: a number of projects, or an amount in 万元.

    ``organisation_code`` "" or the city's counts the whole city; a county's or zone's its own share.
    None for an unknown key, an organisation that is none of these, or a span that begins after ``as_of``.
    A count with shared credit is a Decimal such as 0.6; nothing is rounded.
    """
    from accounts.models import Organisation

    if key not in COUNTED or first > as_of:
        return None
    narrow = {}
    if organisation_code:
        kind = Organisation.objects.filter(code=organisation_code).values_list("kind", flat=True).first()
        if kind not in ("city", "county", "zone"):
            return None
        narrow = {} if kind == "city" else {"county": organisation_code}
    family, cut = COUNTED[key]
    parts = tally(family, first=first, last=last, as_of=as_of, narrow=narrow)[cut]
    return parts[()].value(key)
