"""The grid that organisations enter their indicators in, what it saves and hands in, and its sheet to fill in."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guards import requires
from accounts.models import Organisation, User
from accounts.permissions import may
from common import clock, exports, grids
from common import periods as calendar
from common.errors import UserError
from indicators import entering, grid
from indicators.sections import sections
from indicators.template_sheet import template_sheet

HEADINGS = {"open": "", "handed_in": "已提交", "closed": "本期不能填报"}


def own_organisation(user) -> Organisation | None:
    """Return the organisation whose values the user enters: the office those of the city, where there is one."""
    if may(user, "supervise"):
        return Organisation.objects.filter(kind="city").first()
    return user.organisation


@requires("report", "supervise")
@require_http_methods(["GET", "POST"])
def show(request):
    """GET shows the grid; POST saves the rows of the JSON body, each for itself.

    Answers 200 when all are saved, 409 when one was changed by somebody else, 400 when one was refused or is to
    be confirmed; the body tells what became of each row.
    """
    if request.method == "POST":
        return _answer(request, entering.save_rows)
    today = clock.today()
    organisation = own_organisation(request.user)
    if organisation is None:
        return render(request, "indicators/grid.html", {"sections": sections(request), "label": "全市", "total": 0})
    choices = grid.open_periods(organisation, today)
    period = request.GET.get("period", "") or grid.usual_period(choices, today)
    try:
        calendar.span(period)
    except ValueError as wrong:
        messages.error(request, str(wrong))
        return redirect("indicators:grid")
    rows = grid.grid_rows(organisation, period, today)
    by_state = {key: [] for key in HEADINGS}
    for row in rows:
        by_state[row.state if row.state in by_state else "open"].append(row)
    dues = sorted({row.due_on for row in rows if row.indicator.is_required})
    return render(
        request,
        "indicators/grid.html",
        {
            "organisation": organisation,
            "period": period,
            "label": calendar.span_label(period),
            "choices": choices,
            "parts": [{"key": k, "label": HEADINGS[k], "rows": some} for k, some in by_state.items() if some],
            "counts": {
                state: sum(row.state == state for row in rows)
                for state in ("empty", "saved", "returned", "corrected", "handed_in", "closed")
            },
            "open": len(by_state["open"]),
            "total": len(rows),
            "due": dues[0] if dues else None,
            "days_left": (dues[0] - today).days if dues else None,
            "demo": any(row.indicator.is_demo for row in rows),
            "sections": sections(request),
            "without_reviewer": organisation.kind != "city" and not _has_reviewer(organisation),
        },
    )


def _has_reviewer(organisation) -> bool:
    return User.objects.filter(organisation=organisation, role="reviewer", is_active=True).exists()


@requires("report", "supervise")
@require_POST
def submit(request):
    """Hands in the rows of the JSON body that can go; answers as ``show`` does to a POST."""
    return _answer(request, entering.submit_rows)


def _answer(request, act):
    try:
        period, sent = grids.read_body(request.body)
        calendar.span(period)
        rows = entering.read_rows(sent)
    except UserError as refusal:
        return JsonResponse({"message": refusal.message}, status=400)
    except ValueError:
        return JsonResponse({"message": grids.NOTHING}, status=400)
    organisation = own_organisation(request.user)
    if organisation is None:
        return JsonResponse({"message": "本站还没有可填报的单位。"}, status=400)
    answers = act(organisation=organisation, period=period, rows=rows, by=request.user, on=clock.today())
    shown = {key: _shown(answer, request.user) for key, answer in answers.items()}
    body = {"rows": shown, "at": f"{timezone.localtime():%H:%M}"}
    return JsonResponse(body, status=grids.status_of(answers.values()))


def _shown(answer, user) -> dict:
    """Return what the page needs to know of one row."""
    shown = {"state": answer.state, "message": answer.message, "field": answer.field}
    observation = answer.observation
    if answer.state == "cleared":
        shown["shown"] = "–"
    if observation is None:
        return shown
    shown["version"] = observation.version
    if answer.state == "saved":
        shown["cells"] = grid.cells_of(observation)
        shown["shown"] = grid.shown(observation.indicator, observation.value)
    if answer.state == "stale":
        shown["theirs"] = grid.cells_of(observation)
        shown["by"] = grids.saver_word(observation, entering.SAVED, user)
        state = "draft" if entering.is_draft(observation) else observation.state
        shown["theirs_state"] = "returned" if observation.state == "returned" else state
    return shown


@requires("report", "supervise")
@require_safe
def template(request):
    """The period's rows as a sheet to fill in offline and bring back through the ledger import."""
    organisation, today = own_organisation(request.user), clock.today()
    period = request.GET.get("period", "")
    try:
        label = calendar.span_label(period) if calendar.span(period) else ""
    except ValueError as wrong:
        messages.error(request, str(wrong))
        return redirect(reverse("indicators:grid"))
    if organisation is None:
        return redirect("indicators:grid")
    content = template_sheet(organisation, period, grid.grid_rows(organisation, period, today))
    return exports.attachment(content, name=f"指标填报表_{organisation.short}_{label}.xlsx", content_type=exports.XLSX)
