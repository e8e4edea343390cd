"""Figures of projects and money, and the rows behind each of them. Amounts in 万元, shown in 亿元.

City figures count a project once; a county's figure is a key narrowed by ``county`` and follows the split of
credit. Origin, industry, kind of investor, size and period narrow a key likewise. Only city-verified fund rows
count.
"""

from datetime import date

from django.db.models import F
from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Organisation
from common import periods
from common.amounts import WAN_PER_YI, in_wan, in_yi, round_half_up, trim
from common.figures import Figure
from common.spans import Span, read_span
from projects.counting import COUNTED, Part, is_amount, tally
from projects.dimensions import NARROWINGS, SIZES, UNKNOWN
from projects.filters import FundFilter, InvestmentFilter, ProjectFilter
from projects.industries import division_name
from projects.models import FundEntry, InvestmentEntry, Project
from projects.summary import ProjectSummary, project_summary

__all__ = ["ProjectSummary", "project_summary"]  # read from here by the other apps

# Label, unit and scope of each key; {when} is 本年 or the period asked for.
MEASURES = {
    "projects.signed.count": ("签约项目", "个", "{when}签约的项目，以签约日期为准，一个计一次。"),
    "projects.signed.investment": ("签约总投资", "亿元", "{when}签约项目的协议总投资之和。"),
    "projects.signed.registered": ("签约后已注册", "个", "{when}签约的项目中，截至日已注册落地或进入以后阶段的。"),
    "projects.signed.started": ("签约后已开工", "个", "{when}签约的项目中，截至日已开工或进入以后阶段的。"),
    "projects.started.count": (
        "新开工过亿元项目",
        "个",
        "来源地为北京、天津、河北，总投资不低于1亿元，{when}内开工的项目。",
    ),
    "projects.started.investment": (
        "新开工项目总投资",
        "亿元",
        "{when}新开工京津冀地区过亿元项目的协议总投资之和。",
    ),
    "projects.started_any.count": (
        "新开工京津冀项目（不限投资额）",
        "个",
        "来源地为北京、天津、河北，{when}内开工的项目，不论总投资多少。",
    ),
    "funds.in_place": (
        "到位资金",
        "亿元",
        "京津冀地区项目{when}各月、截至日已经市级核实的到位资金，冲销行计负数。",
    ),
    "investments.completed": ("完成投资", "亿元", "京津冀地区项目{when}各月、截至日已经市级核实的完成投资。"),
}
SHARED_SCOPE = "几个县（市、区）共同引进的项目，按分成占比计入。"
LONGEST = 40  # characters of a value that narrows a figure


def project_figures(keys, as_of: date) -> list[Figure]:
    """Return the city's figures of these keys, from one look at the summary."""
    return [project_figure(key, as_of) for key in keys]


def project_figure(key: str, as_of: date, county: str = "", **narrow) -> Figure | None:
    """Return the figure of one of MEASURES, for the city or narrowed; None when there is no such figure.

    ``county`` and ``narrow`` take one value each of projects.dimensions.NARROWINGS ("-": not stated), and
    ``period`` a year, quarter, month or two days (common.spans); without it the as-of date's year counts.
    """
    narrow = {name: value for name, value in ({"county": county} | narrow).items() if value}
    period = narrow.pop("period", "")
    words = key in MEASURES and _narrowed_words(narrow)
    if not isinstance(words, list):
        return None
    try:
        span = read_span(period, as_of)
    except ValueError:
        return None
    family, cut = COUNTED[key]
    if set(narrow) <= {"county"} and not period:
        summary, at = project_summary(as_of), (key, county)
        part = Part(rows=summary.rows[at], demo=summary.demo_rows[at])
        value = summary.value(key, county)
    else:
        part = tally(family, first=span.first, last=span.last, as_of=as_of, narrow=narrow)[cut][()]
        value = part.value(key)
    return figure_of(key, as_of, value, part, span=span, narrow=narrow, words=words)


def figure_of(key: str, as_of: date, value, part: Part, *, span: Span, narrow=None, words=None) -> Figure:
    """Return the figure of an already counted value: a number of projects, or an amount in 万元."""
    narrow = dict(narrow or {})
    words = _narrowed_words(narrow) if words is None else words
    label, unit, scope = MEASURES[key]
    formula = ()
    if is_amount(key):
        formula = (f"{part.rows} 行合计 {in_wan(value)} 万元 = {in_yi(value)} 亿元",)
        value = round_half_up(value / WAN_PER_YI, 2)
    elif narrow.get("county") and value != part.rows:
        formula = (f"{part.rows} 个项目按分成占比合计 {trim(value)} 个",)
    return Figure(
        key=key,
        label="·".join([*words, label]),
        value=value,
        unit=unit,
        scope=scope.format(when=span.label if span.text else "本年") + (SHARED_SCOPE if narrow.get("county") else ""),
        period=span.label if span.text else str(as_of.year),
        as_of=as_of,
        rows=part.rows,
        rows_url=project_rows_url(key, as_of, span=span, **narrow),
        formula=formula,
        demo=part.demo > 0,
        parameters=narrow | ({"period": span.text} if span.text else {}),
    )


