"""The nightly check: who is reminded of what, which slips are proposed, what goes up to the leaders."""

from datetime import date

import pytest
from django.urls import reverse

from accounts.models import Notice
from common.models import AuditEntry
from dezhou_jjj.celery import app
from tasklists.models import SupervisionSlip, TaskEvent
from tasklists.supervision import run_checks
from tasklists.tasks import check_supervision
from tests.common.racing import race
from tests.make import (
    TODAY,
    make_business_date,
    make_instruction,
    make_item,
    make_organisation,
    make_report,
    make_slip,
    make_state_change,
    make_user,
)

pytestmark = pytest.mark.django_db
NOVEMBER_WEEKEND = date(2023, 11, 26)  # outside of the days on which reports are asked for


@pytest.fixture
def unit():
    return make_organisation("市商务局")


@pytest.fixture
def reporter(unit):
    return make_user("dept_reporter", unit)


def task(unit, *, percent=50, due_on=date(2024, 6, 30), assigned_on=date(2023, 3, 1), role="lead", **fields):
    """A task with its November report approved, so that nothing but deadline and pace can be wrong."""
    owners = {"lead": unit} if role == "lead" else {"responsible": [unit]}
    item = make_item(**owners, due_on=due_on, assigned_on=assigned_on, **fields)
    for period in ("2023-10", "2023-11"):
        make_report(item.assignments.get(), period, percent=percent)
    make_report(item.assignments.get(), "2023-12", percent=percent, state="submitted", submitted_on=date(2023, 12, 5))
    return item


def titles(user):
    return list(Notice.objects.filter(recipient=user).order_by("pk").values_list("title", flat=True))


def test_overdue_near_and_behind_are_told_and_proposed_in_their_colours(unit, reporter):
    late = task(unit, percent=80, due_on=date(2023, 11, 15), title="甲")
    near = task(unit, percent=97, due_on=date(2023, 12, 22), title="乙")
    slow = task(unit, percent=20, title="丙")
    fine = task(unit, percent=70, title="丁")
    new = run_checks(on=TODAY)
    assert titles(reporter) == ["逾期：甲", "临期：乙", "滞后：丙"]
    colours = dict(SupervisionSlip.objects.values_list("item", "colour"))
    assert colours == {late.pk: "red", near.pk: "blue", slow.pk: "yellow"}
    assert fine.pk not in colours and new["proposed"] == 3
    reason = SupervisionSlip.objects.get(colour="red").reason
    assert reason == "应于2023年11月15日完成，已逾期28天，目前完成80%，序时100%。"


def test_twice_the_same_day_changes_nothing(unit, reporter):
    task(unit, due_on=date(2023, 11, 15))
    make_slip(task(unit), unit, answer_due_on=date(2023, 12, 1), issued_on=date(2023, 11, 24))
    make_user("leader")
    assert any(run_checks(on=TODAY).values())
    counts = [model.objects.count() for model in (Notice, SupervisionSlip, TaskEvent, AuditEntry)]
    assert run_checks(on=TODAY) == {
        "proposed": 0,
        "restated": 0,
        "withdrawn": 0,
        "escalated": 0,
        "notices": 0,
    }
    assert [model.objects.count() for model in (Notice, SupervisionSlip, TaskEvent, AuditEntry)] == counts


def test_nobody_is_reminded_again_on_the_days_after(unit, reporter):
    task(unit, due_on=date(2023, 11, 15), title="甲")
    for day in (13, 14, 15, 18):
        run_checks(on=date(2023, 12, day))
    assert titles(reporter).count("逾期：甲") == 1
    assert SupervisionSlip.objects.count() == 1


def test_a_new_deadline_is_a_new_occasion(unit, reporter):
    item = task(unit, due_on=date(2023, 11, 15), title="甲")
    run_checks(on=date(2023, 11, 20))
    item.due_on = date(2023, 12, 5)
    item.save()
    run_checks(on=TODAY)
    assert titles(reporter).count("逾期：甲") == 2


def test_every_responsible_part_that_is_open_gets_its_own_slip_without_a_lead(unit, reporter):
    done, other = make_organisation(), make_organisation()
    item = make_item(responsible=[unit, other, done], due_on=date(2023, 11, 15))
    item.assignments.filter(organisation=done).update(completed_on=date(2023, 11, 10))
    run_checks(on=TODAY)
    assert set(SupervisionSlip.objects.values_list("organisation", flat=True)) == {unit.pk, other.pk}


def test_closed_suspended_and_reference_tasks_are_left_alone(unit, reporter):
    for state in ("closed", "suspended", "cancelled"):
        make_state_change(task(unit, due_on=date(2023, 11, 15)), state)
    run_checks(on=TODAY)
    assert not SupervisionSlip.objects.exists() and not titles(reporter)


def test_a_proposal_is_taken_back_when_its_cause_has_gone(unit, reporter):
    closing, kept = task(unit, due_on=date(2023, 11, 15)), task(unit, due_on=date(2023, 11, 16))
    run_checks(on=TODAY)
    make_state_change(closing, "closed", on=date(2023, 12, 14))
    assert run_checks(on=date(2023, 12, 14))["withdrawn"] == 1
    assert SupervisionSlip.objects.get().item == kept


