"""Suspending, cancelling and reopening: with reason and date, logged, and the past keeps what it was."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from common.errors import UserError
from common.models import AuditEntry, PeriodLock
from tasklists import closing, halting, reporting
from tasklists.models import Assignment, StateChange, TaskEvent, TaskItem
from tests import make
from tests.tasklists.test_closing import make_claim
from tests.tasklists.test_rules import light_of

pytestmark = pytest.mark.django_db
TODAY = make.TODAY


@pytest.fixture(autouse=True)
def business_date(db):
    make.make_business_date()


@pytest.fixture
def office(db):
    return make.make_user("coordinator")


def change(item, act, office, *, since=TODAY, reason="政策调整", on=TODAY):
    return halting.change_state(item=item, act=act, reason=reason, since=since, by=office, on=on)


def test_suspending_and_cancelling_turn_the_light_grey_from_their_day(office):
    for act, step in (("suspend", "suspended"), ("cancel", "cancelled")):
        item = make.make_item(lead=make.make_organisation(), due_on=date(2023, 10, 1))
        for _ in range(3):
            change(item, act, office, since=date(2023, 12, 1))
        assert light_of(item) == "halted"
        assert light_of(item, date(2023, 11, 30)) == "overdue"
        assert item.state_changes.count() == 1
        event = TaskEvent.objects.get(item=item)
        assert (event.kind, event.on, event.by, event.text) == (step, date(2023, 12, 1), office, "政策调整")
    assert AuditEntry.objects.filter(action__in=("中止", "取消")).count() == 2


def test_reopened_task_goes_on_and_owes_no_report_of_its_rest(office):
    item = make.make_item(lead=make.make_organisation(), due_on=date(2024, 12, 31), assigned_on=date(2023, 9, 1))
    make.make_report(item.assignments.get(), "2023-09", percent=90)
    change(item, "suspend", office, since=date(2023, 10, 9))
    assert light_of(item, date(2023, 12, 12)) == "halted"
    change(item, "reopen", office, since=TODAY, reason="项目恢复")
    assert light_of(item) == "normal", "the months of rest were owed by nobody"
    assert light_of(item, date(2024, 1, 29)) == "unanswered", "December's report is owed again"


def test_reopening_a_closed_task_clears_completion_and_keeps_the_past(office):
    first, second = make.make_organisation(), make.make_organisation()
    item = make.make_item(responsible=[first, second], due_on=date(2024, 6, 30))
    for organisation, period, day in ((first, "2023-08", date(2023, 8, 25)), (second, "2023-11", date(2023, 11, 20))):
        report = make.make_report(
            item.assignments.get(organisation=organisation),
            period,
            state="org_approved",
            status="claimed",
            percent=100,
            submitted_by=make.make_user("dept_reporter", organisation),
        )
        make.make_evidence(report)
        make.make_report(item.assignments.get(organisation=organisation), "2023-07", percent=90)
        closing.verify_and_close(report=report, version=1, by=office, on=day)
    days = [date(2023, 8, 25), date(2023, 9, 30), date(2023, 10, 31), date(2023, 11, 20), date(2023, 12, 12)]
    lights = {day: light_of(item, day) for day in days}
    done = {day: list(Assignment.objects.as_of(day).order_by("pk").values_list("done", flat=True)) for day in days}
    assert lights[date(2023, 12, 12)] == "closed"
    change(item, "reopen", office, reason="验收不合格")
    assert not item.assignments.filter(completed_on__isnull=False).exists()
    assert {day: light_of(item, day) for day in days} == lights
    assert {
        day: list(Assignment.objects.as_of(day).order_by("pk").values_list("done", flat=True)) for day in days
    } == done
    assert TaskItem.objects.as_of(TODAY).get().count_state == "under_way"
    assert list(Assignment.objects.as_of(TODAY).values_list("done", flat=True)) == [False, False]
    part = Assignment.objects.select_related("item__task_list").get(organisation=first)
    assert reporting.why_closed(assignment=part, period="2023-12", on=TODAY) == ""
    entry = AuditEntry.objects.get(action="恢复推进")
    assert set(entry.before["completed_on"].values()) == {"2023-08-25", "2023-11-20"}


def test_reopened_task_can_be_closed_again(office):
    lead = make.make_organisation()
    item = make.make_item(lead=lead, due_on=date(2024, 6, 30))
    make.make_state_change(item, "closed", on=date(2023, 11, 20))
    item.assignments.update(completed_on=date(2023, 11, 20))
    change(item, "reopen", office, since=date(2023, 12, 1))
    closing.verify_and_close(report=make_claim(item, lead), version=1, by=office, on=TODAY)
    states = {day: light_of(item, day) for day in (date(2023, 11, 25), date(2023, 12, 5), TODAY)}
    assert states[date(2023, 11, 25)] == states[TODAY] == "closed"
    assert states[date(2023, 12, 5)] != "closed"


def test_suspended_task_is_not_closed_until_it_goes_on(office):
    lead = make.make_organisation()
    item = make.make_item(lead=lead)
    report = make_claim(item, lead)
    change(item, "suspend", office)
    with pytest.raises(UserError, match="先恢复推进再销号"):
        closing.verify_and_close(report=report, version=1, by=office, on=TODAY)
    change(item, "reopen", office, reason="恢复")
    closing.verify_and_close(report=report, version=1, by=office, on=TODAY)
    assert light_of(item) == "closed"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"reason": " "}, "中止须写明原因"),
        ({"since": None}, "请填写生效日期"),
        ({"since": TODAY + timedelta(days=1)}, "还没有到"),
        ({"since": date(2023, 2, 28)}, "不能早于交办日期"),
        ({"since": date(2023, 11, 3)}, "2023年11月已锁定"),
    ],
)
def test_suspending_needs_a_reason_and_a_possible_day(office, changes, sentence):
    PeriodLock.objects.create(area="tasks", period="2023-11", locked_on=TODAY)
    item = make.make_item(lead=make.make_organisation())
    with pytest.raises(UserError, match=sentence):
        change(item, "suspend", office, **changes)
    assert not StateChange.objects.exists()


def test_acts_start_from_the_right_state_and_by_the_office(office):
    item = make.make_item(lead=make.make_organisation())
    with pytest.raises(UserError, match="正在推进，不能恢复推进"):
        change(item, "reopen", office)
    with pytest.raises(UserError, match="只有协调办"):
        change(item, "suspend", make.make_user("leader"))
    change(item, "cancel", office)
    with pytest.raises(UserError, match="已取消，不能中止"):
        change(item, "suspend", office)
    with pytest.raises(UserError, match="不能更早"):
        change(item, "reopen", office, since=TODAY - timedelta(days=1))
    with pytest.raises(UserError, match="还没有交办"):
        change(make.make_item(make.make_list(state="draft")), "cancel", office)


def test_the_page_offers_what_is_possible_and_keeps_what_was_typed(office):
    item = make.make_item(lead=make.make_organisation())
    client = make.client_of(office)
    page, url = reverse("tasklists:detail", args=[item.pk]), reverse("tasklists:life", args=[item.pk])
    refused = client.post(url, {"act": "suspend", "since": "2024-01-01", "reason": "机构改革"})
    text = refused.content.decode()
    assert refused.status_code == 400 and "生效日期 2024-01-01 还没有到" in text
    assert "机构改革" in text and 'value="2024-01-01"' in text
    assert client.post(url, {"act": "explode", "since": "2023-12-13", "reason": "x"}).status_code == 400
    assert client.post(url, {"act": "suspend", "since": "2023-12-13", "reason": "机构改革"}).url == page
    shown = client.get(page).content.decode()
    assert 'value="reopen"' in shown and 'value="suspend"' not in shown
    assert "机构改革" in shown
    old = client.get(f"{page}?as_of=2023-12-12").content.decode()
    assert 'name="act"' not in old, "the past cannot be acted on"
