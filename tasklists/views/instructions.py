"""Leaders' instructions (批示): the tracked list, one instruction, giving one on a task or a slip."""

from datetime import date
from functools import partial

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import requires
from accounts.permissions import COORDINATOR, LEADER, may
from common import clock
from common.errors import UserError
from common.lists import list_page
from common.versions import StaleVersion
from tasklists import instructions
from tasklists.models import Instruction, SupervisionSlip, TaskItem
from tasklists.supervision_filters import InstructionFilter
from tasklists.supervision_tables import InstructionTable

TABS = {
    "all": ("全部", Q()),
    "open": ("待反馈", Q(state="open")),
    "answered": ("待办结", Q(state="answered")),
}
STALE = "这条批示刚被他人办理过，请看清当前情况后再办理。"


@requires("view")
@require_safe
def instruction_list(request):
    rows = Instruction.objects.visible_to(request.user).select_related("organisation", "by")
    counts = rows.aggregate(**{name: Count("pk", filter=where) for name, (_, where) in TABS.items()})
    chosen = request.GET.get("tab", "")
    chosen = chosen if chosen in TABS else "all"
    return list_page(
        request,
        rows=rows.filter(TABS[chosen][1]),
        filters=InstructionFilter,
        table=partial(InstructionTable, today=clock.today()),
        title="领导批示",
        noun="条",
        template="tasklists/instructions.html",
        search_placeholder="搜批示内容、对象",
        empty_text="没有这样的批示。",
        context={
            "tabs": [
                {
                    "label": TABS[name][0],
                    "url": "?" + urlencode({"tab": name}),
                    "count": counts[name],
                    "current": name == chosen,
                }
                for name in TABS
            ],
            "demo": rows.filter(is_demo=True).exists(),
        },
    )


@requires("view")
@require_safe
def instruction_detail(request, pk):
    return _page(request, _visible(request, pk))


@requires("publish")
@require_POST
def instruct_item(request, pk):
    item = get_object_or_404(TaskItem.objects.visible_to(request.user).select_related("task_list"), pk=pk)
    return give(request, back=reverse("tasklists:detail", args=[pk]), item=item)


@requires("publish")
@require_POST
def instruct_slip(request, pk):
    rows = SupervisionSlip.objects.visible_to(request.user).filter(number__isnull=False)
    slip = get_object_or_404(rows.select_related("item__task_list", "organisation"), pk=pk)
    return give(request, back=reverse("tasklists:slip", args=[pk]), slip=slip)


def give(request, *, back, **target):
    """Record the instruction that was typed; a refusal leads back, where the browser still holds the typed text."""
    try:
        made = instructions.give_instruction(
            text=request.POST.get("text", ""),
            organisation=_organisation(request.POST.get("organisation", "")),
            due_on=_day(request.POST.get("due_on", "")),
            by=request.user,
            on=clock.today(),
            **target,
        )
    except UserError as refusal:
        messages.error(request, refusal.message)
        return redirect(back if url_has_allowed_host_and_scheme(back, None) else "tasklists:instructions")
    messages.success(request, f"批示已记录，{made.organisation.short}和协调办已收到消息。")
    return redirect(f"{instructions.address_of(made)}?{urlencode({'saved': request.path})}")


def _organisation(code):
    found = instructions.organisations_that_answer().filter(code=code[:20]).first()
    if found is None:
        raise UserError("请选择承办单位。", field="organisation")
    return found


def _day(text) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UserError("请填写反馈时限，写作 2023-12-18。", field="due_on") from None


@requires("report")
@require_POST
def answer(request, pk):
    answer = request.POST.get("answer", "")
    return _act(request, pk, instructions.answer_instruction, "已反馈。", answer=answer)


@requires("publish", "supervise")
@require_POST
def settle(request, pk):
    return _act(request, pk, instructions.settle_instruction, "已办结。")


def _act(request, pk, service, done, **typed):
    instruction = _visible(request, pk)
    seen = request.POST.get("version", "")
    version = int(seen) if seen.isdecimal() and len(seen) < 9 else 0
    try:
        service(instruction=instruction, version=version, by=request.user, on=clock.today(), **typed)
    except UserError as refusal:
        return _page(request, _visible(request, pk), problem=refusal, typed=typed)
    except StaleVersion:
        return _page(request, _visible(request, pk), problem=UserError(STALE), typed=typed)
    messages.success(request, done)
    return redirect("tasklists:instruction", pk=pk)


def _visible(request, pk):
    rows = Instruction.objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("organisation", "by", "answered_by", "item", "slip"), pk=pk)


def _page(request, instruction, problem=None, typed=None):
    user, today = request.user, clock.today()
    own = may(user, "report") and user.organisation_id == instruction.organisation_id
    return render(
        request,
        "tasklists/instruction.html",
        {
            "instruction": instruction,
            "late": instruction.state == Instruction.State.OPEN and instruction.due_on < today,
            "steps": _steps(instruction),
            "about_url": _about_url(instruction, user),
            "may_answer": own and instruction.state == Instruction.State.OPEN,
            "may_settle": user.role in (LEADER, COORDINATOR) and instruction.state == Instruction.State.ANSWERED,
            "problem": problem,
            "typed": typed or {},
        },
    )


def _steps(row) -> list[dict]:
    steps = []
    if row.settled_on:
        steps.append({"title": "办结", "icon": "circle-check", "tone": "g", "time": row.settled_on.isoformat()})
    if row.answered_on:
        who = " ".join(filter(None, (row.organisation.short, str(row.answered_by or ""))))
        when = row.answered_on.isoformat()
        steps.append({"title": "反馈", "icon": "message-circle", "who": who, "text": row.answer, "time": when})
    when = row.on.isoformat()
    steps.append({"title": "批示", "icon": "flag", "tone": "rd", "who": str(row.by), "text": row.text, "time": when})
    return steps


def _about_url(row, user) -> str:
    """Return where the thing itself stands, for those who may open it."""
    if row.slip_id:
        seen = SupervisionSlip.objects.visible_to(user).filter(pk=row.slip_id).exists()
        return reverse("tasklists:slip", args=[row.slip_id]) if seen else ""
    if row.item_id:
        seen = TaskItem.objects.visible_to(user).filter(pk=row.item_id).exists()
        return reverse("tasklists:detail", args=[row.item_id]) if seen else ""
    return reverse("reports:detail", args=[row.bulletin_id]) if row.bulletin_id else ""
