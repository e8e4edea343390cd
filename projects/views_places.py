"""Signing events, platforms and memoranda: published knowledge, open to every business role."""

from functools import partial

from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404

from accounts.guards import requires
from common.asof import read_as_of
from common.lists import list_page
from projects.filters import EventFilter, MemorandumFilter, PlatformFilter, ProjectFilter
from projects.models import FundEntry, Memorandum, Platform, Project, SigningEvent, StageChange
from projects.sections import sections
from projects.tables import EventTable, MemorandumTable, PlatformTable, ProjectTable


class EventProjectFilter(ProjectFilter):
    event = None


def _project_count(field, as_of):
    """The number of projects known by the date, 0 where there is none: the ledger is this site's own."""
    rows = Project.objects.known_by(as_of).filter(**{field: OuterRef("pk")}).order_by().values(field)
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


def _events(as_of):
    return SigningEvent.objects.filter(Q(held_on__lte=as_of) | Q(held_on__isnull=True)).select_related("source")


@requires("view")
def event_list(request):
    as_of = read_as_of(request)
    return list_page(
        request,
        rows=_events(as_of).annotate(project_count=_project_count("event", as_of)),
        filters=EventFilter,
        table=EventTable,
        title="签约活动",
        noun="场",
        as_of=as_of,
        template="projects/section_list.html",
        search_placeholder="搜活动、地点、主办",
        empty_text="这里还没有签约活动。",
        context={"sections": sections(request)},
    )


@requires("view")
def event_detail(request, key):
    as_of = read_as_of(request)
    event = get_object_or_404(_events(as_of), key=key)
    rows = Project.objects.visible_to(request.user).known_by(as_of).filter(event=event)
    return list_page(
        request,
        rows=rows.as_of(as_of).select_related("county").order_by("code"),
        filters=partial(EventProjectFilter, as_of=as_of),
        table=ProjectTable,
        title=event.name,
        noun="个项目",
        as_of=as_of,
        template="projects/event.html",
        search_placeholder="搜项目、投资方、编号",
        empty_text="没有可列示的单个项目，全市合计见上方。",
        context={
            "event": event,
            "cohort": _cohort(event, as_of),
            "sections": sections(request, "projects:events"),
        },
    )


def _cohort(event, as_of) -> dict:
    """Return how far the event's projects have come by the date, over the whole city."""
    rows = Project.objects.known_by(as_of).filter(event=event)
    producing = StageChange.objects.filter(stage__in=("producing", "at_capacity"), on__lte=as_of)
    counts = {
        "registered": rows.gone_on_to("registered", as_of),
        "started": rows.gone_on_to("started", as_of),
        "funded": rows.filter(pk__in=FundEntry.objects.verified(as_of).values("project")),
        "producing": rows.filter(pk__in=producing.values("project")),
    }
    return rows.aggregate(
        total=Count("pk"),
        investment=Sum("total_investment"),
        demo=Count("pk", filter=Q(is_demo=True)),
        **{name: Count("pk", filter=Q(pk__in=found.values("pk"))) for name, found in counts.items()},
    )


@requires("view")
def platform_list(request):
    as_of = read_as_of(request)
    rows = Platform.objects.select_related("county", "source").order_by("county__order", "name")
    return list_page(
        request,
        rows=rows.annotate(project_count=_project_count("platform", as_of)),
        filters=PlatformFilter,
        table=PlatformTable,
        title="承接平台",
        noun="个",
        as_of=as_of,
        template="projects/section_list.html",
        search_placeholder="搜平台、县市区",
        empty_text="这里还没有承接平台。",
        context={"sections": sections(request)},
    )


@requires("view")
def memorandum_list(request):
    as_of = read_as_of(request)
    rows = Memorandum.objects.filter(Q(signed_on__lte=as_of) | Q(signed_on__isnull=True))
    return list_page(
        request,
        rows=rows.select_related("source").prefetch_related("clauses").order_by("-signed_on", "pk"),
        filters=MemorandumFilter,
        table=MemorandumTable,
        title="合作协议",
        noun="份",
        as_of=as_of,
        template="projects/memoranda.html",
        search_placeholder="搜协议、合作方",
        empty_text="这里还没有合作协议。",
        context={"sections": sections(request)},
    )
