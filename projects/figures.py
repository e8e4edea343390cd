"""Figures of projects and money, and the rows behind each of them. Amounts in 万元, shown in 亿元.

City figures count a project once; a county's figure is a key narrowed by ``county``.
Only city-verified fund rows count.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Count, F, Q, Sum
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Organisation
from common import periods
from common.amounts import WAN_PER_YI, in_wan, in_yi, round_half_up
from common.figures import Figure
from common.remember import remembered
from projects.filters import UNKNOWN as NO_COUNTY
from projects.filters import FundFilter, InvestmentFilter, ProjectFilter
from projects.models import FundEntry, InvestmentEntry, Project

MEASURES = {
    "projects.signed.count": ("签约项目", "个", "本年签约的项目，以签约日期为准，一个计一次。"),
    "projects.signed.investment": ("签约总投资", "亿元", "本年签约项目的协议总投资之和。"),
    "projects.signed.registered": ("签约后已注册", "个", "本年签约的项目中，截至日已注册落地或进入以后阶段的。"),
    "projects.signed.started": ("签约后已开工", "个", "本年签约的项目中，截至日已开工的。"),
    "projects.started.count": (
        "新开工过亿元项目",
        "个",
        "来源地为北京、天津、河北，总投资不低于1亿元，本年内开工的项目。",
    ),
    "projects.started.investment": ("新开工项目总投资", "亿元", "本年新开工京津冀地区过亿元项目的协议总投资之和。"),
    "funds.in_place": (
        "到位资金",
        "亿元",
        "京津冀地区项目本年各月、截至日已经市级核实的到位资金，冲销行计负数。",
    ),
    "investments.completed": ("完成投资", "亿元", "京津冀地区项目本年各月、截至日已经市级核实的完成投资。"),
}


@dataclass(frozen=True)
class ProjectSummary:
    """Counts and sums (万元) of the year up to a date, for the city and by county code."""

    as_of: date
    counts: Counter = field(repr=False)
    amounts: dict = field(repr=False)
    rows: Counter = field(repr=False)
    demo_rows: Counter = field(default_factory=Counter, repr=False)
    funds_by_month: dict = field(default_factory=dict)
    is_demo: bool = False

    def value(self, key: str, county: str = ""):
        """Return a count, or an amount in 万元."""
        return self.amounts.get((key, county), Decimal(0)) if is_amount(key) else self.counts[(key, county)]


def is_amount(key: str) -> bool:
    return MEASURES[key][1] == "亿元"


def project_summary(as_of: date) -> ProjectSummary:
    """Return the year's counts and sums as of ``as_of``; computed once per state of the data."""
    return remembered(f"project-summary:{as_of}", lambda: _compute(as_of))


def _compute(as_of):
    first = date(as_of.year, 1, 1)
    counts, rows, demo_rows = Counter(), Counter(), Counter()
    amounts = defaultdict(lambda: Decimal(0))

    def add(key, county, count, amount, demo):
        for scope in ("", county):
            rows[(key, scope)] += count
            demo_rows[(key, scope)] += demo
            if is_amount(key):
                amounts[(key, scope)] += amount
            else:
                counts[(key, scope)] += count

    capital = Project.objects.from_capital_region()
    signed = Project.objects.reached("signed", first, as_of)
    started = capital.over_hundred_million().reached("started", first, as_of)
    counted = (
        (signed, ("projects.signed.count", "projects.signed.investment")),
        (signed.gone_on_to("registered", as_of), ("projects.signed.registered",)),
        (signed.gone_on_to("started", as_of), ("projects.signed.started",)),
        (started, ("projects.started.count", "projects.started.investment")),
    )
    for projects, keys in counted:
        for code, number, total, demo in _by_county(projects):
            for key in keys:
                add(key, code, number, total, demo)
    months = (periods.period_of(first), periods.period_of(as_of))
    by_month = defaultdict(lambda: Decimal(0))
    for key, model in (("funds.in_place", FundEntry), ("investments.completed", InvestmentEntry)):
        entries = model.objects.verified(as_of).in_months(*months).from_capital_region()
        grouped = entries.order_by().values_list("project__county__code", "month")
        shown_as_demo = Count("pk", filter=Q(is_demo=True) | Q(project__is_demo=True))
        for code, month, number, total, demo in grouped.annotate(
            n=Count("pk"), total=Sum("amount"), demo=shown_as_demo
        ):
            add(key, code or NO_COUNTY, number, total, demo)
            if model is FundEntry:
                by_month[month] += total
    return ProjectSummary(
        as_of=as_of,
        counts=counts,
        amounts=dict(amounts) | {(k, ""): amounts[(k, "")] for k in MEASURES if is_amount(k)},
        rows=rows,
        demo_rows=demo_rows,
        funds_by_month=dict(by_month),
        is_demo=bool(+demo_rows),
    )


