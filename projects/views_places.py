"""Signing events, platforms and memoranda: published knowledge, open to every business role."""

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from accounts.guards import requires
from common.asof import read_as_of
from common.lists import list_page
from projects.filters import MemorandumFilter, PlatformFilter
from projects.models import Memorandum, Platform, Project
from projects.sections import sections
from projects.tables import MemorandumTable, PlatformTable


def _project_count(field, as_of):
    """The number of projects known by the date, 0 where there is none: the ledger is this site's own."""
    rows = Project.objects.known_by(as_of).filter(**{field: OuterRef("pk")}).order_by().values(field)
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


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
