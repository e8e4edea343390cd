"""Lights and counting: each rule by example, and Python against SQL on thousands of made rows."""

import random
from datetime import date, timedelta

import pytest
from django.db.models import F

from common import periods, statistics
from tasklists import rules
from tasklists.models import (
    Assignment,
    Extension,
    Milestone,
    PlanNode,
    ProgressReport,
    StateChange,
    TaskItem,
)
from tests import make

pytestmark = pytest.mark.django_db
DAY = date(2023, 12, 13)


ONLY_FOR_RULES = ("reported", "moving", "started", "missed_period", "unanswered", "near_days", "lag_points")


def with_all_facts(day):
    """The items with the facts that the rules alone read too, which no page fetches."""
    return TaskItem.objects.as_of(day).annotate(**{name: F(name) for name in ONLY_FOR_RULES})


def by_sql(item, day=DAY):
    """The item with its facts as the database computes them."""
    return with_all_facts(day).get(pk=item.pk)


def light_of(item, day=DAY):
    """The reason of the item's light, which both readings must agree on."""
    assignments = list(item.assignments.all())
    reports = list(ProgressReport.objects.filter(assignment__item=item))
    facts = rules.facts_of(
        item,
        assignments=assignments,
        reports=reports,
        changes=list(item.state_changes.all()),
        milestones=list(item.milestones.all()),
        extensions=list(item.extensions.all()),
        day=day,
    )
    light, reason = rules.decide_light(facts)
    assert by_sql(item, day).light_reason == reason
    assert by_sql(item, day).count_state == rules.COUNT_STATE.decide(facts)
    assert light == rules.LIGHT_OF[reason]
    return reason


def lead_item(percent=85, period="2023-11", **fields):
    """An item led by one organisation that has reported ``percent`` for ``period``."""
    item = make.make_item(lead=make.make_organisation(), **fields)
    if period:
        make.make_report(item.assignments.get(), period, percent=percent)
    return item


# --- the rules, in their order ---------------------------------------------------------------------


def test_item_on_pace_is_normal():
    item = lead_item(percent=90, due_on=date(2024, 6, 30))
    assert light_of(item) == rules.NORMAL


def test_closed_item_is_blue_even_when_it_was_overdue():
    item = lead_item(due_on=date(2023, 10, 1))
    make.make_state_change(item, "closed", on=DAY)
    assert light_of(item) == rules.CLOSED
    assert light_of(item, DAY - timedelta(days=1)) == rules.OVERDUE


def test_suspended_and_cancelled_items_are_grey_from_their_day_on():
    for state in ("suspended", "cancelled"):
        item = lead_item(due_on=date(2023, 10, 1))
        make.make_state_change(item, state, on=date(2023, 12, 1))
        assert light_of(item) == rules.HALTED
        assert light_of(item, date(2023, 11, 30)) == rules.OVERDUE


def test_reopened_item_is_judged_again():
    item = lead_item(due_on=date(2023, 10, 1))
    make.make_state_change(item, "closed", on=date(2023, 9, 1))
    make.make_state_change(item, "open", on=date(2023, 12, 1))
    assert light_of(item) == rules.OVERDUE


def test_of_two_changes_on_one_day_the_later_entry_counts():
    item = lead_item(due_on=date(2024, 6, 30), percent=90)
    make.make_state_change(item, "suspended", on=DAY)
    make.make_state_change(item, "open", on=DAY)
    assert light_of(item) == rules.NORMAL


def test_item_is_overdue_from_the_day_after_its_deadline():
    item = lead_item(due_on=DAY, percent=100)
    assert light_of(item) == rules.NEAR
    assert light_of(item, DAY + timedelta(days=1)) == rules.OVERDUE


def test_deadline_within_fifteen_days_is_near():
    assert light_of(lead_item(due_on=DAY + timedelta(days=15), percent=100)) == rules.NEAR
    assert light_of(lead_item(due_on=DAY + timedelta(days=16), percent=100)) == rules.NORMAL


def test_near_days_belong_to_the_list():
    task_list = make.make_list(near_days=30)
    assert light_of(lead_item(task_list=task_list, due_on=DAY + timedelta(days=30), percent=100)) == rules.NEAR


def test_ten_points_behind_pace_is_behind():
    # 100 days from assignment to deadline, 50 gone: pace is 50 %.
    span = {"assigned_on": DAY - timedelta(days=50), "due_on": DAY + timedelta(days=50)}
    assert light_of(lead_item(percent=40, **span)) == rules.BEHIND
    assert light_of(lead_item(percent=41, **span)) == rules.NORMAL


def test_lag_points_belong_to_the_list():
    task_list = make.make_list(lag_points=5)
    span = {"assigned_on": DAY - timedelta(days=50), "due_on": DAY + timedelta(days=50)}
    assert light_of(lead_item(task_list=task_list, percent=45, **span)) == rules.BEHIND


