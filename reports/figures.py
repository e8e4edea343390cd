"""Every figure of the site by its key, what was published about it, and the rows behind it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import parse_qsl

from django.urls import reverse
from django.utils.http import urlencode

from common.figures import Figure
from indicators import figures as indicator_figures
from indicators.models import Observation
from projects import figures as project_figures
from projects import origin_shares
from projects.dimensions import NARROWINGS
from projects.service import figures as service_figures
from reports.models import Bulletin, NewsItem
from tasklists import figures as task_figures
from tasklists.models import StateChange

# Which published figure states the same thing as which figure of ours.
PUBLISHED_AS = {
    "tasks.annual.aspects": "000-01",
    "tasks.annual.points": "000-02",
    "tasks.annual.organisations": "000-03",
    "tasks.annual.total": "000-04",
    "bulletins.issued": "000-05",
    "news.adopted": "000-06",
    "tasks.policy.aspects": "000-07",
    "tasks.policy.points": "000-08",
    "tasks.policy.total": "000-09",
    "tasks.policy.closed": "000-10",
    "tasks.policy.under_way": "000-11",
    "projects.signed.count": "000-12",
    "projects.signed.investment": "000-13",
    "projects.started.count": "000-14",
    "funds.in_place": "000-15",
}
# The same number was published under two scopes; whoever opens a figure of one side is told of the other.
SCOPES_APART = (
    ("projects.started.count", "published.000-14"),
    ("projects.started_any.count", "published.000-38"),
)
NARROWED_BY = (*NARROWINGS, "period")


@dataclass(frozen=True)
class Agreement:
    """How a figure of ours stands to the one that was published."""

    source_key: str
    value: Decimal
    unit: str
    title: str
    published_on: date | None
    agrees: bool


def find_figure(key: str, as_of: date, *, aspect: str = "", **narrow) -> Figure | None:
    """Return the figure under this key as of the date, or None when there is none.

    ``narrow`` takes what figures of projects and money can be narrowed by (NARROWED_BY), a value each.
    """
    kind = key.partition(".")[0]
    if kind == "tasks":
        return task_figures.task_figure(key, as_of, aspect)
    if kind == "organisations":
        return task_figures.organisation_figure(key, as_of)
    if kind == "published":
        return indicator_figures.published_figure(key, as_of)
    if kind == "indicators":
        return indicator_figures.indicator_figure(key, as_of, narrow.get("county", ""))
    if key == indicator_figures.FUNDS_GOAL:
        return indicator_figures.funds_goal(as_of)
    if kind == "service":
        return service_figures.service_figure(key, as_of, narrow.get("county", ""))
    if key == origin_shares.SHARE:
        return origin_shares.origin_share(as_of, narrow.get("origin", ""))
    if key == "bulletins.issued":
        return bulletins_issued(as_of)
    if key == "news.adopted":
        return news_adopted(as_of)
    return project_figures.project_figure(key, as_of, **narrow)


def figure_by_reference(reference: str, as_of: date) -> Figure | None:
    """Return the figure that a bulletin has bound (``key`` or ``key?county=…``), or None."""
    key, _, query = reference.partition("?")
    return find_figure(key, as_of, **dict(parse_qsl(query)))


def headline_figures(as_of: date) -> list[Figure]:
    """Return every headline figure: computed from rows first, then those taken from sources."""
    return [
        *task_figures.headline_figures(as_of),
        *project_figures.headline_figures(as_of),
        *service_figures.headline_figures(as_of),
        indicator_figures.funds_goal(as_of),
        bulletins_issued(as_of),
        news_adopted(as_of),
        *indicator_figures.indicator_figures(as_of),
        *indicator_figures.published_figures(as_of),
    ]


def bulletins_issued(as_of: date) -> Figure:
    issued = Bulletin.objects.issued(as_of)
    count = issued.count()
    return Figure(
        key="bulletins.issued",
        label="编发情况通报",
        value=count,
        unit="期",
        scope="截至日全市累计印发的《情况通报》期数。",
        period="累计",
        as_of=as_of,
        rows=count,
        rows_url=f"{reverse('reports:list')}?{urlencode({'as_of': as_of.isoformat()})}",
        demo=issued.filter(is_demo=True).exists(),
    )


def news_adopted(as_of: date) -> Figure:
    adopted = NewsItem.objects.adopted(as_of)
    count = adopted.count()
    return Figure(
        key="news.adopted",
        label="采用工作动态",
        value=count,
        unit="条",
        scope="截至日《情况通报》累计采用的工作动态条数，一条计一次。",
        period="累计",
        as_of=as_of,
        rows=count,
        rows_url=f"{reverse('reports:news')}?{urlencode({'state': 'adopted', 'as_of': as_of.isoformat()})}",
        demo=adopted.filter(is_demo=True).exists(),
    )


def agreement(figure: Figure) -> Agreement | None:
    """Return what was published about the same thing by the figure's date, and whether it agrees."""
    source_key = PUBLISHED_AS.get(figure.key)
    if source_key is None or figure.parameters or figure.value is None:
        return None
    found = (
        Observation.objects.as_of(figure.as_of)
        .filter(source_key=source_key)
        .select_related("source", "indicator")
        .first()
    )
    if found is None or found.source is None:
        return None
    return Agreement(
        source_key=source_key,
        value=found.known,
        unit=found.indicator.unit,
        title=found.source.title,
        published_on=found.source.published_on,
        agrees=Decimal(figure.value) == found.known,
    )


