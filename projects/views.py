"""Projects and the ledgers of their money."""

from datetime import date
from functools import partial

from django.db.models import Count, Q
from django.utils.http import urlencode

from accounts.guards import requires
from accounts.permissions import may
from common.asof import read_as_of
from common.lists import list_page
from projects import empties
from projects.figures import project_figures
from projects.filters import FundFilter, InvestmentFilter, ProjectFilter
from projects.ledgers.kinds import may_bring
from projects.models import FundEntry, InvestmentEntry, Project
from projects.pipeline.rights import enters_projects, sees_totals_only
from projects.sections import sections
from projects.tables import FundTable, InvestmentTable, ProjectTable

CITY_FIGURES = (
    "projects.signed.count",
    "projects.signed.investment",
    "projects.started.count",
    "funds.in_place",
    "investments.completed",
)


@requires("view")
def project_list(request):
    as_of = read_as_of(request)
    rows = Project.objects.visible_to(request.user).known_by(as_of)
    shown = rows.as_of(as_of).select_related("county").order_by("code")
    return list_page(
        request,
        rows=shown,
        filters=partial(ProjectFilter, as_of=as_of),
        table=ProjectTable,
        title="项目",
        noun="个",
        as_of=as_of,
        template="projects/list.html",
        search_placeholder="搜项目、投资方、编号",
        empty=empties.no_projects(request.user),
        context={
            "sections": sections(request),
            "tabs": _tabs(request, rows, as_of),
            "totals_only": sees_totals_only(request.user),
            "city_figures": project_figures(CITY_FIGURES, as_of),
            "may_enter": enters_projects(request.user),
            "may_bring": may_bring(request.user),
        },
    )


def _tabs(request, rows, as_of):
    """Saved views: each is a set of filters, with the number of rows it shows this user."""
    first = date(as_of.year, 1, 1)
    signed = Project.objects.reached("signed", first, as_of)
    started = Project.objects.from_capital_region().over_hundred_million().reached("started", first, as_of)
    views = [
        ("全部", {}, None),
        ("本年签约", {"signed_from": first.isoformat()}, Q(pk__in=signed.values("pk"))),
        (
            "本年新开工过亿元",
            {"capital": "1", "over": "1", "started_from": first.isoformat()},
            Q(pk__in=started.values("pk")),
        ),
        ("名称已公布", {"demo": "0"}, Q(is_demo=False)),
    ]
    counts = rows.aggregate(**{f"view{n}": Count("pk", filter=shown) for n, (_, _, shown) in enumerate(views)})
    names = {name for _, query, _ in views for name in query}
    chosen = {name: request.GET[name] for name in names if request.GET.get(name)}
    kept = {"as_of": request.GET["as_of"]} if request.GET.get("as_of") else {}
    return [
        {
            "label": label,
            "url": f"?{urlencode(query | kept)}",
            "count": counts[f"view{n}"],
            "current": chosen == query,
        }
        for n, (label, query, _) in enumerate(views)
    ]


@requires("view")
def fund_list(request):
    return _ledger(request, FundEntry, FundFilter, FundTable, title="到位资金", figure="funds.in_place")


@requires("view")
def investment_list(request):
    return _ledger(
        request,
        InvestmentEntry,
        InvestmentFilter,
        InvestmentTable,
        title="完成投资",
        figure="investments.completed",
    )


def _ledger(request, model, filters, table, *, title, figure):
    as_of = read_as_of(request)
    rows = model.objects.visible_to(request.user).with_state_as_of(as_of).select_related("project__county")
    return list_page(
        request,
        rows=rows.prefetch_related("reversed_by").order_by("-month", "-pk"),
        filters=partial(filters, as_of=as_of),
        table=table,
        title=title,
        noun="笔",
        as_of=as_of,
        template="projects/ledger.html",
        search_placeholder="搜项目、编号、凭证号" if model is FundEntry else "搜项目、编号",
        empty=empties.no_money(request.user, table.kind, title, narrowed=not request.GET.get("state")),
        context={
            "sections": sections(request),
            "totals_only": sees_totals_only(request.user),
            "city_figures": project_figures([figure], as_of),
            "counted_only": not request.GET.get("state"),
            "kind": table.kind,
            "may_verify": may(request.user, "review"),
            "may_lock": may(request.user, "supervise"),
            "may_bring": may_bring(request.user),
        },
    )
