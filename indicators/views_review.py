"""The review of entered values: by the organisation's reviewer, then by the office, which locks them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.guards import requires
from accounts.permissions import COORDINATOR, may
from common import clock, locking
from common.errors import UserError
from indicators import collecting, reviewing
from indicators.grid import shown
from indicators.members import members_of
from indicators.models import Observation
from indicators.sections import sections
from indicators.wording import period_text

PAGE_SIZE = 50


@requires("review")
@require_http_methods(["GET", "POST"])
def review(request):
    """GET shows the values that wait for the user; POST approves or returns the chosen ones."""
    if request.method == "GET":
        return _show(request)
    try:
        decided = reviewing.decide_many(
            chosen=_chosen(request.POST.getlist("value")),
            decision=request.POST.get("decision", ""),
            reason=request.POST.get("reason", ""),
            by=request.user,
            on=clock.today(),
        )
    except UserError as refusal:
        return _show(request, problem=refusal.message, status=400)
    word = "退回" if request.POST["decision"] == "return" else "锁定" if _is_office(request) else "通过"
    if decided.done:
        messages.success(request, f"已{word} {decided.done} 个数值。")
    for name, sentence in decided.refused:
        messages.error(request, f"{name}：{sentence}")
    return redirect("indicators:review")


def _is_office(request) -> bool:
    return request.user.role == COORDINATOR


def _chosen(texts) -> dict[int, int]:
    """Return key → version of the posted boxes (12:3); what is not of that form is passed over."""
    found = {}
    for text in texts:
        key, _, version = text.partition(":")
        if key.isascii() and key.isdigit() and version.isascii() and version.isdigit() and len(text) < 30:
            found[int(key)] = int(version)
    return found


def _show(request, problem="", status=200):
    waiting = reviewing.waiting_for(request.user).select_related("indicator", "organisation", "reported_by")
    waiting = waiting.select_related("reviewed_by").order_by(
        "organisation__order", "organisation", "period", "indicator__code", "member"
    )
    page = Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("page"))
    chosen = set(request.POST.getlist("value"))
    before = _before(list(page))
    lines = []
    for row in page:
        last = before.get((row.indicator_id, row.organisation_id, row.member, row.period))
        lines.append(
            {
                "row": row,
                "name": row.indicator.name + (f" · {row.member}" if row.member else ""),
                "period": period_text(row.period),
                "value": shown(row.indicator, row.value),
                "before": shown(row.indicator, last),
                "key": f"{row.pk}:{row.version}",
                "chosen": f"{row.pk}:{row.version}" in chosen,
                "parts_differ": bool(members_of(row.indicator)) and not row.member,
            }
        )
    context = {
        "lines": lines,
        "page": page,
        "total": page.paginator.count,
        "for_office": _is_office(request),
        "problem": problem,
        "reason": request.POST.get("reason", ""),
        "sections": sections(request, "indicators:review"),
        "demo": any(line["row"].is_demo or line["row"].indicator.is_demo for line in lines),
        "may_lock": may(request.user, "supervise"),
    }
    return render(request, "indicators/review.html", context, status=status)


def _before(rows) -> dict:
    """Return the value of the period before of each of these rows; one query."""
    wanted = {row: collecting.calendar_before(row.period) for row in rows}
    stored = Observation.objects.filter(
        indicator__in={row.indicator_id for row in rows},
        organisation__in={row.organisation_id for row in rows},
        period__in=set(wanted.values()),
    )
    values = {(o.indicator_id, o.organisation_id, o.member, o.period): o.value for o in stored}
    return {
        (row.indicator_id, row.organisation_id, row.member, row.period): values.get(
            (row.indicator_id, row.organisation_id, row.member, before)
        )
        for row, before in wanted.items()
    }


@requires("supervise")
@require_http_methods(["GET", "POST"])
def months(request):
    """The months of indicators and their locks; POST locks one, or asks, agrees to or takes back an unlocking."""
    if request.method == "GET":
        return _months(request)
    act, period = request.POST.get("act", ""), request.POST.get("period", "")
    try:
        done = _act(request, act, period)
    except UserError as refusal:
        return _months(
            request, {"act": act, "period": period, "message": refusal.message, "typed": request.POST}, status=400
        )
    messages.success(request, done)
    return redirect("indicators:periods")


def _act(request, act, period) -> str:
    user, today, area = request.user, clock.today(), collecting.AREA
    if act == "lock":
        reviewing.lock_month(period=period, by=user, on=today)
        return f"{period_text(period)}已锁定。"
    if act == "ask":
        locking.ask_unlock(area=area, period=period, reason=request.POST.get("reason", ""), by=user, on=today)
        return "解锁申请已提出，由协调办另一人同意后生效。"
    number = request.POST.get("request", "")
    number = int(number) if number.isascii() and number.isdigit() and len(number) < 16 else 0
    if act == "agree":
        agreed = locking.agree_unlock(area=area, request_id=number, by=user, on=today)
        return f"{period_text(agreed.period)}已解锁。"
    if act == "withdraw":
        locking.withdraw_unlock(area=area, request_id=number, by=user)
        return "解锁申请已撤回。"
    raise UserError("请选择锁定或解锁。")


def _months(request, refused=None, status=200):
    context = {
        "months": reviewing.months_to_show(clock.today()),
        "agreed": locking.agreed_requests(collecting.AREA),
        "refused": refused,
        "sections": sections(request, "indicators:review"),
    }
    return render(request, "indicators/periods.html", context, status=status)
