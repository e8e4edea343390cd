"""Extension: asked by a deciding part, decided by the office, and the past keeps the deadline that stood."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.errors import UserError
from common.models import AuditEntry
from tasklists import extending, halting
from tasklists.models import Extension, TaskEvent, TaskItem
from tests import make
from tests.tasklists.test_rules import light_of

pytestmark = pytest.mark.django_db
TODAY = make.TODAY
LATER = date(2024, 3, 31)


@pytest.fixture(autouse=True)
def business_date(db):
    make.make_business_date()


@pytest.fixture
def office(db):
    return make.make_user("coordinator")


@pytest.fixture
def reporter(db):
    return make.make_user("dept_reporter")


def overdue_item(reporter):
    """A task led by the reporter's organisation, due 2023-11-15, reported as far as its pace asks."""
    item = make.make_item(lead=reporter.organisation, due_on=date(2023, 11, 15))
    make.make_report(item.assignments.get(), "2023-11", percent=100)
    return item


def ask(item, reporter, **changes):
    part = item.assignments.get(organisation=reporter.organisation)
    values = {"new_due_on": LATER, "reason": "消防验收排期靠后", "by": reporter, "on": TODAY} | changes
    return extending.ask_extension(part=part, **values)


def decide(asked, office, grant=True, **changes):
    values = {"reason": "情况属实", "by": office, "on": TODAY} | changes
    return extending.decide_extension(extension=asked, grant=grant, **values)


def test_granted_extension_moves_the_deadline_once(reporter, office):
    item = overdue_item(reporter)
    asked = [ask(item, reporter) for _ in range(3)][0]
    item.refresh_from_db()
    assert item.due_on == date(2023, 11, 15), "asking moves nothing"
    for _ in range(3):
        decide(asked, office)
    item.refresh_from_db()
    assert (item.due_on, item.version) == (LATER, 2)
    kept = Extension.objects.get()
    assert (kept.state, kept.old_due_on, kept.new_due_on, kept.decided_by) == (
        "granted",
        date(2023, 11, 15),
        LATER,
        office,
    )
    assert list(TaskEvent.objects.order_by("id").values_list("kind", flat=True)) == ["extension_asked", "extended"]
    assert list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True)) == ["申请延期", "批准延期"]


def test_light_of_an_earlier_day_keeps_the_deadline_that_stood(reporter, office):
    item = overdue_item(reporter)
    assert light_of(item) == "overdue"
    decide(ask(item, reporter), office)
    item.refresh_from_db()
    assert light_of(item) == "normal"
    assert light_of(item, TODAY - timedelta(days=1)) == "overdue"
    before, after = (TaskItem.objects.as_of(day).get(pk=item.pk) for day in (date(2023, 11, 10), TODAY))
    assert (before.deadline, before.days_left) == (date(2023, 11, 15), 5)
    assert after.deadline == LATER
    assert list(TaskItem.objects.overdue(TODAY - timedelta(days=1))) == [item]
    assert not TaskItem.objects.overdue(TODAY).exists()


def test_two_extensions_each_keep_their_day(reporter, office):
    item = overdue_item(reporter)
    decide(ask(item, reporter, new_due_on=date(2023, 12, 20), on=date(2023, 11, 20)), office, on=date(2023, 11, 21))
    item.refresh_from_db()
    decide(ask(item, reporter), office)
    stood = {
        day: TaskItem.objects.as_of(day).get().deadline for day in (date(2023, 11, 20), date(2023, 11, 21), TODAY)
    }
    assert list(stood.values()) == [date(2023, 11, 15), date(2023, 12, 20), LATER]
    item.refresh_from_db()
    for day in stood:
        light_of(item, day)


def test_refused_extension_changes_no_deadline(reporter, office):
    item = overdue_item(reporter)
    decide(ask(item, reporter), office, grant=False, reason="理由不充分")
    item.refresh_from_db()
    assert item.due_on == date(2023, 11, 15)
    assert light_of(item, TODAY - timedelta(days=1)) == "overdue"
    assert TaskEvent.objects.filter(kind="extension_no").get().text.endswith("理由不充分")
    ask(item, reporter, reason="补充材料后再次申请")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"new_due_on": date(2023, 11, 15)}, "新时限应晚于原时限 2023-11-15"),
        ({"new_due_on": date(2023, 12, 1)}, "已经过去"),
        ({"new_due_on": None}, "请填写申请延到哪一天"),
        ({"reason": "  "}, "延期须写明原因"),
        ({"reason": "长" * 301}, "最多 300 字"),
    ],
)
def test_request_that_says_too_little_is_refused(reporter, changes, sentence):
    item = overdue_item(reporter)
    with pytest.raises(UserError, match=sentence):
        ask(item, reporter, **changes)
    assert not Extension.objects.exists()