def other_scopes(figure: Figure) -> list[Figure]:
    """Return the figures that bear the same name or number under another scope; none for a narrowed figure."""
    own = next((side for side in SCOPES_APART if figure.key in side), None)
    if own is None or figure.parameters:
        return []
    keys = [key for side in SCOPES_APART if side is not own for key in side]
    found = (find_figure(key, figure.as_of) for key in keys)
    return [other for other in found if other is not None and other.value is not None]


def rows_behind(figure: Figure, user) -> list[dict]:
    """Return the first rows behind a figure that this user may see."""
    kind = figure.key.partition(".")[0]
    if kind in ("tasks", "organisations"):
        return task_figures.rows_behind(figure, user)
    if kind in ("projects", "investments") or figure.key == "funds.in_place":
        return project_figures.rows_behind(figure, user)
    if kind == "service":
        return service_figures.rows_behind(figure, user)
    if kind == "indicators":
        return indicator_figures.rows_behind(figure, user)
    if figure.key == "bulletins.issued":
        rows = Bulletin.objects.visible_to(user).issued(figure.as_of)[:5]
        return [
            {
                "title": row.title,
                "sub": f"第{row.issue}期",
                "right": row.published_on,
                "url": reverse("reports:detail", args=[row.pk]),
            }
            for row in rows
        ]
    if figure.key == "news.adopted":
        rows = NewsItem.objects.visible_to(user).adopted(figure.as_of).select_related("organisation")[:5]
        return [
            {"title": row.title, "sub": row.organisation.short, "right": row.adopted_on, "url": ""} for row in rows
        ]
    return []


def passport_url(key: str, as_of: date, **parameters) -> str:
    """Return the address of a figure's passport."""
    query = {name: value for name, value in parameters.items() if value} | {"as_of": as_of.isoformat()}
    return f"{reverse('reports:passport', args=[key])}?{urlencode(query)}"


def verified_by(figure: Figure) -> str:
    """Return in words who verified the rows that the figure counts; empty where nobody has to."""
    kind = figure.key.partition(".")[0]
    if kind in ("tasks", "organisations"):
        last = (
            StateChange.objects.filter(state="closed", on__lte=figure.as_of)
            .select_related("by")
            .order_by("-on", "-pk")
            .first()
        )
        if last is None:
            return "协调办审核通过的填报才计入。"
        who = f"协调办 {last.by.display_name}" if last.by else "协调办"
        return f"协调办审核、销号；最近一次销号 {last.on}（{who}）。"
    if kind == "indicators":
        return "单位审核、协调办锁定后才计入；由台账计算的指标以台账的核实为准。"
    if figure.key in ("funds.in_place", "investments.completed"):
        return "县级核实后经市级核实的行才计入。"
    return ""
