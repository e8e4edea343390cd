"""The review queue of an organisation's reviewer and of the office; each report is decided in place."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.guards import requires
from accounts.permissions import COORDINATOR
from common import clock, periods
from common.errors import UserError
from common.versions import StaleVersion
from tasklists import closing, reviewing, rules
from tasklists.models import ProgressReport

PAGE_SIZE = 10
State = ProgressReport.State


@requires("review")
@require_GET
def queue(request):
    waiting = _waiting(request.user)
    wanted = request.GET.get("report", "")
    single = wanted.isdecimal() and len(wanted) < 16 and waiting.filter(pk=wanted).exists()
    if single:
        waiting = waiting.filter(pk=wanted)
    page = Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("page"))
    for report in page:
        _prepare(report, request.user)
    if request.user.role == COORDINATOR:
        _give_hints(list(page))
    return render(
        request,
        "tasklists/review.html",
        {
            "page": page,
            "total": page.paginator.count,
            "single": single,
            "for_office": request.user.role == COORDINATOR,
        },
    )


def _waiting(user):
    """Reports that wait for this user, claims first, then the longest waiting."""
    state = State.ORGANISATION_APPROVED if user.role == COORDINATOR else State.SUBMITTED
    return (
        _reports(user)
        .filter(state=state)
        .exclude(submitted_by=user.pk)
        .exclude(organisation_reviewed_by=user.pk)
        .order_by("status", "submitted_on", "pk")
    )


def _reports(user):
    """What the user may see, with the last approved report before it."""
    before = ProgressReport.objects.filter(
        assignment=OuterRef("assignment"), state=State.APPROVED, period__lt=OuterRef("period")
    ).order_by("-period")
    return (
        ProgressReport.objects.visible_to(user)
        .select_related(
            "assignment__item__task_list", "assignment__organisation", "submitted_by", "organisation_reviewed_by"
        )
        .prefetch_related("evidence")
        .annotate(
            before_percent=Subquery(before.values("percent")[:1]),
            before_text=Subquery(before.values("text")[:1]),
            before_status=Subquery(before.values("status")[:1]),
            before_period=Subquery(before.values("period")[:1]),
        )
    )


def _prepare(report, user):
    """Say what changed and what the user may do with it."""
    report.label = periods.label(report.period)
    report.before_status_word = dict(ProgressReport.Status.choices).get(report.before_status, "")
    report.change = None if report.before_percent is None else report.percent - report.before_percent
    report.is_claim = report.status == ProgressReport.Status.CLAIMED
    report.can_close = report.is_claim and closing.may_close(user, report)
    report.lacks_evidence = report.can_close and not report.evidence.all()
    report.step = "协调办审核" if user.role == COORDINATOR else "单位审核"


def _give_hints(reports):
    """What the office should look at twice in each report, from one query."""
    approved = ProgressReport.objects.filter(state=State.APPROVED).order_by("-period")
    earlier = {}
    for row in approved.filter(assignment__in=[report.assignment_id for report in reports]):
        earlier.setdefault(row.assignment_id, []).append(row)
    for report in reports:
        before = [row for row in earlier.get(report.assignment_id, []) if row.period < report.period]
        report.hints = rules.report_hints(report, earlier=before, deadline=report.assignment.item.due_on)


@requires("review")
@require_POST
def decide(request, pk):
    """Approve, return or close one report; htmx gets the card back, others the queue."""
    report = get_object_or_404(_reports(request.user), pk=pk)
    try:
        done = _act(request, report)
    except (UserError, StaleVersion) as refusal:
        fresh = _reports(request.user).get(pk=pk)
        _prepare(fresh, request.user)
        if request.user.role == COORDINATOR:
            _give_hints([fresh])
        fresh.problem = getattr(refusal, "message", "") or "这份填报刚被他人处理或改过，请按最新内容审核。"
        fresh.typed_reason = request.POST.get("reason", "")
        fresh.returning = request.POST.get("decision") == "return"
        waits = _waiting(request.user).filter(pk=pk).exists()
        context = {"report": fresh, "waits": waits}
        if request.htmx:
            return render(request, "tasklists/_review_card.html", context)
        page = Paginator([fresh], 1).get_page(1)
        return render(
            request,
            "tasklists/review.html",
            {"page": page, "total": 1, "single": True, "for_office": request.user.role == COORDINATOR},
            status=409,
        )
    if request.htmx:
        return render(request, "tasklists/_review_done.html", {"report": report, "done": done})
    messages.success(request, f"{report.assignment.item.title}：{done}。")
    return redirect(reverse("tasklists:review"))


def _act(request, report) -> str:
    """Do what was asked and return it in words."""
    version = request.POST.get("version", "")
    common = {
        "report": report,
        "version": int(version) if version.isdecimal() and len(version) < 9 else 0,
        "by": request.user,
        "on": clock.today(),
    }
    for_office = request.user.role == COORDINATOR
    decision = request.POST.get("decision")
    if decision == "approve":
        (reviewing.office_approve if for_office else reviewing.organisation_approve)(**common)
        return "已通过"
    if decision == "return":
        give_back = reviewing.office_return if for_office else reviewing.organisation_return
        give_back(reason=request.POST.get("reason", ""), **common)
        return "已退回"
    if decision == "close":
        closing.verify_and_close(**common)
        return "已核验办结"
    raise UserError("请选择通过或退回。")
