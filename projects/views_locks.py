"""Months of the money ledgers: who has not handed in, locked by the office, opened again by two people."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.guards import requires
from common import clock, periods
from common.errors import UserError
from common.locking import agreed_requests
from common.month_acts import act_on_month
from projects import money_locking
from projects.month import missing
from projects.sections import sections


@requires("supervise")
@require_http_methods(["GET", "POST"])
def money_months(request):
    """The months and their locks; POST locks one, or asks, agrees to or takes back an unlocking."""
    if request.method == "GET":
        return _show(request)
    sentences = {"locked": "{}的资金台账已锁定。", "opened": "{}已解锁。"}
    try:
        done = act_on_month(request.POST, money_locking, by=request.user, on=clock.today(), **sentences)
    except UserError as refusal:
        asked = {name: request.POST.get(name, "") for name in ("act", "period")}
        refused = asked | {"message": refusal.message, "typed": request.POST}
        return _show(request, refused=refused, status=400)
    messages.success(request, done)
    return redirect("projects:money_months")


@requires("supervise")
@require_POST
def month_remind(request):
    """Remind the counties whose last month is not complete."""
    try:
        told, without = missing.remind(by=request.user, on=clock.today())
    except UserError as refusal:
        messages.error(request, refusal.message)
    else:
        names = "、".join(without[:3]) + (f"等 {len(without)} 个县市区" if len(without) > 3 else "")
        nobody = f"；{names}还没有填报员账号，没有提醒" if without else ""
        messages.success(request, f"已提醒 {told} 个县市区的填报员{nobody}。")
    return redirect("projects:money_months")


def _show(request, refused=None, status=200):
    today = clock.today()
    context = {
        "months": money_locking.months_to_show(today),
        "missing": missing.counties_missing(today),
        "month_due": missing.month_due(today),
        "month_due_label": periods.label(missing.month_due(today)),
        "agreed": agreed_requests(money_locking.AREA),
        "refused": refused,
        "sections": sections(request, "projects:money_months"),
    }
    return render(request, "projects/money_months.html", context, status=status)
