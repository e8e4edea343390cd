"""A draft's task is corrected before its assignment; a list's thresholds are set by the office."""

from datetime import date

import pytest
from django.urls import reverse

from common.errors import UserError
from common.models import AuditEntry
from common.versions import StaleVersion
from tasklists import drafting
from tasklists.models import TaskItem
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


@pytest.fixture
def draft(db):
    return make.make_list("draft-list", state="draft")


def a_draft_item(draft, **fields):
    return make.make_item(draft, **{"assigned_on": None, "due_on": date(2024, 6, 30)} | fields)


def edit(item, office, *, owners=None, version=1, **changes):
    values = {"title": "新的任务名", "text": "", "due_on": date(2024, 9, 30), "long_term": False} | changes
    return drafting.edit_item(item=item, owners=owners or {}, version=version, by=office, on=TODAY, **values)


def parts_of(item):
    return {(p.organisation_id, p.role, p.decides) for p in item.assignments.all()}


def test_title_deadline_and_owners_are_written(office, draft):
    first, second, third = (make.make_organisation() for _ in range(3))
    item = a_draft_item(draft, responsible=[first, second])
    kept = item.assignments.get(organisation=second).pk
    saved = edit(item, office, owners={"lead": [first], "responsible": [second], "supporting": [third]})
    assert (saved.title, saved.due_on, saved.version) == ("新的任务名", date(2024, 9, 30), 2)
    assert parts_of(item) == {
        (first.pk, "lead", True),
        (second.pk, "responsible", False),
        (third.pk, "supporting", False),
    }
    assert item.assignments.get(organisation=second).pk == kept
    edit(item, office, version=2, owners={"responsible": [second]})
    assert parts_of(item) == {(second.pk, "responsible", True)}
    assert AuditEntry.objects.filter(action="修改清单草稿").count() == 2


def test_what_makes_no_sense_is_refused(office, draft):
    one = make.make_organisation("市商务局")
    item = a_draft_item(draft, lead=one)
    for changes, sentence in (
        ({"title": " "}, "请填写任务"),
        ({"title": "长" * 161}, "最多 160 字"),
        ({"due_on": date(2023, 12, 12)}, "早于交办日期"),
        ({"long_term": True}, "长期坚持的任务不填完成时限"),
        ({"owners": {"lead": [one], "supporting": [one]}}, "市商务局同时列为牵头和配合"),
    ):
        with pytest.raises(UserError, match=sentence):
            edit(item, office, **changes)
    with pytest.raises(StaleVersion):
        edit(item, office, version=3)
    with pytest.raises(UserError, match="只有协调办"):
        edit(item, make.make_user("leader"))
    with pytest.raises(UserError, match="已经交办"):
        edit(make.make_item(lead=one), office)
    item.refresh_from_db()
    assert item.version == 1 and parts_of(item) == {(one.pk, "lead", True)}


def test_editing_on_the_page_keeps_what_was_typed(office, draft):
    one = make.make_organisation("市商务局")
    item = a_draft_item(draft)
    client, url = make.client_of(office), reverse("tasklists:edit", args=[item.pk])
    assert url in client.get(reverse("tasklists:detail", args=[item.pk])).content.decode()
    typed = {"version": 1, "title": "冷链二期", "text": "", "due_on": "2023-12-01", "lead": one.pk}
    refused = client.post(url, typed)
    text = refused.content.decode()
    assert refused.status_code == 400 and "完成时限 2023-12-01 早于交办日期" in text
    assert 'value="冷链二期"' in text and f'value="{one.pk}" selected' in text
    assert client.post(url, typed | {"due_on": "2024-05-31"}).status_code == 302
    stale = client.post(url, typed | {"due_on": "2024-08-31", "title": "另一个名字"})
    assert stale.status_code == 409 and 'value="另一个名字"' in stale.content.decode()
    assert TaskItem.objects.get(pk=item.pk).title == "冷链二期"
    assigned = make.make_item()
    assert "已经交办" in client.get(reverse("tasklists:edit", args=[assigned.pk])).content.decode()


def test_thresholds_belong_to_the_list_and_move_its_lights(office):
    task_list, other = make.make_list("annual"), make.make_list("other")
    due = {"due_on": date(2024, 1, 10), "assigned_on": date(2023, 12, 1)}
    items = [make.make_item(one, lead=make.make_organisation(), **due) for one in (task_list, other)]
    for item in items:
        make.make_report(item.assignments.get(), "2023-12", percent=100, approved_on=TODAY)
    assert [light_of(item) for item in items] == ["normal", "normal"]
    client, url = make.client_of(office), reverse("tasklists:thresholds", args=["annual"])
    for near, lag, sentence in (
        ("0", "10", "临期天数应为 1—90"),
        ("15", "130", "滞后百分点应为 1—50 的整数，现填 130"),
    ):
        refused = client.post(url, {"near_days": near, "lag_points": lag, "version": 1})
        assert refused.status_code == 400 and sentence in refused.content.decode()
        assert f'value="{lag}"' in refused.content.decode()
    for _ in range(2):
        assert client.post(url, {"near_days": "30", "lag_points": "5", "version": 1}).status_code == 302
    for item in items:
        item.task_list.refresh_from_db()
    assert [light_of(item) for item in items] == ["near", "normal"]
    assert AuditEntry.objects.filter(action="设定亮灯标准").count() == 1
    stale = client.post(url, {"near_days": "20", "lag_points": "5", "version": 1})
    assert stale.status_code == 400 and "刚被他人改过" in stale.content.decode()
