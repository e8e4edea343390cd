"""Ledgers: upload → check by cell → map columns by hand → import all or nothing → take back."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guards import requires
from common import audit, clock, exports, jobs, periods, uploads
from common.errors import UserError
from common.ledgers import batches
from common.ledgers.forms import LedgerForm, MappingForm
from common.ledgers.kinds import Wish, kind_of, kinds_of, organisation_of
from common.ledgers.marked import marked_file
from common.ledgers.writing import undo_batch

SHOWN_BATCHES = 20


@requires("report", "supervise")
@require_http_methods(["GET", "POST"])
def upload(request):
    """The form, the forms to fill in offline, and the ledgers brought in before."""
    today = clock.today()
    kinds = kinds_of(request.user)
    if request.method == "GET":
        wanted = request.GET.get("kind", "")
        first = wanted if wanted in {kind.key for kind in kinds} else kinds[0].key
        form = LedgerForm(kinds=kinds, user=request.user, on=today, initial={"kind": first})
        return _form(request, form, today)
    form = LedgerForm(request.POST, request.FILES, kinds=kinds, user=request.user, on=today)
    if not form.is_valid():
        return _form(request, form, today, status=400)
    given = form.cleaned_data
    try:
        if given["file"].size > uploads.MAX_BYTES:
            raise UserError("文件超过 20 MB，请压缩或拆分后上传。", field="file")
        name, content = uploads.clean_name(given["file"].name), given["file"].read()
        batch = batches.add_batch(
            kind=given["kind"], name=name, content=content, by=request.user, wish=Wish(**form.chosen()), on=today
        )
    except UserError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else "file", refusal.message)
        return _form(request, form, today, status=400)
    return redirect("tasklists:ledger", pk=batch.pk)


def _form(request, form, today, status=200):
    user = request.user
    page = {
        "form": form,
        "batches": _described(batches.visible_batches(user).select_related("created_by")[:SHOWN_BATCHES]),
        "sheets": [
            {"label": label, "note": note, "query": f"kind={kind.key}&{query}".rstrip("&")}
            for kind in kinds_of(user)
            for label, note, query in kind.sheets(user, today)
        ],
        "kinds": kinds_of(user),
        "own": organisation_of(user),
    }
    return render(request, "tasklists/ledgers.html", page, status=status)


def _described(found):
    for batch in found:
        batch.kind_name = kind_of(batch.kind).name
        yield batch


@requires("report", "supervise")
@require_safe
def ledger(request, pk):
    """One ledger: what was found in it, and what can be done with it."""
    return _page(request, _find(request, pk))


def _find(request, pk):
    return get_object_or_404(batches.visible_batches(request.user).select_related("created_by"), pk=pk)


def _page(request, batch, form=None, status=200):
    report = batch.report or {}
    kind = kind_of(batch.kind)
    job = batches.job_of(batch)
    running = job is not None and job.is_active
    can_commit = batch.state == batch.State.CHECKED and report.get("error_count") == 0 and not running
    page = {
        "batch": batch,
        "kind_name": kind.name,
        "report": report,
        "period": periods.label(report["period"]) if report.get("period") else "",
        "job": _shown(job) if job and job.created_by_id == request.user.pk and job.state != job.State.DONE else None,
        "running": running,
        "columns": kind.columns,
        "preview": [_preview_line(kind, row) for row in report.get("preview", [])],
        "can_commit": can_commit,
        "promise": kind.promise(report) if can_commit else None,
        "result": kind.result(batch, request.user) if batch.state == batch.State.COMMITTED else None,
    }
    if batch.state == batch.State.CHECKED and "headers" in report and not running:
        page["mapping"] = form or MappingForm(kind=batch.kind, report=report)
        page["fields"] = [field for field in page["mapping"] if field.name.startswith("map_")]
    return render(request, "tasklists/ledger.html", page, status=status)


def _shown(job):
    title = "检查台账" if job.payload.get("act") == "check" else "导入台账"
    return jobs.shown(job) | {"title": title}


def _preview_line(kind, row) -> dict:
    shown = kind.line(row)
    return {"line": row["row"], "cells": [(label, shown.get(key)) for key, label in kind.columns]}


@requires("report", "supervise")
@require_POST
def mapping(request, pk):
    """Columns named by hand: checked anew, remembered for the organisation."""
    batch = _find(request, pk)
    if not batch.report or "headers" not in batch.report:
        messages.error(request, "台账还没有检查完，请稍后再指定。")
        return redirect("tasklists:ledger", pk=pk)
    form = MappingForm(request.POST, kind=batch.kind, report=batch.report)
    if not form.is_valid():
        return _page(request, batch, form, status=400)
    try:
        batches.set_mapping(
            batch=batch,
            mapping=form.mapping(),
            sheet=form.cleaned_data.get("sheet", ""),
            header_row=form.cleaned_data.get("header_row"),
            by=request.user,
            on=clock.today(),
        )
    except UserError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "已按指定的列重新检查，并记住这种对应。")
    return redirect("tasklists:ledger", pk=pk)


@requires("report", "supervise")
@require_POST
def commit(request, pk):
    batch = _find(request, pk)
    try:
        batch = batches.commit(batch=batch, by=request.user, on=clock.today())
    except UserError as refusal:
        messages.error(request, refusal.message)
    else:
        if batch.state == batch.State.COMMITTED:
            messages.success(request, "已导入。")
    return redirect("tasklists:ledger", pk=pk)


@requires("report", "supervise")
@require_POST
def undo(request, pk):
    batch = _find(request, pk)
    try:
        undo_batch(batch=batch, by=request.user)
    except UserError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "已撤销这次导入，数据恢复到导入以前。")
    return redirect("tasklists:ledger", pk=pk)


@requires("report", "supervise")
@require_safe
def marked(request, pk):
    """The checked file with its cells coloured and the reasons as comments."""
    batch = _find(request, pk)
    try:
        content = marked_file(batches.check_again(batch, clock.today()))
    except UserError as refusal:
        messages.error(request, refusal.message)
        return redirect("tasklists:ledger", pk=pk)
    with transaction.atomic():
        audit.record(by=request.user, action="下载台账标注", target=batch, label=batch.file_name)
    stem = batch.file_name.rsplit(".", 1)[0]
    return exports.attachment(content, name=f"{stem}_检查结果.xlsx", content_type=exports.XLSX)


@requires("report", "supervise")
@require_safe
def template(request):
    """A form of one kind to be filled in offline, with what is known already."""
    try:
        kind = kind_of(request.GET.get("kind", "") or "progress")
        if kind not in kinds_of(request.user) or kind.sheet is None:
            raise UserError(f"没有{kind.name}的填报表可下载。")
        content, name = kind.sheet(request.user, clock.today(), request.GET)
    except (UserError, ValueError) as reason:
        messages.error(request, getattr(reason, "message", str(reason)))
        return redirect("tasklists:ledgers")
    with transaction.atomic():
        audit.record(by=request.user, action="下载填报表", label=name)
    return exports.attachment(content, name=name, content_type=exports.XLSX)
