"""A county's month of money as a grid: the page, what it saves, hands in and uploads in the background."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.guards import requires
from accounts.models import User
from accounts.permissions import may
from common import clock, grids, periods
from common.errors import UserError
from projects.entries import KINDS
from projects.files import VOUCHER_ENDINGS, store_file
from projects.models import MonthLine, Project, ProjectFile
from projects.month import handing_in, saving
from projects.month import rows as month_rows
from projects.month.standing import is_stated, lacks, month_of
from projects.sections import sections

PAGE_SIZE = 100


@requires("report", "review")
@require_http_methods(["GET", "POST"])
def month_grid(request, kind):
    """GET shows the month of the user's county; POST saves the rows of the JSON body, each for itself.

    Answers 200 when all are saved, 409 when one was changed by somebody else, 400 when one was refused or is to
    be confirmed; the body tells what became of each row. A reviewer is led to the queue.
    """
    _check_kind(kind)
    if not may(request.user, "report"):
        return redirect("projects:verify")
    if request.method == "POST":
        return _answer(request, kind, saving.save_rows)
    today = clock.today()
    this = periods.period_of(today)
    months = [periods.shift(this, -back) for back in range(month_rows.SHOWN_MONTHS)]
    period = request.GET.get("period", this)
    if period not in months:
        messages.error(request, "月报只填最近三个月；更早的月份在项目页逐笔申报。现按本月显示。")
        period = this
    organisation = request.user.organisation
    month = month_of(organisation_id=organisation.pk, kind=kind, period=period, today=today)
    rows = month_rows.rows_of(month)
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    parts = {key: [] for key in month_rows.HEADINGS}
    for row in page:
        parts[month_rows.section_of(row)].append(row)
    counts = {state: sum(row.state == state for row in rows) for state in month_rows.STATES}
    sums = month_rows.totals(rows)
    here = month_rows.totals(parts["open"])["drafts"]
    return render(
        request,
        "projects/month.html",
        {
            "kind": kind,
            "kinds": MonthLine.Kind.choices,
            "kind_label": MonthLine.Kind(kind).label,
            "period": period,
            "label": periods.label(period),
            "last_label": f"{int(periods.shift(period, -1)[5:])}月",
            "months": [(one, f"{int(one[5:])}月" if one[:4] == this[:4] else periods.label(one)) for one in months],
            "organisation": organisation,
            "page": page,
            "parts": [{"key": k, "label": month_rows.HEADINGS[k], "rows": some} for k, some in parts.items() if some],
            "counts": counts,
            "open": len(parts["open"]),
            "total": len(rows),
            "unreported": month_rows.unreported(rows),
            "locked": period in month.books.locked,
            "totals": sums,
            "base": sums["claimed"] + sums["drafts"] - here,
            "accept": ",".join(VOUCHER_ENDINGS),
            "demo": any(row.project.is_demo for row in page),
            "without_reviewer": not _has_reviewer(organisation),
            "sections": sections(request, "projects:month"),
        },
    )


def _has_reviewer(organisation) -> bool:
    return User.objects.filter(organisation=organisation, role="reviewer", is_active=True).exists()


def _check_kind(kind):
    if kind not in KINDS:
        raise Http404


@requires("report")
@require_POST
def month_submit(request, kind):
    """Hands in the rows of the JSON body that can go; answers as ``month_grid`` does to a POST."""
    _check_kind(kind)
    return _answer(request, kind, handing_in.submit_rows)


def _answer(request, kind, act):
    try:
        period, rows = grids.read_body(request.body)
        period = periods.parse_period(period)
        if not all(isinstance(row.key, int) for row in rows):
            raise UserError(grids.NOTHING)
    except UserError as refusal:
        return JsonResponse({"message": refusal.message}, status=400)
    except ValueError:
        return JsonResponse({"message": grids.NOTHING}, status=400)
    _own_projects(request.user, [row.key for row in rows])
    answers = act(kind=kind, period=period, rows=rows, by=request.user, on=clock.today())
    shown = {str(key): _shown(answer, request.user) for key, answer in answers.items()}
    body = {"rows": shown, "at": f"{timezone.localtime():%H:%M}"}
    return JsonResponse(body, status=grids.status_of(answers.values()))


def _own_projects(user, keys) -> dict[int, Project]:
    """Return the county's own projects by key; 404 when one of ``keys`` is not among them."""
    own = Project.objects.visible_to(user).filter(county=user.organisation_id, pk__in=keys).in_bulk()
    if len(own) < len(set(keys)):
        raise Http404
    return own


def _shown(answer, user) -> dict:
    """Return what the page needs to know of one row."""
    shown = {"state": answer.state, "message": answer.message, "field": answer.field}
    line = answer.line
    if answer.state == "cleared":
        return shown | {"shown": "", "files": 0}
    if line is None:
        return shown
    shown |= {"version": line.version, "lacks": lacks(line)}
    if answer.state == "saved":
        shown |= {"cells": month_rows.cells_of(line), "shown": month_rows.shown(line)}
        shown["files"] = month_rows.files_of(line)
    if answer.state == "stale":
        shown["theirs"] = month_rows.cells_of(line)
        shown["by"] = grids.saver_word(line, saving.SAVED, user)
        shown["theirs_state"] = "handed_in" if is_stated(line) else "draft"
    return shown


@requires("report")
@require_POST
def month_voucher(request, kind, pk):
    """Keeps the posted file as the voucher of the project's line of the month."""
    if kind != "funds":
        raise Http404
    own = Project.objects.visible_to(request.user).filter(county=request.user.organisation_id)
    project = get_object_or_404(own, pk=pk)
    files = request.FILES.getlist("files")
    try:
        period = periods.parse_period(request.POST.get("period", ""))
    except ValueError:
        return JsonResponse({"message": "没有收到月份，请刷新页面后重试。"}, status=400)
    if len(files) != 1:
        message = "一行一份凭证，请只选一个文件。" if files else "没有收到文件，请重新选择。"
        return JsonResponse({"message": message}, status=400)
    try:
        file = store_file(project=project, purpose=ProjectFile.Purpose.VOUCHER, upload=files[0], by=request.user)
        line = saving.attach_voucher(
            kind=kind, period=period, project=project, file=file, by=request.user, on=clock.today()
        )
    except UserError as refusal:
        return JsonResponse({"message": refusal.message}, status=400)
    return JsonResponse({"count": 1, "version": line.version, "lacks": lacks(line)})
