"""The nightly check: reminders to those who answer, proposals of slips, what goes up to the leaders.

Everything is keyed by the thing and its occasion, so that a second run on the same day changes nothing
and nobody is told twice.
"""

from collections import defaultdict
from datetime import date

from django.db import transaction
from django.db.models import Prefetch
from django.urls import reverse

from accounts import notices
from accounts.models import Notice, User
from accounts.permissions import COORDINATOR, LEADER
from common import audit, periods
from tasklists import rules, slips, words
from tasklists.models import Assignment, Instruction, SupervisionSlip, TaskItem

REMIND_WORKING_DAYS = 5  # the month's report is asked for so many working days before it is due
COLOURS = {
    rules.NEAR: SupervisionSlip.Colour.BLUE,
    rules.BEHIND: SupervisionSlip.Colour.YELLOW,
    rules.OVERDUE: SupervisionSlip.Colour.RED,
}
TOLD = (*COLOURS, rules.UNANSWERED, rules.UNREPORTED)


@transaction.atomic
def run_checks(*, on: date) -> dict[str, int]:
    """Do the day's check and return what was new: notices, proposals, restated and withdrawn ones, escalations."""
    before = Notice.objects.count()
    people = _people()
    items = _items_in_question(on)
    _remind_of_items(items, people, on)
    _remind_of_reports(people, on)
    _remind_of_instructions(people, on)
    new = {
        "proposed": _propose(items, on),
        "restated": _restate(items, on),
        "withdrawn": _withdraw(items, on),
        "escalated": _escalate(on),
    }
    new["notices"] = Notice.objects.count() - before
    if any(new.values()):
        audit.record(by=None, action="每日督办检查", label=str(on), after=new)
    return new


def _people() -> dict[int, list[User]]:
    """Return the reporters and reviewers of each organisation."""
    found = defaultdict(list)
    for user in User.objects.filter(is_active=True, role__in=slips.ORGANISATION_ROLES).order_by("pk"):
        found[user.organisation_id].append(user)
    return found


def _items_in_question(on: date) -> list[TaskItem]:
    """Return the supervised items with a light to tell of, each with the parts that must act (``acting``)."""
    acting = Assignment.objects.filter(decides=True, completed_on__isnull=True).select_related("organisation")
    items = TaskItem.objects.supervised(on).as_of(on).filter(light_reason__in=TOLD)
    prefetch = Prefetch("assignments", acting, to_attr="acting")
    return list(items.select_related("task_list").prefetch_related(prefetch).order_by("pk"))


def cause_of(item: TaskItem, day: date) -> str:
    """Name the occasion: a deadline is near or passed once; a month is missed once; a new date is a new one."""
    the = rules.Day.of(day)
    occasion = {
        rules.UNANSWERED: the.overdue_period,
        rules.UNREPORTED: the.last_full_period,
    }.get(item.light_reason, item.deadline)
    return f"{item.light_reason}:{occasion}"


def reason_of(item: TaskItem, on: date) -> str:
    """Return why the slip is proposed, in one official sentence, from the facts of the item on that day."""
    pace = f"完成{item.percent}%，序时{item.expected}%"
    due = f"{item.deadline.year}年{item.deadline.month}月{item.deadline.day}日"
    if item.light_reason == rules.OVERDUE:
        return f"应于{due}完成，已逾期{-item.days_left}天，目前{pace}。"
    if item.light_reason == rules.NEAR:
        left = periods.working_days_between(on, item.deadline)
        return f"应于{due}完成，只剩{left}个工作日，目前{pace}。"
    return f"推进滞后于序时进度{item.lag}个百分点，目前{pace}，应于{due}完成。"


def _remind_of_items(items, people, on) -> None:
    facts = ("days_left", "lag")
    told = []
    for item in items:
        word = words.light_with_days(item.light_reason, {name: getattr(item, name) for name in facts}, on)
        text = f"{item.task_list.short} {item.code}，{word}。"
        told += [
            notices.notice(
                recipient=user,
                key=f"task:{item.pk}:{cause_of(item, on)}",
                title=f"{rules.REASON_WORDS[item.light_reason]}：{item.title}",
                text=text,
                url=reverse("tasklists:detail", args=[item.pk]),
                on=on,
            )
            for part in item.acting
            for user in people[part.organisation_id]
        ]
    notices.send(told)


