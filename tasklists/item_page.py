"""What the page of one task shows: its light and pace, timeline, owners, light history and evidence."""

from datetime import date

from accounts.permissions import SEES_EVERY_ORGANISATION, may
from common import periods
from tasklists import closing, life_page, reporting, reviewing, rules, words
from tasklists.models import Assignment, Evidence, ProgressReport, TaskEvent, TaskItem

State = ProgressReport.State
ICONS = {
    TaskEvent.Kind.ASSIGNED: ("flag", ""),
    TaskEvent.Kind.ACKNOWLEDGED: ("pencil-check", ""),
    TaskEvent.Kind.SUBMITTED: ("send", ""),
    TaskEvent.Kind.ORGANISATION_APPROVED: ("check", "g"),
    TaskEvent.Kind.APPROVED: ("check", "g"),
    TaskEvent.Kind.RETURNED: ("corner-up-left", "y"),
    TaskEvent.Kind.PART_COMPLETED: ("circle-check", "g"),
    TaskEvent.Kind.CLOSED: ("circle-check", "g"),
    TaskEvent.Kind.EXTENSION_ASKED: ("calendar-plus", ""),
    TaskEvent.Kind.EXTENDED: ("calendar-plus", "g"),
    TaskEvent.Kind.EXTENSION_REFUSED: ("calendar-plus", "y"),
    TaskEvent.Kind.SUSPENDED: ("hand-stop", "y"),
    TaskEvent.Kind.CANCELLED: ("ban", "y"),
    TaskEvent.Kind.REOPENED: ("player-play", ""),
    TaskEvent.Kind.SLIP_ISSUED: ("bell-ringing", "rd"),
    TaskEvent.Kind.SLIP_ANSWERED: ("message-report", "rd"),
    TaskEvent.Kind.INSTRUCTED: ("message-circle", "rd"),
}
# Steps of the office; what they say of an organisation's part stays visible to that organisation alone.
OFFICE_STEPS = {
    TaskEvent.Kind.ASSIGNED,
    TaskEvent.Kind.SLIP_ISSUED,
    TaskEvent.Kind.APPROVED,
    TaskEvent.Kind.CLOSED,
    TaskEvent.Kind.EXTENDED,
    TaskEvent.Kind.EXTENSION_REFUSED,
    TaskEvent.Kind.SUSPENDED,
    TaskEvent.Kind.CANCELLED,
    TaskEvent.Kind.REOPENED,
}
YELLOW_TEXTS = {TaskEvent.Kind.RETURNED, TaskEvent.Kind.EXTENSION_REFUSED}
FILE_ICONS = {"pdf": "file-type-pdf", "xlsx": "file-spreadsheet", "png": "photo", "jpg": "photo", "jpeg": "photo"}


def item_page(item: TaskItem, *, user, day: date, today: date) -> dict:
    """Return the template's context. Loads every row once; nothing is queried per month or per owner."""
    parts = list(item.assignments.select_related("organisation", "via"))
    reports = list(
        ProgressReport.objects.filter(assignment__item=item).select_related("submitted_by").order_by("period")
    )
    by_part = {part.pk: part for part in parts}
    for report in reports:
        report.assignment = by_part[report.assignment_id]
        report.assignment.item = item
    changes = list(item.state_changes.all())
    rows = {
        "assignments": parts,
        "reports": reports,
        "changes": changes,
        "milestones": list(item.milestones.all()),
        "extensions": list(item.extensions.select_related("asked_by", "assignment__organisation")),
    }
    facts = rules.facts_of(item, **rows, day=day)
    colour, reason = rules.decide_light(facts)
    mine = next((part for part in parts if part.organisation_id == user.organisation_id), None)
    sees_all = user.role in SEES_EVERY_ORGANISATION
    own_reports = [r for r in reports if sees_all or r.assignment.organisation_id == user.organisation_id]
    targets = list(item.targets.all())
    for target in targets:
        target.requirement = words.requirement_of(target)
    supervised = item.is_supervised and item.assigned_on <= day
    return {
        "item": item,
        "supervised": supervised,
        "facts": facts,
        "light": colour,
        "light_word": words.light_with_days(reason, facts, day),
        "because": words.light_because(reason, facts, day),
        "count_word": rules.COUNT_WORDS[rules.COUNT_STATE.decide(facts)],
        "current": _current_state(parts, reports, periods.period_of(day)),
        "outlook": _outlook(reports),
        "pace": _pace(item, facts),
        "ticks": life_page.ticks(item, rows["milestones"], facts["deadline"], day),
        "owners": words.owners_of([part for part in parts if part.decides]),
        "has_lead": any(part.role == Assignment.Role.LEAD for part in parts),
        "parts": _parts(parts, reports, periods.period_of(day), shows_state=sees_all, own=user.organisation_id),
        "targets": targets,
        "history": _history(item, rows, day) if supervised else [],
        "steps": _awaited(item, own_reports, mine, user, today, facts) + _timeline(item, user, sees_all, day),
        "evidence": _evidence(own_reports),
        "actions": _actions(item, mine, own_reports, user, today) if day == today else {},
        **life_page.life_of(item, mine=mine, user=user, rows=rows, reports=own_reports, day=day, today=today),
    }


