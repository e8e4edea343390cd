"""What the page of one slip shows: its steps, who may do what now."""

from datetime import date

from accounts.permissions import LEADER, may
from common import periods
from tasklists.models import SupervisionSlip

State = SupervisionSlip.State


def slip_page(slip: SupervisionSlip, *, user, today: date) -> dict:
    """Return the template's context."""
    own = may(user, "report") and user.organisation_id == slip.organisation_id
    office = may(user, "supervise")
    waits = slip.state in (State.ISSUED, State.SIGNED)
    return {
        "slip": slip,
        "steps": _awaited(slip, today) + steps_of(slip, sees_office=office or user.role == LEADER),
        "late": slip.is_late(today),
        "may_decide": office and slip.state == State.PROPOSED,
        "may_sign": own and slip.state == State.ISSUED,
        "may_answer": own and waits,
        "may_settle": office and slip.state == State.ANSWERED,
        "may_instruct": user.role == LEADER and slip.number is not None,
        "sees_item": user.organisation_id is None or not own or _has_part(slip, user),
    }


def _has_part(slip, user) -> bool:
    return slip.item.assignments.filter(organisation=user.organisation_id).exists()


def _awaited(slip, today) -> list[dict]:
    titles = {
        State.PROPOSED: "等待协调办确认",
        State.ISSUED: f"等待{slip.organisation.short}签收",
        State.SIGNED: f"等待{slip.organisation.short}答复",
        State.ANSWERED: "等待协调办核对办结",
    }
    if slip.state not in titles:
        return []
    time = ""
    if slip.state in (State.ISSUED, State.SIGNED):
        left = periods.working_days_between(today, slip.answer_due_on)
        time = "答复已逾期" if slip.is_late(today) else f"还剩 {left} 个工作日"
    return [{"tone": "next", "icon": "dots", "title": titles[slip.state], "time": time}]


def steps_of(slip: SupervisionSlip, *, sees_office: bool) -> list[dict]:
    """Return what happened to the slip, newest first; how it was proposed is the office's own."""
    steps = []

    def add(on, title, icon, who="", text="", tone=""):
        if on:
            steps.append({"on": on, "title": title, "icon": icon, "who": who, "text": text, "tone": tone})

    unit = slip.organisation.short
    if sees_office:
        add(slip.proposed_on, "每日检查提出", "bell-ringing")
    add(slip.issued_on, f"发出 {slip.short_number}", "send", _who("协调办", slip.issued_by), slip.reason, "rd")
    add(slip.signed_on, "签收", "pencil-check", _who(unit, slip.signed_by))
    if slip.escalated_on and slip.answered_on and slip.answered_on >= slip.escalated_on:
        add(slip.escalated_on, "上报领导", "alert-triangle", text="未按期答复。", tone="rd")
    add(slip.answered_on, "答复", "message-circle", _who(unit, slip.answered_by), slip.answer)
    if slip.escalated_on and not slip.answered_on:
        add(slip.escalated_on, "上报领导", "alert-triangle", text="未按期答复。", tone="rd")
    for row in slip.instructions.select_related("by", "organisation"):
        add(row.on, "领导批示", "message-circle", str(row.by), row.text, "rd")
    add(slip.settled_on, "办结", "circle-check", "协调办", tone="g")
    if slip.drop_reason:
        add(slip.proposed_on, "不予发出", "ban", "协调办", slip.drop_reason, "y")
    steps.sort(key=lambda step: step["on"])
    for step in steps:
        step["time"] = step["on"].isoformat()
    return steps[::-1]


def _who(unit, person) -> str:
    return " ".join(filter(None, (unit, str(person) if person else "")))