def test_item_without_deadline_has_no_pace():
    item = lead_item(percent=1, due_on=None, long_term=True)
    assert light_of(item) == rules.NORMAL
    assert by_sql(item).expected is None and by_sql(item).lag is None


def test_pace_on_the_edges():
    start, end = date(2023, 3, 1), date(2023, 3, 31)
    assert rules.expected_percent(start, end, start) == 0
    assert rules.expected_percent(start, end, end) == 100
    assert rules.expected_percent(start, end, end + timedelta(days=90)) == 100
    assert rules.expected_percent(start, end, start + timedelta(days=10)) == 33
    assert rules.expected_percent(start, start, start) == 0
    assert rules.expected_percent(start, start, start + timedelta(days=1)) == 100
    assert rules.expected_percent(start, None, end) is None
    assert rules.expected_percent(None, end, end) is None


def test_no_approved_report_for_the_last_full_month_is_unreported():
    item = lead_item(percent=90, period="2023-10", due_on=date(2024, 6, 30))
    make.make_report(item.assignments.get(), "2023-11", state="submitted", percent=95)
    assert light_of(item) == rules.UNREPORTED
    # On the month's last day the month is full.
    assert light_of(item, date(2023, 11, 29)) == rules.NORMAL
    assert light_of(item, date(2023, 11, 30)) == rules.UNREPORTED


def test_item_assigned_after_the_due_day_owes_that_month_nothing():
    item = make.make_item(lead=make.make_organisation(), assigned_on=date(2023, 11, 21), due_on=date(2024, 6, 30))
    assert light_of(item, date(2023, 12, 1)) == rules.NORMAL
    item = make.make_item(lead=make.make_organisation(), assigned_on=date(2023, 11, 20), due_on=date(2024, 6, 30))
    assert light_of(item, date(2023, 12, 1)) != rules.NORMAL


def test_month_not_handed_in_turns_red_after_five_working_days():
    # Due Monday 2023-11-20; working days 21, 22, 23, 24, 27.
    item = lead_item(percent=90, period="2023-10", due_on=date(2024, 6, 30))
    assert light_of(item, date(2023, 11, 27)) == rules.NORMAL
    assert light_of(item, date(2023, 11, 28)) == rules.UNANSWERED


def test_holidays_are_no_working_days():
    # Due Wednesday 2023-09-20; 29 September to 6 October are days off, 7 and 8 October are worked.
    item = lead_item(percent=90, period="2023-08", due_on=date(2024, 6, 30))
    assert light_of(item, date(2023, 9, 27)) == rules.NORMAL
    assert light_of(item, date(2023, 9, 28)) == rules.UNANSWERED
    # Returned Thursday 2023-09-28: the fifth working day after it is Wednesday 2023-10-11.
    item = make.make_item(lead=make.make_organisation(), due_on=date(2024, 6, 30))
    make.make_report(item.assignments.get(), "2023-08", percent=90)
    make.make_report(
        item.assignments.get(),
        "2023-09",
        state="returned",
        submitted_on=date(2023, 9, 27),
        returned_on=date(2023, 9, 28),
        percent=90,
    )
    assert light_of(item, date(2023, 10, 11)) != rules.UNANSWERED
    assert light_of(item, date(2023, 10, 12)) == rules.UNANSWERED


def test_return_stands_until_it_is_handed_in_again():
    item = lead_item(percent=90, due_on=date(2024, 6, 30))
    report = make.make_report(
        item.assignments.get(),
        "2023-12",
        state="returned",
        submitted_on=date(2023, 12, 4),
        returned_on=date(2023, 12, 4),
        percent=90,
    )
    # Monday's return; working days 5, 6, 7, 8, 11.
    assert light_of(item, date(2023, 12, 11)) == rules.NORMAL
    assert light_of(item, date(2023, 12, 12)) == rules.UNANSWERED
    ProgressReport.objects.filter(pk=report.pk).update(state="submitted", submitted_on=date(2023, 12, 13))
    assert light_of(item, date(2023, 12, 12)) == rules.UNANSWERED
    assert light_of(item, date(2023, 12, 13)) == rules.NORMAL


def test_return_answered_on_the_same_day_does_not_stand():
    item = lead_item(percent=90, due_on=date(2024, 6, 30))
    make.make_report(
        item.assignments.get(),
        "2023-12",
        state="org_approved",
        submitted_on=date(2023, 12, 1),
        returned_on=date(2023, 12, 1),
        return_reason="请补充",
        percent=90,
    )
    assert light_of(item) == rules.NORMAL


def test_report_counts_only_from_its_approval_on():
    item = lead_item(percent=90, due_on=date(2024, 6, 30))
    ProgressReport.objects.update(approved_on=date(2023, 12, 5))
    assert by_sql(item, date(2023, 12, 4)).percent == 0
    assert by_sql(item, date(2023, 12, 5)).percent == 90


