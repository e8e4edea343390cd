"""Bulk acts of the office: chosen in the task list, previewed row by row, done all at once or not at all."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.guards import requires
from common import clock
from common.errors import UserError
from tasklists import bulk
from tasklists.models import TaskItem, TaskList
from tasklists.views.life import read_day


@requires("supervise")
@require_http_methods(["GET", "POST"])
def bulk_act(request):
    """GET shows what would change, POST does it."""
    if request.method == "GET":
        return _preview(request, request.GET)
    try:
        new_due_on = read_day(request.POST, "new_due_on")
        done = bulk.apply(
            request.POST.get("act", ""),
            _rows(request.POST.getlist("row")),
            visible=TaskItem.objects.visible_to(request.user),
            by=request.user,
            on=clock.today(),
            reason=request.POST.get("reason", ""),
            new_due_on=new_due_on,
        )
    except bulk.BulkRefused as refusal:
        return _preview(request, request.POST, message=refusal.message, status=409)
    except UserError as refusal:
        return _preview(request, request.POST, message=refusal.message, field=refusal.field, status=400)
    word = bulk.ACTS[request.POST["act"]]
    noun = "份填报" if request.POST["act"] in bulk.OF_REPORTS else "项任务"
    messages.success(request, f"已{word} {done} {noun}。")
    return redirect(_back(request.POST))


def _rows(sent) -> dict[int, int]:
    """Return key → version of the rows that were previewed as possible."""
    rows = {}
    for text in sent:
        key, _, version = text.partition(":")
        if not (key.isascii() and key.isdigit() and version.isascii() and version.isdigit() and len(text) < 32):
            raise UserError("提交的行无法识别，请重新选择任务。")
        rows[int(key)] = int(version)
    return rows


def _back(data) -> str:
    slug = data.get("list", "")[:40]
    known = slug and TaskList.objects.filter(slug=slug).exists()
    return reverse("tasklists:list_detail", args=[slug]) if known else reverse("tasklists:list")


def _preview(request, data, message="", field=None, status=200):
    act, today = data.get("act", ""), clock.today()
    chosen = [text for text in data.getlist("item") if text.isascii() and text.isdigit() and len(text) < 16]
    visible = TaskItem.objects.visible_to(request.user)
    slug = data.get("list", "")[:40]
    items = visible.filter(task_list__slug=slug) if slug else visible.filter(pk__in=chosen)
    lines, new_due_on = [], None
    try:
        new_due_on = read_day(data, "new_due_on")
    except UserError as problem:
        message, field, status = message or problem.message, field or problem.field, max(status, 400)
    try:
        if data:
            lines = bulk.preview(act, items, by=request.user, on=today, new_due_on=new_due_on)
    except UserError as problem:
        message, status = message or problem.message, max(status, 400)
    possible = [line for line in lines if not line.refusal]
    context = {
        "act": act,
        "word": bulk.ACTS.get(act, "批量办理"),
        "of_reports": act in bulk.OF_REPORTS,
        "possible": possible,
        "refused": [line for line in lines if line.refusal],
        "chosen": chosen if not slug else [],
        "slug": slug,
        "back": _back(data),
        "needs_reason": act in bulk.NEEDS_REASON,
        "needs_date": act == "date",
        "new_due_on": data.get("new_due_on", ""),
        "date_known": act != "date" or new_due_on is not None,
        "reason": data.get("reason", ""),
        "message": message,
        "field": field,
        "today": today,
    }
    return render(request, "tasklists/bulk.html", context, status=status)
