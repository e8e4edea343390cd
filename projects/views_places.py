"""Signing events, platforms and memoranda: published knowledge, open to every business role."""

from django.db.models import Q

from accounts.guards import requires
from common.asof import read_as_of
from common.lists import list_page
from projects.filters import MemorandumFilter
from projects.models import Memorandum
from projects.sections import sections
from projects.tables import MemorandumTable


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
