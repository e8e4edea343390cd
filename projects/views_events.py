"""Signing events: the list that compares them, one event with its cohort, entering them."""

from functools import partial

from django.contrib import messages
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import requires
from accounts.permissions import SEES_OWN_ORGANISATION, may
from common import clock
from common.amounts import WAN_PER_YI, trim
from common.asof import read_as_of
from common.charts import chart_card
from common.errors import UserError
from common.lists import list_page
from common.versions import StaleVersion
from projects import empties
from projects.cohorts import DAYS, cohort_of, cohorts
from projects.models import Project, SigningEvent
from projects.places import event_page
from projects.places.events import save_event
from projects.places.filters import CohortFilter, EventFilter
from projects.places.forms import EventForm
from projects.places.tables import EventTable
from projects.sections import sections
from projects.tables import ProjectTable


def events_of(as_of):
    return SigningEvent.objects.filter(Q(held_on__lte=as_of) | Q(held_on__isnull=True)).select_related("source")


def project_count(field, as_of):
    """The number of projects known by the date, 0 where there is none: the ledger is this site's own."""
    rows = Project.objects.known_by(as_of).filter(**{field: OuterRef("pk")}).order_by().values(field)
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0)


@requires("view")
@require_safe
def event_list(request):
    as_of = read_as_of(request)
    return list_page(
        request,
        rows=events_of(as_of).annotate(project_count=project_count("event", as_of)),
        filters=EventFilter,
        table=partial(EventTable, cohorts=cohorts(as_of), as_of=as_of),
        title="签约活动",
        noun="场",
        as_of=as_of,
        template="projects/events.html",
        search_placeholder="搜活动、地点、主办",
        empty=empties.no_events(request.user),
        context={"sections": sections(request), "may_edit": may(request.user, "supervise")},
    )


@requires("view")
@require_safe
def event_detail(request, key):
    as_of = read_as_of(request)
    event = get_object_or_404(events_of(as_of), key=key)
    cohort = cohort_of(event, as_of)
    rows = Project.objects.visible_to(request.user).known_by(as_of).filter(event=event)
    return list_page(
        request,
        rows=rows.as_of(as_of).select_related("county").order_by("code"),
        filters=partial(CohortFilter, as_of=as_of, cohort=cohort),
        table=ProjectTable,
        title=event.name,
        noun="个项目",
        as_of=as_of,
        template="projects/event.html",
        search_placeholder="搜项目、投资方、编号",
        empty_text="没有可列示的单个项目，全市合计见上方。",
        context={
            "event": event,
            "cohort": cohort,
            "days": DAYS,
            "progress": event_page.progress_rows(event, cohort),
            "promises": event_page.promise_rows(event, cohort),
            "chart": chart_card(event_page.progress_chart(event, cohort)),
            "own_only": request.user.role in SEES_OWN_ORGANISATION,
            "may_edit": may(request.user, "supervise"),
            "sections": sections(request, "projects:events"),
        },
    )


@requires("supervise")
@require_http_methods(["GET", "POST"])
def event_new(request):
    return _edit(request, None)


@requires("supervise")
@require_http_methods(["GET", "POST"])
def event_edit(request, key):
    return _edit(request, get_object_or_404(SigningEvent.objects.select_related("source"), key=key))


def _edit(request, event):
    if request.method == "GET":
        return _form_page(request, event, EventForm(initial=_initial(event)))
    form = EventForm(request.POST)
    if not form.is_valid():
        return _form_page(request, event, form)
    try:
        saved = save_event(event=event, **form.cleaned_data, by=request.user, on=clock.today())
    except StaleVersion as stale:
        typed = request.POST.copy()
        typed["version"] = stale.current.version
        form = EventForm(typed)
        form.full_clean()
        form.add_error(None, "这场活动刚被他人改过，你填的都在下面；请对照右侧最新内容后再保存。")
        return _form_page(request, stale.current, form, status=409)
    except UserError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _form_page(request, event, form)
    messages.success(request, "已保存。")
    return redirect("projects:event", key=saved.key)


def _initial(event) -> dict:
    if event is None:
        return {"version": 0}
    amount = event.published_investment
    return {
        "version": event.version,
        "name": event.name,
        "held_on": event.held_on,
        "place": event.place,
        "host": event.host,
        "guests": event.guests,
        "published_count": event.published_count,
        "published_investment": None if amount is None else trim(amount / WAN_PER_YI),
        "source_title": event.source.title if event.source else "",
        "source_on": event.source.published_on if event.source else None,
    }


def _form_page(request, event, form, status=200):
    context = {"event": event, "form": form, "sections": sections(request, "projects:events")}
    return render(request, "projects/event_edit.html", context, status=status)