def test_supporting_and_responsible_parts_do_not_decide_beside_a_lead():
    lead, other = make.make_organisation(), make.make_organisation()
    item = make.make_item(lead=lead, responsible=[other], due_on=date(2024, 6, 30))
    make.make_report(item.assignments.get(organisation=lead), percent=90)
    make.make_report(item.assignments.get(organisation=other), percent=5, status="not_started")
    assert light_of(item) == rules.NORMAL
    assert by_sql(item).percent == 90


def test_item_without_lead_is_as_far_as_its_slowest_part():
    first, second = make.make_organisation(), make.make_organisation()
    item = make.make_item(responsible=[first, second], due_on=date(2024, 6, 30))
    make.make_report(item.assignments.get(organisation=first), percent=95)
    make.make_report(item.assignments.get(organisation=second), percent=30)
    assert by_sql(item).percent == 30
    assert light_of(item) == rules.BEHIND


def test_completed_part_owes_no_further_reports():
    first, second = make.make_organisation(), make.make_organisation()
    item = make.make_item(responsible=[first, second], due_on=date(2024, 6, 30))
    done = item.assignments.get(organisation=first)
    make.make_report(done, "2023-08", percent=100, status="claimed")
    make.make_report(item.assignments.get(organisation=second), "2023-11", percent=90)
    assert light_of(item) == rules.UNANSWERED
    Assignment.objects.filter(pk=done.pk).update(completed_on=date(2023, 8, 18))
    assert light_of(item) == rules.NORMAL


# --- counting --------------------------------------------------------------------------------------


def test_item_past_its_start_without_approved_report_is_not_started():
    item = make.make_item(lead=make.make_organisation(), starts_on=DAY - timedelta(days=1))
    make.make_report(item.assignments.get(), "2023-11", state="submitted")
    assert by_sql(item).count_state == "not_started"
    assert by_sql(item, DAY - timedelta(days=1)).count_state == "under_way"


def test_item_reported_as_not_started_is_not_started():
    item = lead_item()
    ProgressReport.objects.update(status="not_started")
    assert by_sql(item).count_state == "not_started"


def test_item_without_lead_has_started_when_one_part_has():
    first, second = make.make_organisation(), make.make_organisation()
    item = make.make_item(responsible=[first, second])
    make.make_report(item.assignments.get(organisation=first), status="not_started", percent=0)
    assert by_sql(item).count_state == "not_started"
    make.make_report(item.assignments.get(organisation=second), status="under_way")
    assert by_sql(item).count_state == "under_way"


def test_only_assigned_items_of_lists_in_force_are_supervised():
    counted = lead_item()
    lead_item(task_list=make.make_list(state="draft"))
    lead_item(task_list=make.make_list(state="reference"))
    lead_item(assigned_on=DAY + timedelta(days=1))
    lead_item(assigned_on=None)
    assert list(TaskItem.objects.supervised(DAY)) == [counted]


def test_items_are_found_by_light():
    red, green = lead_item(due_on=date(2023, 10, 1)), lead_item(percent=95, due_on=date(2024, 6, 30))
    found = TaskItem.objects.as_of(DAY)
    assert list(found.with_light("red")) == [red]
    assert list(found.with_light("green")) == [green]


# --- both readings agree ---------------------------------------------------------------------------

FACTS = (
    *("state", "state_on", "deadline", "days_left", "percent", "expected", "lag", "last_period", "reported", "moving"),
    *("started", "missed_period", "unanswered", "near_days", "lag_points"),
)