def _narrowed_words(narrow) -> list[str] | None:
    """Return what narrows a figure in words, None when a name or a value is unknown."""
    words = []
    for name in NARROWINGS:
        value = narrow.get(name)
        if not value:
            continue
        word = _word(name, value)
        if word is None:
            return None
        words.append(word)
    return words if set(narrow) <= set(NARROWINGS) else None


def _word(name, value):
    if len(value) > LONGEST:
        return None
    if name == "county":
        if value == UNKNOWN:
            return "落地未定"
        counties = Organisation.objects.filter(code=value, kind__in=("county", "zone"))
        return counties.values_list("short", flat=True).first()
    if name == "size":
        return dimension_label(name, value) if value == UNKNOWN or value in {code for code, *_ in SIZES} else None
    if name == "kind" and value != UNKNOWN and value not in Project.InvestorKind.values:
        return None
    return dimension_label(name, value)


def dimension_label(name: str, value: str) -> str:
    """Return how pages and charts call one value of a dimension other than the county."""
    if value == UNKNOWN:
        return {"origin": "来源未填", "district": "来源区未填", "industry": "行业未填", "chain": "产业链未填",
                "kind": "投资方类型未填", "size": "总投资未填"}[name]  # fmt: skip
    if name == "size":
        return next(words for code, words, *_ in SIZES if code == value)
    if name == "kind":
        return Project.InvestorKind(value).label
    return division_name(value) if name == "industry" else value


def project_rows_url(key: str, as_of: date, county: str = "", *, span: Span | None = None, **narrow) -> str:
    """Return the address of the list that shows exactly the rows counted."""
    span = span or read_span("", as_of)
    query = {"as_of": as_of.isoformat()}
    if county:
        query["county"] = county
    query |= {name: value for name, value in narrow.items() if value}
    first, last = span.first.isoformat(), span.up_to(as_of).isoformat()
    if key in ("funds.in_place", "investments.completed"):
        name = "projects:funds" if key == "funds.in_place" else "projects:investments"
        months = {"month_from": first[:7], "month_to": last[:7]}
        return f"{reverse(name)}?{urlencode(query | {'capital': '1'} | months | {'state': 'city_verified'})}"
    if key.startswith("projects.signed"):
        query |= {"signed_from": first, "signed_to": last}
        if key == "projects.signed.registered":
            query["since_signed"] = "registered"
        elif key == "projects.signed.started":
            query["since_signed"] = "started"
    else:
        query["capital"] = "1"
        if not key.startswith("projects.started_any"):
            query["over"] = "1"
        query |= {"started_from": first, "started_to": last}
    return f"{reverse('projects:list')}?{urlencode(query)}"


def passport_url(figure: Figure) -> str:
    """Return the address of the figure's passport, a page of another app."""
    return _passport(figure.key, figure.parameters, figure.as_of)


def passport_address(key: str, as_of: date, span: Span, **narrow) -> str:
    """Return the same address for a figure that need not be made for it."""
    return _passport(key, narrow | ({"period": span.text} if span.text else {}), as_of)


def _passport(key, parameters, as_of):
    return f"{reverse('reports:passport', args=[key])}?{urlencode(parameters | {'as_of': as_of.isoformat()})}"


def headline_figures(as_of: date) -> list[Figure]:
    return project_figures(MEASURES, as_of)


def rows_behind(figure: Figure, user, limit: int = 5) -> list[dict]:
    """Return the first rows that the figure counts and this user may see, as lines of the passport."""
    found = counted_rows(figure, user)
    if figure.key.startswith("projects."):
        return [
            {
                "title": project.name,
                "sub": f"{project.county or '落地未定'} · {project.origin_province}{_share_of(project)}",
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
            "sub": f"{entry.project.county or '落地未定'} · {periods.label(entry.month)}{_share_of(entry)}",
            "right": f"{in_wan(entry.amount)} 万元",
            "url": reverse("projects:detail", args=[entry.project_id]),
        }
        for entry in found.select_related("project__county").order_by("-amount", "pk")[:limit]
    ]


def _share_of(row) -> str:
    share = getattr(row, "share", 100)
    return "" if share == 100 else f" · 分成 {trim(share)}%"


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
