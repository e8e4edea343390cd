"""Slips (督办单): the list, one slip, and what office and organisation do with it."""

from functools import partial

from django.contrib import messages
from django.db.models import Case, Count, Q, When
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import requires
from accounts.permissions import SEES_EVERY_ORGANISATION, may
from common import clock
from common.errors import UserError
from common.lists import list_page
from common.versions import StaleVersion
from tasklists import slips
from tasklists.models import SupervisionSlip
from tasklists.slip_page import slip_page
from tasklists.supervision_filters import SlipFilter
from tasklists.supervision_tables import SlipTable

TABS = {
    "proposed": ("待确认", Q(state="proposed")),
    "open": ("未答复", Q(state__in=("issued", "signed"))),
    "late": ("逾期未答复", Q(state__in=("issued", "signed"), escalated_on__isnull=False)),
    "answered": ("待办结", Q(state="answered")),
    "all": ("全部", Q()),
}
SEVERITY = Case(When(colour="red", then=0), When(colour="yellow", then=1), default=2)
STALE = "这份督办单刚被他人办理过，请看清当前情况后再办理。"


@requires("view")
@require_safe
def slip_list(request):
    """All slips that the user may see; the office confirms proposals here, several at once."""
    rows = SupervisionSlip.objects.visible_to(request.user).select_related("item", "organisation")
    office = may(request.user, "supervise")
    counts = rows.aggregate(**{name: Count("pk", filter=where) for name, (_, where) in TABS.items()})
    names = [name for name in TABS if name not in ("proposed", "late") or request.user.role in SEES_EVERY_ORGANISATION]
    chosen = request.GET.get("tab", "")
    if chosen not in names:
        chosen = "proposed" if office and counts["proposed"] else "all"
    picking = office and chosen == "proposed"
    shown = rows.filter(TABS[chosen][1])
    return list_page(
        request,
        rows=shown.order_by(SEVERITY, "item__due_on", "pk") if picking else shown,
        filters=SlipFilter,
        table=partial(SlipTable, today=clock.today(), picking=picking),
        title="督办单",
        noun="份",
        template="tasklists/slips.html",
        search_placeholder="搜任务、单位、事由",
        empty_text="没有这样的督办单。",
        context={
            "tabs": [
                {
                    "label": TABS[name][0],
                    "url": "?" + urlencode({"tab": name}),
                    "count": counts[name],
                    "current": name == chosen,
                }
                for name in names
            ],
            "demo": rows.filter(is_demo=True).exists(),
            "picking": picking,
        },
    )


@requires("view")
@require_safe
def slip_detail(request, pk):
    return _page(request, _visible(request, pk))


@requires("supervise")
@require_POST
def issue(request):
    """Issue the chosen proposals; each value is ``primary key:version``."""
    versions = {}
    for chosen in request.POST.getlist("slip")[:500]:
        pk, _, version = chosen.partition(":")
        if not (pk.isdecimal() and version.isdecimal() and len(pk) < 19 and len(version) < 9):
            messages.error(request, "页面内容不完整，请刷新后重试。")
            return redirect("tasklists:slips")
        versions[int(pk)] = int(version)
    try:
        issued = slips.issue_slips(versions=versions, by=request.user, on=clock.today())
        messages.success(request, f"已发出 {len(issued)} 份督办单：{_numbers(issued)}。")
    except UserError as refusal:
        messages.error(request, refusal.message)
    except StaleVersion:
        messages.error(request, "选中的督办单刚被他人办理过，一份也没有发出，请刷新后重新勾选。")
    if len(versions) == 1 and request.POST.get("from") == "slip":
        return redirect("tasklists:slip", pk=next(iter(versions)))
    return redirect("tasklists:slips")


def _numbers(issued) -> str:
    shown = "、".join(slip.short_number for slip in issued[:6])
    return f"{shown} 等" if len(issued) > 6 else shown


@requires("supervise")
@require_POST
def drop(request, pk):
    reason = request.POST.get("reason", "")
    return _act(request, pk, slips.drop_slip, "已定为不予发出。", version=True, reason=reason)


@requires("report")
@require_POST
def sign(request, pk):
    return _act(request, pk, slips.sign_slip, "已签收。")


@requires("report")
@require_POST
def answer(request, pk):
    return _act(request, pk, slips.answer_slip, "已答复。", version=True, answer=request.POST.get("answer", ""))


@requires("supervise")
@require_POST
def settle(request, pk):
    return _act(request, pk, slips.settle_slip, "已办结。", version=True)


def _act(request, pk, service, done, *, version=False, **typed):
    """Do one act; a refusal shows the page again with what was typed and the sentence at its place."""
    slip = _visible(request, pk)
    if version:
        seen = request.POST.get("version", "")
        typed["version"] = int(seen) if seen.isdecimal() and len(seen) < 9 else 0
    try:
        service(slip=slip, by=request.user, on=clock.today(), **typed)
    except UserError as refusal:
        return _page(request, _visible(request, pk), problem=refusal, typed=typed)
    except StaleVersion:
        return _page(request, _visible(request, pk), problem=UserError(STALE), typed=typed)
    messages.success(request, done)
    return redirect("tasklists:slip", pk=pk)


def _visible(request, pk):
    rows = SupervisionSlip.objects.visible_to(request.user)
    people = ("issued_by", "signed_by", "answered_by")
    return get_object_or_404(rows.select_related("item__task_list", "organisation", *people), pk=pk)


def _page(request, slip, problem=None, typed=None):
    page = slip_page(slip, user=request.user, today=clock.today())
    return render(request, "tasklists/slip.html", page | {"problem": problem, "typed": typed or {}})