def make_random_items(rng, amount):
    """``amount`` items with random deadlines, parts, reports and state changes around 2023."""
    lists = [make.make_list(near_days=rng.choice((7, 15, 30)), lag_points=rng.choice((5, 10, 20))) for _ in range(3)]
    organisations = [make.make_organisation() for _ in range(4)]
    days = [date(2023, 1, 1) + timedelta(days=n) for n in range(430)]
    aspects = {
        task_list.pk: PlanNode.objects.create(task_list=task_list, level="chapter", title="方面", order=99)
        for task_list in lists
    }
    items = []
    for n in range(amount):
        task_list = rng.choice(lists)
        due = rng.choice((None, rng.choice(days), rng.choice(days)))
        items.append(
            TaskItem(
                task_list=task_list,
                node=aspects[task_list.pk],
                aspect=aspects[task_list.pk],
                code=f"R{n}",
                order=n,
                title=f"任务{n}",
                assigned_on=rng.choice((None, *[rng.choice(days) for _ in range(9)])),
                starts_on=rng.choice((None, None, rng.choice(days))),
                due_on=due,
                long_term=due is None and rng.random() < 0.5,
            )
        )
    TaskItem.objects.bulk_create(items)
    assignments = []
    for item in items:
        lead = rng.random() < 0.6
        for place, organisation in enumerate(rng.sample(organisations, rng.choice((0, 1, 1, 2, 3)))):
            role = "lead" if lead and not place else rng.choice(("responsible", "responsible", "supporting"))
            decides = role == "lead" if lead else role == "responsible"
            done = rng.choice(days) if rng.random() < 0.15 else None
            assignments.append(
                Assignment(item=item, organisation=organisation, role=role, decides=decides, completed_on=done)
            )
    Assignment.objects.bulk_create(assignments)
    reports, states = [], ProgressReport.State.values
    for assignment in assignments:
        for period in rng.sample(periods.months_between("2023-07", "2024-01"), rng.choice((0, 1, 3, 6))):
            state = rng.choice((*states, "approved", "approved", "approved"))
            submitted = periods.first_day(period) + timedelta(days=rng.randrange(40))
            returned = submitted + timedelta(days=rng.randrange(-8, 9))
            reports.append(
                ProgressReport(
                    assignment=assignment,
                    period=period,
                    text="进展",
                    percent=rng.randrange(101),
                    status=rng.choice(ProgressReport.Status.values),
                    state=state,
                    submitted_on=None if state == "draft" and rng.random() < 0.7 else submitted,
                    approved_on=submitted + timedelta(days=rng.randrange(9)) if state == "approved" else None,
                    returned_on=returned if state == "returned" or rng.random() < 0.2 else None,
                    return_reason="原因",
                )
            )
    ProgressReport.objects.bulk_create(reports)
    StateChange.objects.bulk_create(
        StateChange(
            item=rng.choice(items), state=rng.choice(StateChange.State.values), on=rng.choice(days), reason="x"
        )
        for _ in range(amount // 3)
    )
    make_random_dates(rng, items, assignments)
    return items


def make_random_dates(rng, items, assignments):
    """Extensions and milestones for some of the items that have a deadline."""
    by_item = {assignment.item_id: assignment for assignment in assignments}
    asker = make.make_user("dept_reporter")
    extensions, milestones = [], []
    for item in items:
        if item.due_on is None or item.pk not in by_item:
            continue
        old = item.due_on - timedelta(days=rng.randrange(1, 90))
        if rng.random() < 0.4:
            for state, decided in (("granted", old + timedelta(days=rng.randrange(60))), ("refused", old)):
                extensions.append(
                    Extension(
                        item=item,
                        assignment=by_item[item.pk],
                        old_due_on=old,
                        new_due_on=item.due_on,
                        reason="x",
                        state=state,
                        asked_by=asker,
                        asked_on=old,
                        decided_on=decided,
                    )
                )
        if rng.random() < 0.4:
            days = sorted(rng.sample(range(-20, 200), 3))
            for days_before, percent in zip(reversed(days), sorted(rng.sample(range(1, 101), 3)), strict=True):
                due = item.due_on - timedelta(days=days_before)
                milestones.append(Milestone(item=item, title="节点", due_on=due, percent=percent))
    Extension.objects.bulk_create(extensions)
    Milestone.objects.bulk_create(milestones)


@pytest.mark.parametrize("seed", [20231213, 42])
def test_python_and_sql_agree_on_thousands_of_items(seed):
    rng = random.Random(seed)
    make_random_items(rng, 700)
    statistics.refresh()  # other tests have left PostgreSQL with the belief that these tables are empty
    items = TaskItem.objects.select_related("task_list").prefetch_related(
        "assignments__progress_reports", "state_changes", "milestones", "extensions"
    )
    days = [date(2023, 11, 20), date(2023, 11, 30), DAY, date(2024, 1, 2)] + [
        date(2023, 9, 15) + timedelta(days=rng.randrange(120)) for _ in range(2)
    ]
    seen = set()
    loaded = list(items)
    for day in days:
        computed = {row.pk: row for row in with_all_facts(day)}
        for item in loaded:
            assignments = list(item.assignments.all())
            facts = rules.facts_of(
                item,
                assignments=assignments,
                reports=[r for a in assignments for r in a.progress_reports.all()],
                changes=list(item.state_changes.all()),
                milestones=list(item.milestones.all()),
                extensions=list(item.extensions.all()),
                day=day,
            )
            row = computed[item.pk]
            assert {name: getattr(row, name) for name in FACTS} == {name: facts[name] for name in FACTS}, (item, day)
            assert row.light_reason == rules.decide_light(facts)[1]
            assert row.count_state == rules.COUNT_STATE.decide(facts)
            seen |= {row.light_reason, row.count_state}
    assert seen >= set(rules.LIGHT_OF) | set(rules.COUNT_WORDS), "the made rows must meet every rule"