def _current_state(parts, reports, period) -> str:
    """The deciding part's report of the month in words; with several, how many have handed in."""
    deciding = {part.pk for part in parts if part.decides}
    rows = [r for r in reports if r.period == period and r.assignment_id in deciding]
    if len(deciding) > 1:
        done = sum(r.state not in reporting.EDITABLE for r in rows)
        return f"{len(deciding)} 家中 {done} 家已报"
    return f"{rows[0].get_status_display()}，{rows[0].get_state_display()}" if rows else "未填报"


def _outlook(reports):
    """The newest approved report of a deciding part: its human outlook stands beside the light."""
    return next((r for r in reversed(reports) if r.state == State.APPROVED and r.assignment.decides), None)


def _pace(item, facts) -> dict:
    """Positions on a bar 900 wide; a label of the pace that would meet the other one is left to the tick."""
    percent, expected = facts["percent"], facts["expected"]
    pace = {"done_x": max(percent * 9, 0), "done_anchor": "start" if percent < 10 else "end"}
    if expected is not None:
        at = expected * 9
        done_from, done_to = (0, 90) if percent < 10 else (percent * 9 - 70, percent * 9)
        x, anchor = (at, "start") if at > done_to else (at, "end")
        if at > 830:
            x, anchor = 900, "end"
        left = x if anchor == "start" else x - 75
        fits = left > done_to + 8 or left + 75 < done_from - 8
        pace |= {"pace_x": at, "pace_label": {"x": x, "anchor": anchor} if fits and left >= 0 else None}
    return pace


def _parts(parts, reports, period, *, shows_state, own):
    """Owners in order of their role, with what each has done this month where the user may see it."""
    this = {r.assignment_id: r for r in reports if r.period == period}
    order = {Assignment.Role.LEAD: 0, Assignment.Role.RESPONSIBLE: 1, Assignment.Role.SUPPORTING: 2}
    rows = []
    for part in sorted(parts, key=lambda p: (order[p.role], p.organisation.order)):
        row = {"part": part, "tone": "grey", "word": ""}
        if shows_state or part.organisation_id == own:
            row |= _part_state(part, this.get(part.pk))
        rows.append(row)
    return rows


def _part_state(part, report):
    if part.completed_on:
        return {"tone": "blue", "word": "已完成"}
    if part.role == Assignment.Role.SUPPORTING:
        return {"word": "已签收" if part.acknowledged_on else ""}
    if report is None:
        return {"tone": "yellow", "word": "待填报" if part.acknowledged_on else "待签收"}
    if report.state in reporting.EDITABLE:
        return {"tone": "yellow", "word": report.get_state_display()}
    return {"tone": "green", "word": "已报" if report.state == State.APPROVED else report.get_state_display()}


