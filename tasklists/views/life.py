"""Acts on one task: extension, suspending, cancelling, reopening, milestones. A refusal keeps what was typed."""

from datetime import date

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.guards import requires
from common import clock
from common.asof import as_of_context
from common.errors import UserError
from common.versions import StaleVersion
from tasklists import extending, halting, milestones
from tasklists.item_page import item_page
from tasklists.models import Assignment, Extension, Milestone, TaskItem


@requires("report")
@require_POST
def extend(request, pk):
    """Ask for a later deadline for one's own part."""
    item = _item(request, pk)
    part = get_object_or_404(
        Assignment.objects.select_related("organisation"), item=item, organisation=request.user.organisation_id
    )
    try:
        extending.ask_extension(
            part=part,
            new_due_on=day_of(request, "new_due_on"),
            reason=request.POST.get("reason", ""),
            by=request.user,
            on=clock.today(),
        )
    except UserError as refusal:
        return _refused(request, item, "extend", refusal)
    messages.success(request, "延期申请已提交，等待协调办审批。")
    return _back(item)


@requires("supervise")
@require_POST
def extension(request, pk):
    """Grant or refuse a request for a later deadline."""
    visible = TaskItem.objects.visible_to(request.user)
    asked = get_object_or_404(Extension.objects.select_related("item"), pk=pk, item__in=visible)
    item = _item(request, asked.item_id)
    decision = request.POST.get("decision")
    try:
        if decision not in ("grant", "refuse"):
            raise UserError("请选择批准或不批准。")
        extending.decide_extension(
            extension=asked,
            grant=decision == "grant",
            reason=request.POST.get("reason", ""),
            by=request.user,
            on=clock.today(),
        )
    except UserError as refusal:
        return _refused(request, item, "decide", refusal)
    except StaleVersion:
        return _refused(request, item, "decide", UserError("任务刚被他人改过，请核对后再审批。"))
    messages.success(request, "已批准延期，时限已改。" if decision == "grant" else "已答复不批准延期。")
    return _back(item)


@requires("supervise")
@require_POST
def life(request, pk):
    """Suspend, cancel or reopen the task."""
    item = _item(request, pk)
    act = request.POST.get("act", "")
    try:
        halting.change_state(
            item=item,
            act=act,
            reason=request.POST.get("reason", ""),
            since=day_of(request, "since"),
            by=request.user,
            on=clock.today(),
        )
    except UserError as refusal:
        return _refused(request, item, act, refusal)
    messages.success(request, f"任务已{halting.ACTS[act][3]}。")
    return _back(item)


@requires("supervise")
@require_POST
def milestone(request, pk):
    """Add, remove or mark a step of the task."""
    item = _item(request, pk)
    act = request.POST.get("act", "")
    try:
        done = _change_milestone(request, item, act)
    except UserError as refusal:
        return _refused(request, item, act if act == "add" else "milestone", refusal)
    except StaleVersion:
        return _refused(request, item, "milestone", UserError("这个节点刚被他人改过，请核对后再操作。"))
    messages.success(request, done)
    return _back(item)


def _change_milestone(request, item, act) -> str:
    today = clock.today()
    if act == "add":
        added = milestones.add_milestone(
            item=item,
            title=request.POST.get("title", ""),
            due_on=day_of(request, "due_on"),
            percent=_whole(request, "percent"),
            by=request.user,
        )
        return f"已增加节点“{added.title}”。"
    found = Milestone.objects.filter(item=item, pk=_whole(request, "milestone") or 0).first()
    if found is None:
        raise UserError("这个节点已被他人移除。")
    version = _whole(request, "version") or 0
    if act == "remove":
        milestones.remove_milestone(milestone=found, version=version, by=request.user)
        return f"已移除节点“{found.title}”。"
    if act not in ("done", "undo"):
        raise UserError("请选择要做的操作。")
    day = today if act == "done" else None
    milestones.mark_milestone(milestone=found, done_on=day, version=version, by=request.user, on=today)
    return f"节点“{found.title}”{'已完成' if day else '改为未完成'}。"


def day_of(request, name) -> date | None:
    """Return the posted date, None when it is empty. Raises UserError when it is none."""
    return read_day(request.POST, name)


def read_day(data, name) -> date | None:
    """Return the date sent under this name, None when it is empty. Raises UserError when it is none."""
    text = data.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UserError(f"日期“{text[:20]}”无法识别，应写作 2023-12-31。", field=name) from None


def _whole(request, name) -> int | None:
    text = request.POST.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _item(request, pk):
    return get_object_or_404(TaskItem.objects.visible_to(request.user).select_related("task_list", "aspect"), pk=pk)


def _back(item):
    return redirect(reverse("tasklists:detail", args=[item.pk]))


def _refused(request, item, act, refusal):
    """The task's page again, with the sentence and what was typed where they belong."""
    today = clock.today()
    page = item_page(_item(request, item.pk), user=request.user, day=today, today=today)
    refused = {"act": act, "field": refusal.field, "message": refusal.message, "typed": request.POST}
    context = {"asof": as_of_context(request, today), "as_of": today, "refused": refused}
    return render(request, "tasklists/detail.html", page | context, status=400)
