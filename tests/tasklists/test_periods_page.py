"""Months lock, open again by two people, and what changes since is kept as a correction."""

import pytest
from django.urls import reverse

from common.errors import UserError
from common.models import AuditEntry, PeriodLock, UnlockRequest
from common.versions import StaleVersion
from tasklists import corrections, locking, reporting
from tasklists.models import ProgressReport, ReportRevision
from tests import make

pytestmark = pytest.mark.django_db
TODAY = make.TODAY
VALUES = {"status": "under_way", "percent": 70, "text": "改后的进展", "difficulty": "", "outlook": "on_time"}


@pytest.fixture(autouse=True)
def business_date(db):
    make.make_business_date()


@pytest.fixture
def office(db):
    return make.make_user("coordinator")


@pytest.fixture
def colleague(db):
    return make.make_user("coordinator")


@pytest.fixture
def reporter(db):
    return make.make_user("dept_reporter")


def reopen(period, office, colleague):
    """Lock the month and open it again in the name of both."""
    locking.lock_month(period=period, by=office, on=TODAY)
    asked = locking.ask_unlock(period=period, reason="单位来函更正", by=office, on=TODAY)
    locking.agree_unlock(request_id=asked.pk, by=colleague, on=TODAY)


def a_report(reporter, period="2023-11", **fields):
    return make.make_report(make.make_item(lead=reporter.organisation).assignments.get(), period, **fields)


def correct(report, office, version=1, reason="数字笔误", **changes):
    return corrections.correct_report(
        report=report, values=VALUES | changes, reason=reason, version=version, by=office, on=TODAY
    )


def test_locked_month_takes_no_report_and_locks_once(office, reporter):
    report = a_report(reporter, state="draft")
    for _ in range(3):
        locking.lock_month(period="2023-11", by=office, on=TODAY)
    assert PeriodLock.objects.get().by == office
    assert AuditEntry.objects.filter(action="锁定期间").count() == 1
    with pytest.raises(UserError, match="2023年11月已锁定"):
        reporting.save_report(
            assignment=report.assignment, period="2023-11", values=VALUES, version=1, by=reporter, on=TODAY
        )


def test_a_month_locks_when_it_is_over_and_reviewed(office, reporter):
    report = a_report(reporter, state="submitted")
    with pytest.raises(UserError, match="还有 1 份填报待审核"):
        locking.lock_month(period="2023-11", by=office, on=TODAY)
    with pytest.raises(UserError, match="2023年12月还没有结束"):
        locking.lock_month(period="2023-12", by=office, on=TODAY)
    with pytest.raises(UserError, match="年月"):
        locking.lock_month(period="2023-13", by=office, on=TODAY)
    with pytest.raises(UserError, match="只有协调办"):
        locking.lock_month(period="2023-10", by=reporter, on=TODAY)
    ProgressReport.objects.filter(pk=report.pk).update(state="draft")
    locking.lock_month(period="2023-11", by=office, on=TODAY)


def test_unlocking_needs_a_reason_and_two_people(office, colleague):
    locking.lock_month(period="2023-11", by=office, on=TODAY)
    with pytest.raises(UserError, match="解锁须写明原因"):
        locking.ask_unlock(period="2023-11", reason=" ", by=office, on=TODAY)
    asked = [locking.ask_unlock(period="2023-11", reason="来函更正", by=office, on=TODAY) for _ in range(3)][0]
    assert UnlockRequest.objects.count() == 1
    with pytest.raises(UserError, match="等另一人同意"):
        locking.ask_unlock(period="2023-11", reason="另一个原因", by=colleague, on=TODAY)
    with pytest.raises(UserError, match="不能同意自己的申请"):
        locking.agree_unlock(request_id=asked.pk, by=office, on=TODAY)
    assert PeriodLock.objects.exists()
    for _ in range(3):
        locking.agree_unlock(request_id=asked.pk, by=colleague, on=TODAY)
    assert not PeriodLock.objects.exists()
    with pytest.raises(UserError, match="没有锁定"):
        locking.ask_unlock(period="2023-11", reason="再来一次", by=office, on=TODAY)
    locking.lock_month(period="2023-11", by=office, on=TODAY)
    assert not corrections.open_again(["2023-11"])


def test_request_is_taken_back_by_its_asker_alone(office, colleague):
    locking.lock_month(period="2023-11", by=office, on=TODAY)
    asked = locking.ask_unlock(period="2023-11", reason="来函更正", by=office, on=TODAY)
    with pytest.raises(UserError, match="只能撤回自己的"):
        locking.withdraw_unlock(request_id=asked.pk, by=colleague)
    locking.withdraw_unlock(request_id=asked.pk, by=office)
    with pytest.raises(UserError, match="已经撤回"):
        locking.agree_unlock(request_id=asked.pk, by=colleague, on=TODAY)
    assert PeriodLock.objects.exists()