def _history(item, rows, day):
    """The light at each month's end of the year (on ``day`` for its month), from rows already loaded."""
    months = []
    for number in range(1, 13):
        end = min(periods.last_day(f"{day.year}-{number:02d}"), day)
        if f"{day.year}-{number:02d}" > periods.period_of(day) or item.assigned_on > end:
            months.append({"number": number})
            continue
        colour, reason = rules.decide_light(rules.facts_of(item, **rows, day=end))
        months.append({"number": number, "light": colour, "word": rules.REASON_WORDS[reason]})
    return months


def _timeline(item, user, sees_all, day):
    """What happened by ``day``, newest first; another organisation's reporting stays its own."""
    events = item.events.filter(on__lte=day).select_related("by", "organisation")
    steps = []
    for event in events:
        if event.organisation_id and not sees_all and event.organisation_id != user.organisation_id:
            continue
        icon, tone = ICONS[event.kind]
        period = f" {int(event.period[5:])}月进展" if event.period and event.kind != TaskEvent.Kind.CLOSED else ""
        steps.append(
            {
                "icon": icon,
                "tone": tone,
                "title": f"{event.get_kind_display()}{period}",
                "who": _who(event),
                "time": f"{event.on.month}月{event.on.day}日" if event.on.year == day.year else f"{event.on:%Y-%m-%d}",
                "text": event.text,
                "text_tone": "y" if event.kind in YELLOW_TEXTS else "",
                "tag": "示例" if event.is_demo and not item.is_demo else "",
            }
        )
    return steps


def _who(event) -> str:
    by = str(event.by) if event.by else ""
    if event.kind == TaskEvent.Kind.INSTRUCTED:
        return by
    owner = "" if event.kind in OFFICE_STEPS or event.organisation is None else event.organisation.short
    return " ".join(filter(None, (owner or "协调办", by)))


def _awaited(item, reports, mine, user, today, facts):
    """The step that is waited for now, where the user may know of it."""
    if facts["state"] != "open" or not item.is_supervised:
        return []
    waiting = {
        State.SUBMITTED: "等待单位审核",
        State.ORGANISATION_APPROVED: "等待协调办审核",
        State.RETURNED: "等待修改后重新提交",
    }
    steps = []
    for report in reversed(reports):
        if title := waiting.get(report.state):
            if report.state == State.ORGANISATION_APPROVED and report.status == ProgressReport.Status.CLAIMED:
                title = "等待协调办核验销号"
            steps.append(
                {
                    "tone": "next",
                    "icon": "dots",
                    "title": f"{title}：{int(report.period[5:])}月进展",
                    "who": report.assignment.organisation.short,
                    "time": "",
                }
            )
    return steps[:3]


def _evidence(reports):
    rows = Evidence.objects.filter(report__in=[r.pk for r in reports]).order_by("-id")
    return [(row, FILE_ICONS.get(row.name.rpartition(".")[2].lower(), "file-text")) for row in rows]


def _actions(item, mine, reports, user, today) -> dict:
    """What this user may do with the task now."""
    actions = {}
    if mine and may(user, "report") and item.is_supervised:
        mine.item = item
        actions["acknowledge"] = mine.acknowledged_on is None
        period = periods.period_of(today)
        current = next((r for r in reports if r.assignment_id == mine.pk and r.period == period), None)
        if not reporting.why_closed(assignment=mine, period=period, on=today):
            actions["report"] = period
            actions["report_word"] = _report_word(current)
    actions["review"] = next(
        (
            r
            for r in reports
            if (r.state == State.SUBMITTED and reviewing.may_review_for_organisation(user, r))
            or (r.state == State.ORGANISATION_APPROVED and reviewing.may_review_for_office(user, r))
        ),
        None,
    )
    if actions["review"]:
        claim = actions["review"].status == ProgressReport.Status.CLAIMED
        actions["review_word"] = "核验销号" if claim and closing.may_close(user, actions["review"]) else "审核本期"
    return actions


def _report_word(report) -> str:
    if report is None:
        return "填报本期"
    return {State.DRAFT: "继续填报", State.RETURNED: "修改退回的填报"}.get(report.state, "查看本期填报")
