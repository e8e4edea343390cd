"""Batches of bulletins: order one, watch it, try failed ones again, fetch all as one zip."""

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guards import requires
from common import audit, clock, periods
from common.errors import UserError
from reports.bulletins import batches
from reports.models import BulletinBatch

SHOWN = 20


@requires("supervise")
@require_http_methods(["GET", "HEAD", "POST"])
def batch_list(request):
    """The last batches and the form for a new one."""
    today = clock.today()
    this = periods.period_of(today)
    asked = {"period": request.POST.get("period", periods.shift(this, -1))}
    asked["groups"] = request.POST.getlist("groups") if request.method == "POST" else list(batches.GROUPS)
    refusal = ""
    if request.method == "POST":
        kind = "annual" if len(asked["period"]) == 4 else "monthly"
        try:
            batch = batches.order(kind=kind, by=request.user, today=today, **asked)
            return redirect("reports:batch", pk=batch.pk)
        except UserError as error:
            refusal = error.message
    months = [periods.shift(this, -n) for n in range(12)]
    years = [str(today.year), str(today.year - 1)]
    context = {
        "asked": asked,
        "refusal": refusal,
        "groups": batches.GROUPS.items(),
        "periods": [(period, periods.span_label(period)) for period in (*months, *years)],
        "batches": [
            {"batch": batch, "label": periods.span_label(batch.period), "count": len(batch.organisations)}
            for batch in BulletinBatch.objects.select_related("asked_by")[:SHOWN]
        ],
    }
    return render(request, "reports/batches.html", context, status=409 if refusal else 200)


@requires("supervise")
@require_safe
def batch(request, pk):
    """One batch: how many are built, which failed and why; the page refreshes itself while any runs."""
    found = get_object_or_404(BulletinBatch, pk=pk)
    lines = batches.lines_of(found)
    states = [line.state for line in lines]
    context = {
        "batch": found,
        "label": periods.span_label(found.period),
        "lines": lines,
        "done": sum(state in ("done", "kept") for state in states),
        "failed": states.count("failed"),
        "is_running": any(state in ("waiting", "running") for state in states),
        "ready": any(line.bulletin and line.bulletin.pdf_sha256 for line in lines),
    }
    return render(request, "reports/batch.html", context)


@requires("supervise")
@require_POST
def batch_retry(request, pk):
    found = get_object_or_404(BulletinBatch, pk=pk)
    count = batches.retry(batch=found, by=request.user, today=clock.today())
    messages.success(request, f"已重新提交{count}份。" if count else "没有未完成的通报。")
    return redirect("reports:batch", pk=pk)


@requires("supervise")
@require_safe
def batch_zip(request, pk):
    """All built files of the batch in one archive; the download is audited."""
    found = get_object_or_404(BulletinBatch, pk=pk)
    try:
        file = batches.zip_of(batches.lines_of(found))
    except UserError as refusal:
        messages.error(request, refusal.message)
        return redirect("reports:batch", pk=pk)
    with transaction.atomic():
        audit.record(by=request.user, action="下载批量通报", target=found)
    response = FileResponse(file, content_type="application/zip")
    name = f"{periods.span_label(found.period)}情况通报.zip"
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["Cache-Control"] = "no-store"
    return response