def _by_county(projects):
    """Return (county code, number, total investment, number of demonstration rows) per county."""
    grouped = projects.order_by().values_list("county__code")
    grouped = grouped.annotate(n=Count("pk"), total=Sum("total_investment"), demo=Count("pk", filter=Q(is_demo=True)))
    return [(code or NO_COUNTY, number, total or Decimal(0), demo) for code, number, total, demo in grouped]


def project_figures(keys, as_of: date) -> list[Figure]:
    """Return the city's figures of these keys, from one look at the summary."""
    summary = project_summary(as_of)
    return [_figure(key, as_of, None, summary) for key in keys]


def project_figure(key: str, as_of: date, county: str = "") -> Figure | None:
    """Return the figure of one of MEASURES, for the city or one county; None when there is no such key."""
    if key not in MEASURES:
        return None
    organisation = None
    if county:
        organisation = Organisation.objects.filter(code=county, kind__in=("county", "zone")).first()
        if organisation is None:
            return None
    return _figure(key, as_of, organisation, project_summary(as_of))


def _figure(key, as_of, organisation, summary):
    county = organisation.code if organisation else ""
    label, unit, scope = MEASURES[key]
    if is_amount(key):
        amount = summary.amounts.get((key, county), Decimal(0))
        value = round_half_up(amount / WAN_PER_YI, 2)
        formula = (f"{summary.rows[(key, county)]} 行合计 {in_wan(amount)} 万元 = {in_yi(amount)} 亿元",)
    else:
        value, formula = summary.counts[(key, county)], ()
    return Figure(
        key=key,
        label=f"{organisation.short}·{label}" if organisation else label,
        value=value,
        unit=unit,
        scope=scope,
        period=str(as_of.year),
        as_of=as_of,
        rows=summary.rows[(key, county)],
        rows_url=project_rows_url(key, as_of, county),
        formula=formula,
        demo=summary.demo_rows[(key, county)] > 0,
        parameters={"county": county} if county else {},
    )


def project_rows_url(key: str, as_of: date, county: str = "") -> str:
    """Return the address of the list that shows exactly the rows counted."""
    query = {"as_of": as_of.isoformat()}
    if county:
        query["county"] = county
    first = date(as_of.year, 1, 1).isoformat()
    if key in ("funds.in_place", "investments.completed"):
        name = "projects:funds" if key == "funds.in_place" else "projects:investments"
        months = {"capital": "1", "month_from": f"{as_of.year}-01", "month_to": periods.period_of(as_of)}
        return f"{reverse(name)}?{urlencode(query | months | {'state': 'city_verified'})}"
    if key.startswith("projects.signed"):
        query |= {"signed_from": first, "signed_to": as_of.isoformat()}
        if key == "projects.signed.registered":
            query["since_signed"] = "registered"
        elif key == "projects.signed.started":
            query["since_signed"] = "started"
    else:
        query |= {"capital": "1", "over": "1", "started_from": first, "started_to": as_of.isoformat()}
    return f"{reverse('projects:list')}?{urlencode(query)}"


def headline_figures(as_of: date) -> list[Figure]:
    return project_figures(MEASURES, as_of)


def rows_behind(figure: Figure, user, limit: int = 5) -> list[dict]:
    """Return the first rows that the figure counts and this user may see, as lines of the passport."""
    found = counted_rows(figure, user)
    if figure.key.startswith("projects."):
        return [
            {
                "title": project.name,
                "sub": f"{project.county or '落地未定'} · {project.origin_province}",
                "right": f"{in_yi(project.total_investment)} 亿元" if project.total_investment is not None else "–",
                "url": reverse("projects:detail", args=[project.pk]),
            }
            for project in found.select_related("county").order_by(F("total_investment").desc(nulls_last=True), "pk")[
                :limit
            ]
        ]
    return [
        {
            "title": entry.project.name,
            "sub": f"{entry.project.county or '落地未定'} · {periods.label(entry.month)}",
            "right": f"{in_wan(entry.amount)} 万元",
            "url": reverse("projects:detail", args=[entry.project_id]),
        }
        for entry in found.select_related("project__county").order_by("-amount", "pk")[:limit]
    ]


def counted_rows(figure: Figure, user):
    """Return the rows that the figure counts and this user may see: what its list shows under its link."""
    query = QueryDict(figure.rows_url.partition("?")[2])
    if figure.key.startswith("projects."):
        model, filters = Project, ProjectFilter
    elif figure.key == "funds.in_place":
        model, filters = FundEntry, FundFilter
    else:
        model, filters = InvestmentEntry, InvestmentFilter
    visible = model.objects.visible_to(user).as_of(figure.as_of)
    return filters(query, queryset=visible, as_of=figure.as_of).qs
