"""Milestones: the pace runs by way of them, alike in Python and SQL; the office edits them."""

from datetime import date

import pytest
from django.urls import reverse

from common.errors import UserError
from common.models import AuditEntry
from common.versions import StaleVersion
from tasklists import milestones, rules
from tasklists.models import Milestone, TaskItem
from tests import make
from tests.tasklists.test_rules import light_of

pytestmark = pytest.mark.django_db
TODAY = make.TODAY


@pytest.fixture(autouse=True)
def business_date(db):
    make.make_business_date()


@pytest.fixture
def office(db):
    return make.make_user("coordinator")


def a_task(**fields):
    """100 days from assignment (2023-09-01) to deadline (2023-12-10)."""
    dates = {"assigned_on": date(2023, 9, 1), "due_on": date(2023, 12, 10)}
    return make.make_item(lead=make.make_organisation(), **dates | fields)


def add(item, office, **changes):
    values = {"title": "主体完工", "due_on": date(2023, 9, 21), "percent": 60} | changes
    return milestones.add_milestone(item=item, by=office, **values)


def paces(item, days):
    return [TaskItem.objects.as_of(day).get(pk=item.pk).expected for day in days]


def test_pace_runs_straight_between_milestones(office):
    item, other = a_task(), a_task()
    add(item, office)
    add(item, office, title="验收", due_on=date(2023, 11, 20), percent=80)
    days = [date(2023, 9, d) for d in (1, 11, 20, 21, 24)] + [date(2023, 11, 20), date(2023, 11, 30), TODAY]
    assert paces(item, days) == [0, 30, 57, 60, 61, 80, 90, 100]
    rows = list(item.milestones.all())
    assert [rules.expected_percent(item.assigned_on, item.due_on, d, rows) for d in days] == paces(item, days)
    assert paces(other, days) == [0, 10, 19, 20, 23, 80, 90, 100], "a task without steps keeps its straight pace"


def test_light_follows_the_milestones(office):
    item = a_task(due_on=date(2024, 6, 30))
    make.make_report(item.assignments.get(), "2023-11", percent=50)
    assert light_of(item) == "normal"
    add(item, office, due_on=date(2023, 12, 1))
    assert light_of(item) == "behind"


def test_milestone_marked_done_and_removed_by_version(office):
    item = a_task()
    step = [add(item, office) for _ in range(3)][-1]
    assert item.milestones.count() == 1
    done = milestones.mark_milestone(milestone=step, done_on=TODAY, version=1, by=office, on=TODAY)
    assert (done.done_on, done.version) == (TODAY, 2)
    with pytest.raises(StaleVersion):
        milestones.mark_milestone(milestone=step, done_on=None, version=1, by=office, on=TODAY)
    with pytest.raises(UserError, match="刚被他人改过"):
        milestones.remove_milestone(milestone=step, version=1, by=office)
    milestones.remove_milestone(milestone=step, version=2, by=office)
    assert not Milestone.objects.exists()
    actions = AuditEntry.objects.order_by("sequence").values_list("action", flat=True)
    assert list(actions) == ["增加节点", "节点完成", "移除节点"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": " "}, "请填写节点名称"),
        ({"percent": 130}, "1—100"),
        ({"percent": None}, "1—100"),
        ({"due_on": date(2023, 9, 1)}, "应晚于交办日期"),
        ({"due_on": date(2023, 12, 11)}, "不能晚于任务的完成时限"),
        ({"due_on": date(2023, 10, 1), "percent": 20}, "应随时间增加"),
        ({"due_on": date(2023, 9, 10), "percent": 50}, "应随时间增加"),
        ({"due_on": date(2023, 9, 15), "percent": 20}, "一天只设一个节点"),
    ],
)
def test_milestone_that_makes_no_pace_is_refused(office, changes, sentence):
    item = a_task()
    add(item, office, title="开工", due_on=date(2023, 9, 15), percent=40)
    with pytest.raises(UserError, match=sentence):
        add(item, office, **changes)
    assert item.milestones.count() == 1


def test_only_the_office_edits_milestones_of_tasks_with_a_deadline(office):
    with pytest.raises(UserError, match="只有协调办"):
        add(a_task(), make.make_user("leader"))
    with pytest.raises(UserError, match="没有完成时限"):
        add(a_task(due_on=None), office)
    with pytest.raises(UserError, match="资料清单"):
        add(a_task(task_list=make.make_list(state="reference")), office)


def test_milestones_on_the_page(office):
    item = a_task()
    client = make.client_of(office)
    page, url = reverse("tasklists:detail", args=[item.pk]), reverse("tasklists:milestones", args=[item.pk])
    typed = {"act": "add", "title": "主体完工", "due_on": "2023-10-21", "percent": "130"}
    refused = client.post(url, typed)
    text = refused.content.decode()
    assert refused.status_code == 400 and "应为 1—100 的整数" in text
    assert 'value="主体完工"' in text and 'value="130"' in text
    assert client.post(url, typed | {"percent": "60"}).url == page
    step = Milestone.objects.get()
    act = {"milestone": step.pk, "version": 1}
    assert client.post(url, act | {"act": "done"}).url == page
    shown = client.get(page).content.decode()
    assert "主体完工 ✔" in shown and 'class="ms" x1="450"' in shown
    stale = client.post(url, act | {"act": "undo"})
    assert stale.status_code == 400 and "刚被他人改过" in stale.content.decode()
    client.post(url, {"milestone": step.pk, "version": 2, "act": "remove"})
    assert not Milestone.objects.exists()
    gone = client.post(url, {"milestone": step.pk, "version": 2, "act": "remove"})
    assert gone.status_code == 400 and "已被他人移除" in gone.content.decode()
