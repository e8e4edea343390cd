"""What the page of one task shows of its extensions, state, milestones and corrections, and what may be done."""

from datetime import date

from accounts.permissions import may
from tasklists import corrections, drafting, extending, halting
from tasklists.models import Extension, ProgressReport, ReportRevision, TaskList

FIELD_WORDS = {name: ProgressReport._meta.get_field(name).verbose_name for name in ("status", "percent", "text")} | {
    "difficulty": "存在困难",
    "outlook": "预计",
}
CHOICES = {"status": dict(ProgressReport.Status.choices), "outlook": dict(ProgressReport.Outlook.choices)}


def life_of(item, *, mine, user, rows, reports, day: date, today: date) -> dict:
    """Return the template's context; what may be done is offered on today's page alone."""
    now, office = day == today, may(user, "supervise")
    state = halting.state_now(item, today)
    assigned = item.is_supervised and item.assigned_on <= today
    waiting = next((e for e in rows["extensions"] if e.state == Extension.State.ASKED and e.asked_on <= day), None)
    if waiting and not office and waiting.assignment.organisation_id != user.organisation_id:
        waiting = None
    askable = mine is not None and not extending.why_not_extendable(item=item, part=mine, on=today)
    editable = office and item.due_on is not None and item.task_list.state != TaskList.State.REFERENCE
    return {
        "extension": waiting,
        "can_ask_extension": now and may(user, "report") and askable and waiting is None,
        "can_decide_extension": now and office and waiting is not None and waiting.asked_by_id != user.pk,
        "life_acts": halting.possible_acts(state) if now and office and assigned else [],
        "reopens_closed": state == "closed",
        "milestones": rows["milestones"],
        "can_edit_milestones": now and editable,
        "corrections": corrections_of(reports, day),
        "correctable": _correctable(reports) if now and office else [],
        "can_edit_draft": now and office and not drafting.why_not_editable(item),
        "today": today,
    }


def _correctable(reports):
    """The approved reports of months that were opened again after having been locked."""
    approved = [r for r in reports if r.state == ProgressReport.State.APPROVED]
    open_now = corrections.open_again({r.period for r in approved})
    return [r for r in approved if r.period in open_now]


def corrections_of(reports, day: date) -> list[ReportRevision]:
    """Return what was corrected in these reports by ``day``, newest first, ready to be shown."""
    rows = ReportRevision.objects.filter(report__in=[r.pk for r in reports], on__lte=day)
    return [shown_correction(row) for row in rows.select_related("report", "by")]


def shown_correction(row: ReportRevision) -> ReportRevision:
    """Give the row its field and values in words."""
    words = CHOICES.get(row.field, {})
    row.label = FIELD_WORDS.get(row.field, row.field)
    row.was, row.now = words.get(row.old, row.old), words.get(row.new, row.new)
    return row


def ticks(item, milestones, deadline, day: date) -> list[dict]:
    """Return the milestones on a bar 900 wide from assignment to deadline; a name that would meet its
    neighbour or the ends is left to the list below."""
    if item.assigned_on is None or deadline is None or deadline <= item.assigned_on:
        return []
    span = (deadline - item.assigned_on).days
    found, last_end = [], 110  # the ends of the bar carry their own words
    for milestone in milestones:
        gone = (milestone.due_on - item.assigned_on).days
        if not 0 < gone < span:
            continue
        x = gone * 900 // span
        done = milestone.done_on is not None and milestone.done_on <= day
        label = f"{milestone.title[:8]}{' ✔' if done else ''}"
        half = len(label) * 7
        fits = x - half > last_end and x + half < 790
        if fits:
            last_end = x + half + 8
        found.append({"x": x, "label": label if fits else "", "done": done})
    return found
