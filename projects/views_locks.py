"""Months of the money ledgers: locked by the office, opened again by two people."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.guards import requires
from common import clock, periods
from common.errors import UserError
from common.locking import agreed_requests
from projects import money_locking
from projects.sections import sections


@requires("supervise")
@require_http_methods(["GET", "POST"])
def money_months(request):
    """The months and their locks; POST locks one, or asks, agrees to or takes back an unlocking."""
    if request.method == "GET":
        return _show(request)
    act, period = request.POST.get("act", ""), request.POST.get("period", "")
    try:
        done = _act(request, act, period)
    except UserError as refusal:
        refused = {"act": act, "period": period, "message": refusal.message, "typed": request.POST}
        return _show(request, refused=refused, status=400)
    messages.success(request, done)
    return redirect("projects:money_months")


def _act(request, act, period) -> str:
    user, today = request.user, clock.today()
    if act == "lock":
        money_locking.lock_month(period=period, by=user, on=today)
        return f"{periods.label(period)}的资金台账已锁定。"
    if act == "ask":
        money_locking.ask_unlock(period=period, reason=request.POST.get("reason", ""), by=user, on=today)
        return "解锁申请已提出，由协调办另一人同意后生效。"
    number = request.POST.get("request", "")
    number = int(number) if number.isascii() and number.isdigit() and len(number) < 16 else 0
    if act == "agree":
        agreed = money_locking.agree_unlock(request_id=number, by=user, on=today)
        return f"{periods.label(agreed.period)}已解锁。"
    if act == "withdraw":
        money_locking.withdraw_unlock(request_id=number, by=user)
        return "解锁申请已撤回。"
    raise UserError("请选择锁定或解锁。")


def _show(request, refused=None, status=200):
    context = {
        "months": money_locking.months_to_show(clock.today()),
        "agreed": agreed_requests(money_locking.AREA),
        "refused": refused,
        "sections": sections(request, "projects:money_months"),
    }
    return render(request, "projects/money_months.html", context, status=status)
