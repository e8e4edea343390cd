"""Lists of single values: those entered (the rows behind a figure), and those published, with their sources."""

from functools import partial

from django.db.models import Prefetch

from accounts.guards import requires
from accounts.permissions import SEES_OWN_ORGANISATION, may
from common.asof import read_as_of
from common.lists import list_page
from common.remember import remembered
from indicators.models import Observation, ObservationRevision
from indicators.scopes import conflicts
from indicators.sections import sections
from indicators.value_tables import PublishedFilter, PublishedTable, ValueFilter, ValueTable

NOT_OPEN = "其他单位的明细由协调办和领导查看，合计和排名见各指标页"


@requires("view")
def values(request):
    """The entered values that the user may see, as they stood on the date."""
    as_of = read_as_of(request)
    rows = Observation.objects.visible_to(request.user).as_of(as_of).filter(source__isnull=True)
    own_only = request.user.role in SEES_OWN_ORGANISATION
    return list_page(
        request,
        rows=rows.select_related("indicator", "organisation").order_by(
            "-period", "indicator__code", "organisation__order", "pk"
        ),
        filters=ValueFilter,
        table=ValueTable,
        title="指标填报值",
        noun="个",
        as_of=as_of,
        template="indicators/values.html",
        search_placeholder="搜指标、单位、说明",
        empty_text=f"这里没有本单位的填报值；{NOT_OPEN}。" if own_only else "截至该日还没有填报值。",
        context={"sections": sections(request), "sub": f"只列本单位的填报值，{NOT_OPEN}" if own_only else ""},
    )


@requires("view")
def published(request):
    """The figures published by others, each with its source, newest publication first."""
    as_of = read_as_of(request)
    rows = Observation.objects.visible_to(request.user).as_of(as_of).filter(source__isnull=False)
    earlier = ObservationRevision.objects.filter(published_on__lte=as_of).order_by("order")
    found = remembered(
        f"scope-conflicts:{as_of}", lambda: conflicts(Observation.objects.as_of(as_of).filter(source__isnull=False))
    )
    return list_page(
        request,
        rows=rows.select_related("indicator", "organisation", "source")
        .prefetch_related(Prefetch("revisions", queryset=earlier, to_attr="earlier"))
        .order_by("-published_on", "source_key", "pk"),
        filters=PublishedFilter,
        table=partial(PublishedTable, conflicts=found),
        title="公开数字",
        noun="个",
        as_of=as_of,
        template="indicators/published.html",
        search_placeholder="搜指标、口径、来源",
        empty_text="截至该日没有公开发布的数字。",
        context={
            "sections": sections(request),
            "sub": "每个数字都有来源；同名不同口径的分列，重新公布的保留先后",
            "may_publish": may(request.user, "supervise"),
        },
    )
