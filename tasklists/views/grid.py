"""The month grid: the reporters' first page, and what it saves, hands in and uploads in the background."""

from django.contrib import messages
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.guards import requires
from accounts.models import User
from accounts.permissions import may
from common import clock, grids, periods, uploads
from common.errors import UserError
from projects.month.rows import waiting_months
from projects.sections import may_enter_month
from tasklists import evidence, grid, grid_saving, my_page, rules
from tasklists.models import Assignment, ProgressReport, TaskItem

SHOWN_MONTHS = 3
REPORT_STATUS = ProgressReport.Status.choices


@requires("report", "review")
@require_GET
def mine(request):
    """The month's grid of the user's organisation; a reviewer is led to the queue instead."""
    if not may(request.user, "report"):
        return redirect("tasklists:review")
    today = clock.today()
    this = periods.period_of(today)
    months = [periods.shift(this, -back) for back in range(SHOWN_MONTHS)]
    period = request.GET.get("period", this)
    if period not in months:
        messages.error(request, "只能查看最近三个月的填报；现按本月显示。")
        period = this
    lines = my_page.lines_of(organisation_id=request.user.organisation_id, period=period, day=today)
    rows = grid.rows_of(lines, period=period, day=today)
    due = rules.due_date(period)
    return render(
        request,
        "tasklists/mine.html",
        {
            "period": period,
            "label": periods.label(period),
            "months": [(month, grid.month_label(month, this)) for month in months],
            "sections": grid.in_sections(rows),
            "counts": {state: sum(row.state == state for row in rows) for state in grid.STATES},
            "open": sum(row.state in grid.OPEN for row in rows),
            "owed": sum(row.line.group != "halted" for row in rows),
            "done": len(lines) - len(rows),
            "statuses": REPORT_STATUS,
            "due": due,
            "days_left": periods.working_days_between(today, due) if due >= today else None,
            "days_late": (today - due).days if due < today else 0,
            "demo": any(row.line.item.is_demo for row in rows),
            "without_reviewer": not has_reviewer(request.user.organisation),
            "accept": uploads.ACCEPT,
            "months_of_money": _months_of_money(request.user, today),
        },
    )


def _months_of_money(user, today) -> list[dict]:
    """Return the months of money that a county's reporter has still to hand in."""
    return waiting_months(user.organisation_id, today) if may_enter_month(user) else []


def has_reviewer(organisation) -> bool:
    return User.objects.filter(organisation=organisation, role="reviewer", is_active=True).exists()


@requires("report")
@require_http_methods(["GET", "POST"])
def save(request):
    """POST saves the rows of the JSON body, each for itself; GET leads to the grid.

    Answers 200 when all are saved, 409 when one was changed by somebody else, 400 when one was refused; the
    body tells what became of each row.
    """
    if request.method == "GET":
        query = request.GET.urlencode()
        return redirect(reverse("tasklists:mine") + (f"?{query}" if query else ""))
    return _answer(request, grid_saving.save_rows)


@requires("report")
@require_POST
def submit(request):
    """Hands in the rows of the JSON body that can go; answers as ``save`` does."""
    return _answer(request, grid_saving.submit_rows)


def _answer(request, act):
    try:
        period, rows = _read(request)
    except UserError as refusal:
        return JsonResponse({"message": refusal.message}, status=400)
    today = clock.today()
    parts = _own_parts(request.user, [row.part_id for row in rows], today)
    answers = act(parts=parts, period=period, rows=rows, by=request.user, on=today)
    shown = {str(part): _shown(answer, request.user) for part, answer in answers.items()}
    body = {"rows": shown, "at": f"{timezone.localtime():%H:%M}"}
    return JsonResponse(body, status=grids.status_of(answers.values()))


def _read(request):
    """Return (period, rows) of the request's JSON body; UserError when it is not the grid's."""
    period, sent = grids.read_body(request.body)
    try:
        periods.parse_period(period)
    except ValueError:
        raise UserError(grids.NOTHING) from None
    return period, grid_saving.read_rows(sent)


def _own_parts(user, keys, today) -> dict[int, Assignment]:
    """Return the organisation's own parts by key; 404 when one of ``keys`` is not among them."""
    own = Assignment.objects.visible_to(user).filter(organisation=user.organisation_id, pk__in=keys)
    parts = {part.pk: part for part in own.as_of(today).select_related("item__task_list")}
    if len(parts) < len(set(keys)):
        raise Http404
    return parts


def _shown(answer, user) -> dict:
    """Return what the page needs to know of one row."""
    shown = {"state": answer.state, "message": answer.message, "field": answer.field}
    if answer.report is not None:
        shown["version"] = answer.report.version
    if answer.state == "stale":
        shown["theirs"] = {name: getattr(answer.report, name) for name in grid_saving.COLUMNS}
        shown["by"] = grids.saver_word(answer.report, grid_saving.SAVED, user)
        shown["theirs_state"] = answer.report.state
    return shown


@requires("report")
@require_POST
def upload(request, pk):
    """Keeps the posted files with the month's saved report; tells how many there are and which were refused."""
    item = get_object_or_404(TaskItem.objects.visible_to(request.user), pk=pk)
    part = get_object_or_404(Assignment, item=item, organisation=request.user.organisation_id)
    report = ProgressReport.objects.filter(assignment=part, period=request.POST.get("period", "")).first()
    if report is None:
        return JsonResponse({"message": "请先填写并保存这一行，再上传佐证。"}, status=400)
    files = request.FILES.getlist("files")
    if not files:
        return JsonResponse({"message": "没有收到文件，请重新选择。"}, status=400)
    refused = [
        sentence for _, sentence in evidence.add_files(report=report, files=files, by=request.user, on=clock.today())
    ]
    return JsonResponse(
        {"count": report.evidence.count(), "message": "".join(refused)}, status=400 if refused else 200
    )