def test_only_a_deciding_part_of_a_running_task_can_ask(reporter, office):
    other = make.make_user("dept_reporter")
    item = make.make_item(lead=reporter.organisation, responsible=[other.organisation])
    with pytest.raises(UserError, match="只有牵头单位"):
        ask(item, other)
    with pytest.raises(UserError, match="只能为本单位"):
        extending.ask_extension(
            part=item.assignments.get(role="lead"), new_due_on=LATER, reason="原因", by=other, on=TODAY
        )
    halting.change_state(item=item, act="suspend", reason="政策调整", since=TODAY, by=office, on=TODAY)
    with pytest.raises(UserError, match="不在推进中"):
        ask(item, reporter)
    with pytest.raises(UserError, match="没有完成时限"):
        ask(make.make_item(lead=reporter.organisation, due_on=None), reporter)


def test_the_asker_never_decides_and_reporters_never_do(reporter, office):
    asked = ask(overdue_item(reporter), reporter)
    with pytest.raises(UserError, match="只有协调办"):
        decide(asked, make.make_user("dept_reporter"))
    Extension.objects.update(asked_by=office)
    asked.refresh_from_db()
    with pytest.raises(UserError, match="自己提出"):
        decide(asked, office)


def test_second_request_waits_for_the_first(reporter, office):
    item = overdue_item(reporter)
    asked = ask(item, reporter)
    with pytest.raises(UserError, match="等协调办审批后再申请"):
        ask(item, reporter, new_due_on=date(2024, 6, 30))
    decide(asked, office, grant=False)
    with pytest.raises(UserError, match="不用再审批"):
        decide(asked, make.make_user("coordinator"))


def test_a_usual_day_asks_no_extension_per_row(reporter, office):
    item = overdue_item(reporter)
    decide(ask(item, reporter), office)
    with CaptureQueriesContext(connection) as queries:
        list(TaskItem.objects.as_of(TODAY))
    assert "old_due_on" not in queries.captured_queries[-1]["sql"]
    with CaptureQueriesContext(connection) as queries:
        list(TaskItem.objects.as_of(TODAY - timedelta(days=1)))
    assert "old_due_on" in queries.captured_queries[-1]["sql"]


# --- the page ------------------------------------------------------------------------------------------


def test_asking_and_granting_on_the_page(reporter, office):
    item = overdue_item(reporter)
    page = reverse("tasklists:detail", args=[item.pk])
    client, url = make.client_of(reporter), reverse("tasklists:extend", args=[item.pk])
    refused = client.post(url, {"new_due_on": "2023-10-01", "reason": "消防验收靠后"})
    text = refused.content.decode()
    assert refused.status_code == 400
    assert "新时限应晚于原时限 2023-11-15，现填 2023-10-01。" in text
    assert "消防验收靠后" in text and 'value="2023-10-01"' in text
    assert client.post(url, {"new_due_on": "31日", "reason": "x"}).status_code == 400
    assert client.post(url, {"new_due_on": "2024-03-31", "reason": "消防验收靠后"}).url == page
    asked = Extension.objects.get()
    desk = make.client_of(office)
    assert "批准延期" in desk.get(page).content.decode()
    decision = reverse("tasklists:extension", args=[asked.pk])
    silent = desk.post(decision, {"decision": "grant", "reason": ""})
    assert silent.status_code == 400 and "审批须写明原因" in silent.content.decode()
    assert desk.post(decision, {"decision": "grant", "reason": "情况属实"}).url == page
    shown = client.get(page).content.decode()
    assert "2024年3月31日" in shown and "批准延期" in shown
    assert "2023年11月15日" in client.get(f"{page}?as_of=2023-12-12").content.decode()


def test_a_request_is_seen_by_its_organisation_and_the_office_alone(reporter, office):
    other = make.make_organisation()
    item = make.make_item(lead=reporter.organisation, responsible=[other])
    ask(item, reporter, reason="只有我们知道的原因")
    page = reverse("tasklists:detail", args=[item.pk])
    seen = {
        user.role: "只有我们知道的原因" in make.client_of(user).get(page).content.decode()
        for user in (reporter, office, make.make_user("reviewer", other))
    }
    assert seen == {"dept_reporter": True, "coordinator": True, "reviewer": False}
