"""Bulk acts: what changes is shown row by row with refusals named; all of it is done, once, or nothing."""

from datetime import date

import pytest
from django.urls import reverse

from common.models import AuditEntry, PeriodLock
from tasklists import bulk
from tasklists.models import Extension, ProgressReport, TaskEvent, TaskItem
from tests import make

pytestmark = pytest.mark.django_db
TODAY = make.TODAY
URL = "/tasks/bulk/"


@pytest.fixture(autouse=True)
def business_date(db):
    make.make_business_date()


@pytest.fixture
def office(db):
    return make.make_user("coordinator")


@pytest.fixture
def client(office):
    return make.client_of(office)


def waiting_reports(amount, period="2023-12", **fields):
    """Reports of as many tasks that wait for the office."""
    reports = []
    for _ in range(amount):
        organisation = make.make_organisation()
        item = make.make_item(lead=organisation)
        people = {
            "submitted_by": make.make_user("dept_reporter", organisation),
            "organisation_reviewed_by": make.make_user("reviewer", organisation),
        }
        reports.append(make.make_report(item.assignments.get(), period, state="org_approved", **people | fields))
    return reports


def items_of(reports):
    return [report.assignment.item_id for report in reports]


def rows_of(reports):
    return [f"{report.pk}:{report.version}" for report in reports]


def states(reports):
    return [ProgressReport.objects.get(pk=report.pk).state for report in reports]


def test_approving_is_previewed_then_done_once(client, office):
    reports = waiting_reports(3)
    other = make.make_item(lead=make.make_organisation(), title="没有填报的任务")
    page = client.get(URL, {"act": "approve", "item": [*items_of(reports), other.pk]}).content.decode()
    assert "通过 3 份" in page and "没有等协调办审核的填报" in page and "没有填报的任务" in page
    assert states(reports) == ["org_approved"] * 3, "looking changes nothing"
    posted = {"act": "approve", "item": items_of(reports), "row": rows_of(reports)}
    for _ in range(3):
        assert client.post(URL, posted).status_code == 302
    assert states(reports) == ["approved"] * 3
    assert set(ProgressReport.objects.values_list("approved_by", "approved_on")) == {(office.pk, TODAY)}
    assert AuditEntry.objects.filter(action="协调办审核通过").count() == 3


def test_rows_that_cannot_be_approved_say_why(client, office):
    claim = waiting_reports(1, status="claimed", percent=100)
    own = waiting_reports(1, submitted_by=office)
    locked = waiting_reports(1, period="2023-11")
    PeriodLock.objects.create(area="tasks", period="2023-11", locked_on=TODAY)
    page = client.get(URL, {"act": "approve", "item": items_of(claim + own + locked)}).content.decode()
    for sentence in ("办结申请须逐份核验", "你经手过这份填报", "2023年11月已锁定"):
        assert sentence in page
    assert "会改动的" not in page
    for reports in (claim, own, locked):
        answer = client.post(URL, {"act": "approve", "item": items_of(reports), "row": rows_of(reports)})
        assert answer.status_code == 409 and "全部没有改动" in answer.content.decode()
    assert states(claim + own + locked) == ["org_approved"] * 3


def test_one_refused_row_undoes_all(client):
    reports = waiting_reports(3)
    ProgressReport.objects.filter(pk=reports[2].pk).update(version=5, text="刚改过")
    answer = client.post(URL, {"act": "approve", "item": items_of(reports), "row": rows_of(reports)})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "刚被他人改过" in text and reports[2].assignment.item.title in text
    assert states(reports) == ["org_approved"] * 3
    assert not TaskEvent.objects.filter(kind="approved").exists()
    assert not AuditEntry.objects.filter(action="协调办审核通过").exists()


def test_returning_takes_one_reason(client):
    reports = waiting_reports(2)
    posted = {"act": "return", "item": items_of(reports), "row": rows_of(reports), "reason": ""}
    silent = client.post(URL, posted)
    assert silent.status_code == 400 and "退回须写明原因" in silent.content.decode()
    for _ in range(2):
        assert client.post(URL, posted | {"reason": "请补充佐证"}).status_code == 302
    assert states(reports) == ["returned"] * 2
    assert list(ProgressReport.objects.values_list("return_reason", flat=True)) == ["请补充佐证"] * 2
    assert TaskEvent.objects.filter(kind="returned").count() == 2


