"""Reporting: the form of one month's report, its evidence files."""

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.guards import requires
from common import audit, clock, periods, uploads
from common.errors import UserError
from common.versions import StaleVersion
from tasklists import evidence, reporting, rules
from tasklists.forms import ReportForm
from tasklists.models import Assignment, Evidence, ProgressReport, TaskItem
from tasklists.views.grid import has_reviewer


@requires("report")
@require_http_methods(["GET", "POST"])
def report(request, pk):
    """The form of one month's report; POST saves it, and hands it in when asked to."""
    today = clock.today()
    part = get_object_or_404(
        Assignment.objects.select_related("organisation", "item__task_list"),
        item__in=TaskItem.objects.visible_to(request.user).filter(pk=pk),
        organisation=request.user.organisation_id,
    )
    period = request.GET.get("period") or periods.period_of(today)
    try:
        periods.parse_period(period)
    except ValueError:
        raise Http404 from None
    if request.method == "GET":
        existing = _existing(part, period)
        return _show(request, part, period, existing, _form_of(existing))
    return _save(request, part, period, today)


def _existing(part, period) -> ProgressReport | None:
    return ProgressReport.objects.filter(assignment=part, period=period).first()


def _save(request, part, period, today):
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _show(request, part, period, _existing(part, period), form, status=400)
    values = {name: form.cleaned_data[name] for name in reporting.FIELDS}
    submitting = request.POST.get("act") == "submit"
    try:
        saved = reporting.save_report(
            assignment=part,
            period=period,
            values=values,
            version=form.cleaned_data["version"],
            by=request.user,
            on=today,
        )
    except StaleVersion as stale:
        return _show_conflict(request, part, period, stale.current, form)
    except UserError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _show(request, part, period, _existing(part, period), form, status=400)
    refusals = evidence.add_files(report=saved, files=request.FILES.getlist("files"), by=request.user, on=today)
    if submitting and not refusals:
        try:
            reporting.submit_report(report=saved, by=request.user, on=today)
        except UserError as refusal:
            refusals.append((refusal.field, f"{refusal.message}内容已存为草稿，未提交。"))
    if refusals:
        saved.refresh_from_db()
        form = _form_of(saved, data=request.POST)
        form.full_clean()
        for field, message in refusals:
            form.add_error(field if field in form.fields else None, message)
        return _show(request, part, period, saved, form, status=400)
    messages.success(request, "已提交，等待单位审核。" if submitting else "已保存，还没有提交。")
    target = reverse("tasklists:mine") if submitting else reverse("tasklists:report", args=[part.item_id])
    return redirect(f"{target}?period={period}&saved={part.pk}")


def _form_of(existing, data=None):
    if existing is None:
        return ReportForm(initial={"version": 0, "status": "under_way", "outlook": "on_time"})
    values = {name: getattr(existing, name) for name in reporting.FIELDS}
    if data is not None:
        values = {name: data.get(name, "") for name in reporting.FIELDS}
        return ReportForm({"version": existing.version, **values})
    return ReportForm(initial={"version": existing.version, **values})


def _show(request, part, period, existing, form, status=200, conflict=None):
    today = clock.today()
    previous = (
        ProgressReport.objects.filter(assignment=part, state="approved", period__lt=period).order_by("-period").first()
    )
    closed = reporting.why_closed(assignment=part, period=period, on=today)
    in_review = existing is not None and existing.state not in reporting.EDITABLE
    return render(
        request,
        "tasklists/report.html",
        {
            "item": part.item,
            "part": part,
            "period": period,
            "label": periods.label(period),
            "form": form,
            "existing": existing,
            "previous": previous,
            "previous_label": periods.label(previous.period) if previous else "",
            "expected": rules.expected_percent(
                part.item.assigned_on, part.item.due_on, today, list(part.item.milestones.all())
            ),
            "evidence": list(existing.evidence.all()) if existing else [],
            "accept": uploads.ACCEPT,
            "closed": closed,
            "editable": not closed and not in_review,
            "conflict": conflict,
            "without_reviewer": not has_reviewer(part.organisation),
            "keep_key": f"report-{part.pk}-{period}",
        },
        status=status,
    )


def _show_conflict(request, part, period, current, form):
    """Both versions field by field; the form keeps what was typed and now stands on the newer version."""
    mine = {name: form.cleaned_data[name] for name in reporting.FIELDS}
    labels = {name: form.fields[name].label for name in reporting.FIELDS}
    choices = {"status": dict(ProgressReport.Status.choices), "outlook": dict(ProgressReport.Outlook.choices)}
    rows = []
    for name in reporting.FIELDS:
        theirs = getattr(current, name)
        if theirs != mine[name]:
            say = choices.get(name, {})
            rows.append(
                {"label": labels[name], "mine": say.get(mine[name], mine[name]), "theirs": say.get(theirs, theirs)}
            )
    form = ReportForm({"version": current.version, **mine})
    return _show(request, part, period, current, form, status=409, conflict=rows)


def _visible_evidence(request, pk):
    reports = ProgressReport.objects.visible_to(request.user)
    return get_object_or_404(Evidence.objects.select_related("report__assignment"), pk=pk, report__in=reports)


@requires("view")
@require_GET
def evidence_file(request, pk):
    """The stored file, always as an attachment under its own name."""
    row = _visible_evidence(request, pk)
    path = evidence.path_of(row.path)
    if not path.is_file():
        raise Http404
    with transaction.atomic():
        audit.record(by=request.user, action="下载佐证材料", target=row)
    response = FileResponse(path.open("rb"), as_attachment=True, filename=row.name)
    response["Content-Type"] = "application/octet-stream"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@requires("report")
@require_POST
def evidence_remove(request, pk):
    row = _visible_evidence(request, pk)
    target = f"{reverse('tasklists:report', args=[row.report.assignment.item_id])}?period={row.report.period}"
    try:
        evidence.remove_evidence(evidence=row, by=request.user, on=clock.today())
        messages.success(request, f"已删除“{row.name}”。")
    except UserError as refusal:
        messages.error(request, refusal.message)
    return redirect(target)
