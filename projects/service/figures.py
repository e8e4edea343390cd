"""Figures of companies' requests and hotline cases: what `statistics` counts, each opening the cases it counts."""

from dataclasses import dataclass
from datetime import date

from django.http import QueryDict
from django.urls import reverse

from accounts.models import Organisation
from common.figures import Figure
from common.remember import remembered
from projects.models import ServiceCase
from projects.service.filters import CaseFilter
from projects.service.statistics import Handling, rows_url, year_statistics


@dataclass(frozen=True)
class Measure:
    """``name`` is the attribute of `Handling`; ``rows`` the one that says how many cases stand behind it."""

    label: str
    unit: str
    scope: str
    name: str
    rows: str
    filters: dict


def _count(label, scope, name, **filters):
    return Measure(label, "件", scope, name, name, filters)


MEASURES = {
    "service.received": _count("收到企业诉求和热线", "本年收到的企业诉求和监督热线件，一件计一次。", "received"),
    "service.done": _count("已办结诉求", "本年收到、截至日已办结的件。", "done", state="done"),
    "service.refused": _count("不予受理诉求", "本年收到、截至日决定不予受理的件。", "refused", state="refused"),
    "service.waiting": _count("正在办理诉求", "本年收到、截至日还没有结果的件。", "waiting", state="open"),
    "service.overdue": _count("逾期未办结诉求", "本年收到、时限已过而没有结果的件。", "overdue", late="open"),
    "service.on_time_rate": Measure(
        "诉求按时办结率", "%", "按时办结 ÷（已办结＋逾期未办结）。", "on_time_rate", "due", {"late": "due"}
    ),
    "service.rated": _count("企业已评价诉求", "本年收到、截至日企业作出评价的件。", "rated", satisfaction="rated"),
    "service.good_rate": Measure(
        "企业满意率", "%", "（非常满意＋满意）÷ 已评价。", "good_rate", "rated", {"satisfaction": "rated"}
    ),
}


def handling(as_of: date, county: str = "") -> Handling:
    """Return the year's handling of all cases, or of one county's."""

    def compute():
        rows = ServiceCase.objects.as_of(as_of)
        return year_statistics(rows.filter(county__code=county) if county else rows, as_of).total

    return remembered(f"service-handling:{as_of}:{county}", compute)


def service_figure(key: str, as_of: date, county: str = "") -> Figure | None:
    """Return the figure under a ``service.…`` key, for the city or a county; None when there is none."""
    measure = MEASURES.get(key)
    name = Organisation.objects.filter(code=county).values_list("short", flat=True).first() if county else ""
    if measure is None or name is None:
        return None
    found = handling(as_of, county)
    formula = {
        "on_time_rate": f"{found.in_time} ÷（{found.done} + {found.overdue}）",
        "good_rate": f"{found.good} ÷ {found.rated}",
    }.get(measure.name)
    value = getattr(found, measure.name)
    return Figure(
        key=key,
        label=f"{name}·{measure.label}" if name else measure.label,
        value=value,
        unit=measure.unit,
        scope=measure.scope,
        period=str(as_of.year),
        as_of=as_of,
        rows=getattr(found, measure.rows),
        rows_url=rows_url(as_of, county=county, **measure.filters),
        formula=(f"{formula} = {value}%",) if formula and value is not None else (),
        demo=found.is_demo,
        parameters={"county": county} if county else {},
    )


def headline_figures(as_of: date) -> list[Figure]:
    return [service_figure(key, as_of) for key in MEASURES]


def counted_rows(figure: Figure, user):
    """Return the cases that the figure counts and this user may see: what its list shows under its link."""
    visible = ServiceCase.objects.visible_to(user).as_of(figure.as_of)
    return CaseFilter(QueryDict(figure.rows_url.partition("?")[2]), queryset=visible, as_of=figure.as_of).qs


def rows_behind(figure: Figure, user, limit: int = 5) -> list[dict]:
    """Return the first cases that the figure counts and this user may see, as lines of the passport."""
    cases = counted_rows(figure, user).select_related("county").order_by("-received_on", "-pk")[:limit]
    states = dict(ServiceCase.State.choices)
    return [
        {
            "title": f"{case.number} {case.get_category_display()}",
            "sub": f"{case.county.short} · {case.received_on} 收到",
            "right": states[case.state_then],
            "url": reverse("projects:case", args=[case.pk]),
        }
        for case in cases
    ]