def test_change_in_a_reopened_month_is_kept_with_old_and_new(office, colleague, reporter):
    report = a_report(reporter, state="draft", percent=60)
    other = make.make_item(lead=reporter.organisation).assignments.get()
    reopen("2023-11", office, colleague)
    reporting.save_report(
        assignment=report.assignment, period="2023-11", values=VALUES, version=1, by=reporter, on=TODAY
    )
    kept = {row.field: (row.old, row.new, row.reason, row.by) for row in ReportRevision.objects.all()}
    assert kept == {
        "percent": ("60", "70", "单位来函更正", reporter),
        "text": ("2023-11进展", "改后的进展", "单位来函更正", reporter),
    }
    reporting.save_report(assignment=other, period="2023-11", values=VALUES, version=0, by=reporter, on=TODAY)
    late = ReportRevision.objects.filter(report__assignment=other)
    assert dict(late.values_list("field", "old"))["percent"] == ""
    december = make.make_item(lead=reporter.organisation).assignments.get()
    before = ReportRevision.objects.count()
    reporting.save_report(assignment=december, period="2023-12", values=VALUES, version=0, by=reporter, on=TODAY)
    assert ReportRevision.objects.count() == before, "a month that never was locked has no corrections"


def test_approved_report_is_corrected_by_the_office_and_stays_approved(office, colleague, reporter):
    report = a_report(reporter, percent=60)
    with pytest.raises(UserError, match="没有锁定过"):
        correct(report, office)
    reopen("2023-11", office, colleague)
    with pytest.raises(UserError, match="更正须写明原因"):
        correct(report, office, reason="")
    with pytest.raises(UserError, match="办结不能用更正"):
        correct(report, office, status="claimed")
    with pytest.raises(StaleVersion):
        correct(report, office, version=7)
    assert not ReportRevision.objects.exists()
    saved = correct(report, office)
    assert (saved.state, saved.approved_on, saved.percent) == ("approved", report.approved_on, 70)
    assert set(ReportRevision.objects.values_list("field", "reason")) == {
        ("percent", "数字笔误"),
        ("text", "数字笔误"),
    }
    with pytest.raises(UserError, match="没有改动"):
        correct(saved, office, version=2)
    locking.lock_month(period="2023-11", by=office, on=TODAY)
    with pytest.raises(UserError, match="已锁定，请先申请解锁"):
        correct(saved, office, version=2, percent=80)


def test_locking_and_unlocking_on_the_page(office, colleague, reporter):
    a_report(reporter)
    url, desk, second = reverse("tasklists:periods"), make.client_of(office), make.client_of(colleague)
    refused = desk.post(url, {"act": "lock", "period": "2023-12"})
    assert refused.status_code == 400 and "2023年12月还没有结束" in refused.content.decode()
    assert desk.post(url, {"act": "lock", "period": "2023-11"}).status_code == 302
    silent = desk.post(url, {"act": "ask", "period": "2023-11", "reason": ""})
    assert silent.status_code == 400 and "解锁须写明原因" in silent.content.decode()
    desk.post(url, {"act": "ask", "period": "2023-11", "reason": "单位来函"})
    asked = UnlockRequest.objects.get()
    assert "同意解锁" not in desk.get(url).content.decode()
    assert "同意解锁" in second.get(url).content.decode()
    own = desk.post(url, {"act": "agree", "period": "2023-11", "request": asked.pk})
    assert own.status_code == 400 and "不能同意自己的申请" in own.content.decode()
    assert second.post(url, {"act": "agree", "period": "2023-11", "request": asked.pk}).status_code == 302
    assert not PeriodLock.objects.exists()
    assert desk.post(url, {"act": "agree", "request": "x" * 99}).status_code == 400


def test_correcting_on_the_page_shows_it_on_the_task_and_in_the_list(office, colleague, reporter):
    report = a_report(reporter, percent=60)
    reopen("2023-11", office, colleague)
    task = reverse("tasklists:detail", args=[report.assignment.item_id])
    url, desk = reverse("tasklists:correct", args=[report.pk]), make.client_of(office)
    assert url in desk.get(task).content.decode()
    typed = VALUES | {"version": 1, "reason": "", "text": "安装完成六成"}
    refused = desk.post(url, typed)
    assert refused.status_code == 400
    assert "更正须写明原因" in refused.content.decode() and "安装完成六成" in refused.content.decode()
    stale = desk.post(url, typed | {"reason": "笔误", "version": 9})
    assert stale.status_code == 409 and "安装完成六成" in stale.content.decode()
    assert desk.post(url, typed | {"reason": "单位笔误"}).status_code == 302
    for page in (make.client_of(reporter).get(task), desk.get(reverse("tasklists:periods"))):
        text = page.content.decode()
        assert "安装完成六成" in text and "单位笔误" in text