def test_a_waiting_proposal_states_the_facts_of_the_day(unit):
    task(unit, percent=80, due_on=date(2023, 11, 15))
    run_checks(on=TODAY)
    assert run_checks(on=date(2023, 12, 14))["restated"] == 1
    assert "已逾期29天" in SupervisionSlip.objects.get().reason
    SupervisionSlip.objects.update(state="issued", number=1, year=2023, answer_due_on=date(2023, 12, 20))
    assert run_checks(on=date(2023, 12, 15))["restated"] == 0
    assert "已逾期29天" in SupervisionSlip.objects.get().reason


@pytest.mark.django_db(transaction=True)
def test_checks_that_run_at_once_do_everything_once():
    unit, leader = make_organisation(), make_user("leader")
    reporter = make_user("dept_reporter", unit)
    for _ in range(3):
        task(unit, due_on=date(2023, 11, 15))
    make_slip(task(unit, percent=70), unit, answer_due_on=date(2023, 12, 1))
    results = race(lambda n: run_checks(on=TODAY), 4)
    assert not [result for result in results if isinstance(result, Exception)]
    assert SupervisionSlip.objects.filter(state="proposed").count() == 3
    assert len(titles(leader)) == 1 and sum(title.startswith("逾期：") for title in titles(reporter)) == 3
    assert TaskEvent.objects.filter(kind="slip_issued").count() == 1


def test_a_dropped_slip_is_not_proposed_again(unit):
    task(unit, due_on=date(2023, 11, 15))
    run_checks(on=TODAY)
    SupervisionSlip.objects.update(state="dropped", drop_reason="已电话催办")
    run_checks(on=date(2023, 12, 14))
    assert list(SupervisionSlip.objects.values_list("state", flat=True)) == ["dropped"]


def test_unreported_and_unanswered_are_told_without_a_slip(unit, reporter):
    unreported = make_item(lead=unit, due_on=date(2024, 12, 31), assigned_on=date(2023, 11, 1), title="甲")
    make_report(unreported.assignments.get(), "2023-11", state="submitted", percent=20)
    returned = task(unit, percent=70, title="乙")
    returned.assignments.get().progress_reports.filter(period="2023-12").update(
        state="returned", returned_on=date(2023, 12, 4), submitted_on=date(2023, 12, 1), return_reason="补数据"
    )
    run_checks(on=TODAY)
    assert {"未报：甲", "逾期未报：乙"} <= set(titles(reporter))
    assert not SupervisionSlip.objects.exists()


def test_the_months_reports_are_asked_for_five_working_days_ahead(unit, reporter):
    reviewer = make_user("reviewer", unit)
    item = make_item(lead=unit, due_on=date(2024, 12, 31), assigned_on=date(2023, 12, 1))
    run_checks(on=date(2023, 12, 12))
    assert not titles(reporter)
    for day in (13, 14, 20):
        run_checks(on=date(2023, 12, day))
    assert titles(reporter) == titles(reviewer) == ["2023年12月进展还有 1 项未报"]
    make_report(item.assignments.get(), "2023-12", state="submitted")
    assert Notice.objects.filter(recipient=reporter).get().url == reverse("tasklists:mine")


def test_an_unanswered_slip_goes_up_to_the_leaders_after_its_day(unit, reporter):
    leader, office = make_user("leader"), make_user("coordinator")
    slip = make_slip(task(unit, percent=70), unit, answer_due_on=TODAY)
    assert run_checks(on=TODAY)["escalated"] == 0
    assert run_checks(on=date(2023, 12, 14))["escalated"] == 1
    slip.refresh_from_db()
    assert slip.escalated_on == date(2023, 12, 14)
    assert titles(leader) == [f"市商务局未按期答复督办单 {slip.short_number}"]
    assert run_checks(on=date(2023, 12, 15))["escalated"] == 0
    assert not titles(office)


def test_an_answered_slip_does_not_go_up(unit):
    make_user("leader")
    make_slip(task(unit, percent=70), unit, state="answered", answer_due_on=date(2023, 12, 1))
    assert run_checks(on=TODAY)["escalated"] == 0


def test_a_late_instruction_is_told_to_organisation_and_office_once(unit, reporter):
    office = make_user("coordinator")
    make_instruction(unit, item=task(unit, percent=70), due_on=TODAY)
    for day in (13, 14, 15):
        run_checks(on=date(2023, 12, day))
    assert titles(office) == ["批示逾期未反馈：市商务局"] and titles(reporter).count("批示逾期未反馈：市商务局") == 1


def test_the_check_is_scheduled_and_runs_on_the_business_date(unit):
    entry = app.conf.beat_schedule["check-supervision"]
    assert entry["task"] == check_supervision.name
    make_business_date()
    task(unit, due_on=date(2023, 11, 15))
    check_supervision.apply(throw=True)
    assert SupervisionSlip.objects.get().proposed_on == TODAY