def test_moving_deadlines_keeps_the_old_ones(client):
    items = [make.make_item(lead=make.make_organisation(), due_on=date(2023, 12, day)) for day in (1, 20)]
    late = make.make_item(lead=make.make_organisation(), due_on=date(2024, 12, 31))
    chosen = {"act": "date", "item": [item.pk for item in [*items, late]]}
    assert "看改动" in client.get(URL, chosen).content.decode()
    page = client.get(URL, chosen | {"new_due_on": "2024-03-31"}).content.decode()
    assert "新时限应晚于原时限 2024-12-31" in page and "调整时限 2 项" in page
    bad = client.get(URL, chosen | {"new_due_on": "三月底"})
    assert bad.status_code == 400 and "无法识别" in bad.content.decode()
    posted = chosen | {"new_due_on": "2024-03-31", "row": [f"{item.pk}:1" for item in items]}
    silent = client.post(URL, posted)
    assert silent.status_code == 400 and "调整时限须写明原因" in silent.content.decode()
    for _ in range(2):
        assert client.post(URL, posted | {"reason": "市里统一调整"}).status_code == 302
    assert [TaskItem.objects.get(pk=item.pk).due_on for item in items] == [date(2024, 3, 31)] * 2
    assert set(Extension.objects.values_list("old_due_on", flat=True)) == {date(2023, 12, 1), date(2023, 12, 20)}
    assert TaskItem.objects.as_of(date(2023, 12, 12)).get(pk=items[0].pk).light_reason == "overdue"
    assert TaskItem.objects.as_of(TODAY).get(pk=items[0].pk).light_reason != "overdue"


def test_assigning_a_draft_list_row_by_row(client):
    draft = make.make_list("draft-list", state="draft")
    plain = {"assigned_on": None}
    ready = make.make_item(draft, lead=make.make_organisation(), **plain)
    ownerless = make.make_item(draft, **plain)
    past = make.make_item(draft, lead=make.make_organisation(), due_on=date(2023, 6, 30), **plain)
    page = client.get(URL, {"act": "assign", "list": draft.slug}).content.decode()
    assert "任务没有责任单位" in page and "完成时限 2023-06-30 早于交办日期 2023-12-13" in page
    assert "交办 1 项" in page
    posted = {"act": "assign", "list": draft.slug, "row": [f"{ready.pk}:1"]}
    for _ in range(3):
        assert client.post(URL, posted).url == reverse("tasklists:list_detail", args=[draft.slug])
    draft.refresh_from_db()
    assert draft.state == "in_force"
    dates = dict(TaskItem.objects.values_list("pk", "assigned_on"))
    assert dates == {ready.pk: TODAY, ownerless.pk: None, past.pk: None}
    assert TaskEvent.objects.filter(kind="assigned").count() == 1
    refused = client.post(URL, {"act": "assign", "list": draft.slug, "row": [f"{ownerless.pk}:1"]})
    assert refused.status_code == 409 and "任务没有责任单位" in refused.content.decode()


def test_what_is_sent_is_never_trusted(client):
    report = waiting_reports(1)[0]
    for rows in (["x:1"], [f"{report.pk}"], [f"{report.pk}:-1"], ["9" * 40 + ":1"], []):
        answer = client.post(URL, {"act": "approve", "item": items_of([report]), "row": rows})
        assert answer.status_code == 400
    assert client.post(URL, {"act": "approve", "row": ["999999:1"]}).status_code == 409
    assert client.post(URL, {"act": "explode", "row": rows_of([report])}).status_code == 400
    assert client.get(URL, {"act": "explode"}).status_code == 400
    many = client.post(URL, {"act": "approve", "row": [f"{n}:1" for n in range(bulk.LIMIT + 1)]})
    assert many.status_code == 400 and "一次最多 300 项" in many.content.decode()
    assert states([report]) == ["org_approved"]


def test_boxes_stand_in_the_offices_list_of_today_alone(client):
    make.make_item(lead=make.make_organisation())
    url = reverse("tasklists:list")
    assert 'form="bulk"' in client.get(url).content.decode()
    assert 'form="bulk"' not in client.get(url, {"as_of": "2023-11-30"}).content.decode()
    leader = make.client_of(make.make_user("leader"))
    assert 'form="bulk"' not in leader.get(url).content.decode()
    sheet = client.get(url, {"_export": "xlsx"})
    assert sheet.status_code == 200
