"""Months of reporting: locked by the office, opened again by two people; what was corrected since."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.guards import requires
from common import clock, periods
from common.errors import UserError
from common.locking import agreed_requests
from common.month_acts import act_on_month
from common.versions import StaleVersion
from tasklists import corrections, life_page, locking
from tasklists.life_forms import CorrectionForm
from tasklists.models import ProgressReport, ReportRevision

PAGE_SIZE = 25


@requires("supervise")
@require_http_methods(["GET", "POST"])
def months(request):
    """The months and their locks; POST locks one, or asks, agrees to or takes back an unlocking."""
    if request.method == "GET":
        return _show(request)
    sentences = {"locked": "{}已锁定。", "opened": "{}已解锁，此后的改动记为更正。"}
    try:
        done = act_on_month(request.POST, locking, by=request.user, on=clock.today(), **sentences)
    except UserError as refusal:
        asked = {name: request.POST.get(name, "") for name in ("act", "period")}
        refused = asked | {"message": refusal.message, "typed": request.POST}
        return _show(request, refused=refused, status=400)
    messages.success(request, done)
    return redirect("tasklists:periods")


def _show(request, refused=None, status=200):
    revisions = ReportRevision.objects.select_related(
        "by", "report__assignment__organisation", "report__assignment__item__task_list"
    )
    page = Paginator(revisions, PAGE_SIZE).get_page(request.GET.get("page"))
    for row in page:
        life_page.shown_correction(row)
    context = {
        "months": locking.months_to_show(clock.today()),
        "agreed": agreed_requests(locking.AREA),
        "page": page,
        "refused": refused,
    }
    return render(request, "tasklists/periods.html", context, status=status)


@requires("supervise")
@require_http_methods(["GET", "POST"])
def correct(request, pk):
    """Correct an approved report of a month that was opened again."""
    visible = ProgressReport.objects.visible_to(request.user)
    visible = visible.select_related("assignment__item__task_list", "assignment__organisation")
    report = get_object_or_404(visible, pk=pk)
    values = {name: getattr(report, name) for name in corrections.FIELDS}
    if request.method == "GET":
        return _correction(request, report, CorrectionForm(initial=values | {"version": report.version}))
    form = CorrectionForm(request.POST)
    if not form.is_valid():
        return _correction(request, report, form, status=400)
    try:
        corrections.correct_report(
            report=report,
            values={name: form.cleaned_data[name] for name in corrections.FIELDS},
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
            by=request.user,
            on=clock.today(),
        )
    except StaleVersion as stale:
        typed = request.POST.copy()
        typed["version"] = stale.current.version
        form = CorrectionForm(typed)
        form.full_clean()
        form.add_error(None, "这份填报刚被他人改过，请对照左侧最新内容后再更正。")
        return _correction(request, stale.current, form, status=409)
    except UserError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _correction(request, report, form, status=400)
    messages.success(request, "已更正，原值和原因已留存。")
    return redirect(f"{reverse('tasklists:detail', args=[report.assignment.item_id])}#corrections")


def _correction(request, report, form, status=200):
    context = {
        "report": report,
        "item": report.assignment.item,
        "label": periods.label(report.period),
        "form": form,
        "closed": corrections.why_not_correctable(report),
    }
    return render(request, "tasklists/correct.html", context, status=status)
