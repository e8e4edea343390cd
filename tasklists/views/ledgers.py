"""Ledgers: upload → check by cell → map columns by hand → import all or nothing → take back."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guards import requires
from accounts.permissions import may
from common import audit, clock, exports, jobs, periods, uploads
from common.errors import UserError
from tasklists.ledgers import batches, sheets_out
from tasklists.ledgers.checking import Wish, kinds_of, organisation_of
from tasklists.ledgers.fields import KIND_NAMES, PROGRESS, TASKS
from tasklists.ledgers.forms import LedgerForm, MappingForm
from tasklists.ledgers.parts import Parts
from tasklists.ledgers.writing import undo_batch
from tasklists.models import TaskList
from tasklists.plan_import import unit_directory

SHOWN_BATCHES = 20
PREVIEW_COLUMNS = {
    TASKS: (("code", "编号"), ("aspect", "方面"), ("title", "任务"), ("units", "单位"), ("due", "时限")),
    PROGRESS: (
        ("code", "编号"),
        ("title", "任务"),
        ("organisation", "单位"),
        ("status", "状态"),
        ("percent", "完成（%）"),
        ("text", "本期进展"),
        ("difficulty", "存在困难"),
    ),
}
STATUS_WORDS = {"not_started": "未启动", "under_way": "推进中", "claimed": "申请办结"}


@requires("report", "supervise")
@require_http_methods(["GET", "POST"])
def upload(request):
    """The form, the month's form to download, and the ledgers brought in before."""
    today = clock.today()
    kinds = kinds_of(request.user)
    if request.method == "GET":
        return _form(request, LedgerForm(kinds=kinds, on=today, initial={"kind": kinds[0]}), today)
    form = LedgerForm(request.POST, request.FILES, kinds=kinds, on=today)
    if not form.is_valid():
        return _form(request, form, today, status=400)
    given = form.cleaned_data
    kind = given["kind"]
    wish = Wish(
        task_list=given.get("task_list", "") if kind == TASKS else "",
        period=given["period"] if kind == PROGRESS else "",
    )
    try:
        if given["file"].size > uploads.MAX_BYTES:
            raise UserError("文件超过 20 MB，请压缩或拆分后上传。", field="file")
        name, content = uploads.clean_name(given["file"].name), given["file"].read()
        batch = batches.add_batch(kind=kind, name=name, content=content, by=request.user, wish=wish, on=today)
    except UserError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else "file", refusal.message)
        return _form(request, form, today, status=400)
    return redirect("tasklists:ledger", pk=batch.pk)


def _form(request, form, today, status=200):
    this = periods.period_of(today)
    page = {
        "form": form,
        "batches": _described(batches.visible_batches(request.user).select_related("created_by")[:SHOWN_BATCHES]),
        "months": [(month, periods.label(month)) for month in (this, periods.shift(this, -1))],
        "own": organisation_of(request.user),
    }
    return render(request, "tasklists/ledgers.html", page, status=status)


def _described(found):
    for batch in found:
        batch.kind_name = KIND_NAMES[batch.kind]
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
    job = batches.job_of(batch)
    running = job is not None and job.is_active
    page = {
        "batch": batch,
        "kind_name": KIND_NAMES[batch.kind],
        "report": report,
        "period": periods.label(report["period"]) if report.get("period") else "",
        "job": _shown(job) if job and job.created_by_id == request.user.pk and job.state != job.State.DONE else None,
        "running": running,
        "columns": PREVIEW_COLUMNS[batch.kind],
        "preview": [_preview_line(batch.kind, row) for row in report.get("preview", [])],
        "can_commit": batch.state == batch.State.CHECKED and report.get("error_count") == 0 and not running,
        "task_list": TaskList.objects.filter(pk=(batch.undo or {}).get("list")).first(),
    }
    if batch.state == batch.State.CHECKED and "headers" in report and not running:
        page["mapping"] = form or MappingForm(kind=batch.kind, report=report)
        page["fields"] = [field for field in page["mapping"] if field.name.startswith("map_")]
    return render(request, "tasklists/ledger.html", page, status=status)


def _shown(job):
    title = "检查台账" if job.payload.get("act") == "check" else "导入台账"
    return jobs.shown(job) | {"title": title}


def _preview_line(kind, row) -> dict:
    if kind == TASKS:
        roles = (("牵头", "lead"), ("责任", "responsible"), ("配合", "supporting"), ("集合", "collectives"))
        units = "；".join(f"{word}：{'、'.join(row[key])}" for word, key in roles if row[key])
        due = "长期" if row["long_term"] else row["due_on"] or row["due_text"]
        row = row | {"units": units, "due": due}
    else:
        row = row | {"status": STATUS_WORDS.get(row["status"], "")}
    return {"line": row["row"], "cells": [(label, row[key]) for key, label in PREVIEW_COLUMNS[kind]]}


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
        content = sheets_out.marked_file(batches.check_again(batch, clock.today()))
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
    """The month's form, one row per part that takes a report, to be filled in offline."""
    today = clock.today()
    period = request.GET.get("period", "") or periods.period_of(today)
    try:
        periods.parse_period(period)
    except ValueError as reason:
        messages.error(request, str(reason))
        return redirect("tasklists:ledgers")
    organisation = None if may(request.user, "supervise") else request.user.organisation
    parts = Parts(organisation=organisation, period=period, on=today, directory=unit_directory())
    who = organisation.short if organisation else "全部单位"
    content = sheets_out.template(parts=parts, period=period, who=who, on=today)
    name = f"{who}{periods.label(period)}进展填报表.xlsx"
    with transaction.atomic():
        audit.record(by=request.user, action="下载填报表", label=name)
    return exports.attachment(content, name=name, content_type=exports.XLSX)