def _remind_of_reports(people, on) -> None:
    """Ask for the month's reports some working days before they are due, once a month."""
    period = periods.period_of(on)
    due = rules.due_date(period)
    if not periods.working_days_before(due, REMIND_WORKING_DAYS) <= on <= due:
        return
    owed = defaultdict(int)
    for organisation in Assignment.objects.to_report(period, on).values_list("organisation_id", flat=True):
        owed[organisation] += 1
    notices.send(
        notices.notice(
            recipient=user,
            key=f"report-due:{period}",
            title=f"{periods.label(period)}进展还有 {count} 项未报",
            text=f"请于 {due} 前提交单位审核。",
            url=reverse("tasklists:mine"),
            on=on,
        )
        for organisation, count in sorted(owed.items())
        for user in people[organisation]
    )


def _remind_of_instructions(people, on) -> None:
    """Tell organisation and office of instructions that were not answered by their day."""
    office = notices.people_in(COORDINATOR)
    late = Instruction.objects.unanswered().filter(due_on__lt=on).select_related("organisation").order_by("pk")
    notices.send(
        notices.notice(
            recipient=user,
            key=f"instruction:{row.pk}:late",
            title=f"批示逾期未反馈：{row.organisation.short}",
            text=f"应于 {row.due_on} 前反馈：{row.text}",
            url=reverse("tasklists:instruction", args=[row.pk]),
            on=on,
        )
        for row in late
        for user in people[row.organisation_id] + office
    )


def _propose(items, on) -> int:
    """Propose one slip per item, organisation and cause; what was proposed before, whatever became of it, stays."""
    known = set(SupervisionSlip.objects.values_list("item_id", "organisation_id", "cause"))
    proposals = [
        SupervisionSlip(
            item=item,
            organisation=part.organisation,
            colour=COLOURS[item.light_reason],
            cause=cause_of(item, on),
            reason=reason_of(item, on),
            proposed_on=on,
            is_demo=item.is_demo,
        )
        for item in items
        if item.light_reason in COLOURS
        for part in item.acting
        if (item.pk, part.organisation_id, cause_of(item, on)) not in known
    ]
    SupervisionSlip.objects.bulk_create(proposals, ignore_conflicts=True)
    return len(proposals)


def _restate(items, on) -> int:
    """Bring the facts in the reasons of waiting proposals up to the day, so that none goes out with old numbers."""
    waiting = {(s.item_id, s.organisation_id, s.cause): s for s in SupervisionSlip.objects.filter(state="proposed")}
    changed = []
    for item in items:
        for part in item.acting:
            slip = waiting.get((item.pk, part.organisation_id, cause_of(item, on)))
            if slip and slip.reason != reason_of(item, on):
                slip.reason = reason_of(item, on)
                changed.append(slip)
    for slip in changed:
        SupervisionSlip.objects.filter(pk=slip.pk, state="proposed").update(reason=slip.reason)
    return len(changed)


def _withdraw(items, on) -> int:
    """Take back proposals whose cause has gone before anyone confirmed them: closed, caught up, postponed."""
    holds = {(item.pk, part.organisation_id, cause_of(item, on)) for item in items for part in item.acting}
    gone = [
        slip.pk
        for slip in SupervisionSlip.objects.filter(state="proposed")
        if (slip.item_id, slip.organisation_id, slip.cause) not in holds
    ]
    SupervisionSlip.objects.filter(pk__in=gone, state="proposed").delete()
    return len(gone)


def _escalate(on) -> int:
    """Report to the leaders each slip that was not answered by its due date."""
    late = SupervisionSlip.objects.unanswered().filter(answer_due_on__lt=on, escalated_on__isnull=True)
    rows = list(late.select_for_update(of=("self",)).select_related("item", "organisation").order_by("pk"))
    leaders = notices.people_in(LEADER)
    for slip in rows:
        slips.escalate(slip, to=leaders, on=on)
    return len(rows)
