"""Reporting: saving, handing in, what is refused, and two people at the same row."""

import threading
from datetime import date

import pytest
from django.db import connection

from common.errors import UserError
from common.models import AuditEntry, PeriodLock
from common.versions import StaleVersion
from tasklists import evidence, reporting
from tasklists.models import Evidence, ProgressReport, TaskEvent
from tests import make

TODAY = make.TODAY
pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    """A department with its task, its reporter and a stranger of another department."""

    class Cast:
        organisation = make.make_organisation("市商务局")
        reporter = make.make_user("dept_reporter", organisation)
        stranger = make.make_user("dept_reporter")
        item = make.make_item(lead=organisation)
        part = item.assignments.get()

    return Cast


def values(**changes):
    return {"status": "under_way", "percent": 60, "text": "主体完工", "difficulty": "", "outlook": "on_time"} | changes


def save(cast, version=0, period="2023-12", by=None, **changes):
    return reporting.save_report(
        assignment=cast.part,
        period=period,
        values=values(**changes),
        version=version,
        by=by or cast.reporter,
        on=TODAY,
    )


def test_reporter_saves_and_hands_in(cast):
    report = save(cast)
    assert (report.state, report.percent, report.version) == ("draft", 60, 1)
    report = reporting.submit_report(report=report, by=cast.reporter, on=TODAY)
    assert (report.state, report.submitted_on, report.submitted_by) == ("submitted", TODAY, cast.reporter)
    event = TaskEvent.objects.get()
    assert (event.kind, event.organisation, event.period) == ("submitted", cast.organisation, "2023-12")
    assert list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True)) == ["保存填报", "提交填报"]


def test_same_acts_repeated_make_one_row_and_one_trace(cast):
    for _ in range(20):
        report = reporting.submit_report(report=save(cast), by=cast.reporter, on=TODAY)
    assert report.state == "submitted"
    assert ProgressReport.objects.count() == TaskEvent.objects.count() == 1
    assert AuditEntry.objects.count() == 2


def test_second_editor_of_one_version_is_told_and_changes_nothing(cast):
    colleague = make.make_user("dept_reporter", cast.organisation)
    first = save(cast)
    save(cast, version=1, percent=70)
    with pytest.raises(StaleVersion) as stale:
        save(cast, version=1, percent=80, by=colleague)
    assert stale.value.current.percent == 70
    with pytest.raises(StaleVersion):
        save(cast, version=0, percent=80, by=colleague)
    first.refresh_from_db()
    assert (first.percent, first.version) == (70, 2)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"percent": 130}, "percent"),
        ({"percent": -1}, "percent"),
        ({"percent": None}, "percent"),
        ({"status": "closed"}, "status"),
        ({"outlook": "great"}, "outlook"),
    ],
)
def test_values_that_cannot_be_are_refused(cast, changes, field):
    with pytest.raises(UserError) as refusal:
        save(cast, **changes)
    assert refusal.value.field == field
    assert not ProgressReport.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": "  "}, "text"),
        ({"status": "not_started", "percent": 5}, "percent"),
        ({"status": "claimed", "percent": 90}, "percent"),
        ({"status": "claimed", "percent": 100}, "file"),
    ],
)
def test_incomplete_report_is_kept_as_draft_but_not_handed_in(cast, changes, field):
    report = save(cast, **changes)
    with pytest.raises(UserError) as refusal:
        reporting.submit_report(report=report, by=cast.reporter, on=TODAY)
    assert refusal.value.field == field
    report.refresh_from_db()
    assert report.state == "draft"


def test_claim_with_evidence_is_handed_in(cast):
    report = save(cast, status="claimed", percent=100)
    evidence.add_evidence(report=report, name="验收意见.pdf", content=make.PDF, by=cast.reporter, on=TODAY)
    assert reporting.submit_report(report=report, by=cast.reporter, on=TODAY).state == "submitted"


def refused(cast, **kwargs):
    with pytest.raises(UserError) as refusal:
        save(cast, **kwargs)
    assert not ProgressReport.objects.exists()
    return refusal.value.message


def test_closed_months_take_no_report(cast):
    assert "还没有到" in refused(cast, period="2024-01")
    assert "此前的月份" in refused(cast, period="2023-02")
    PeriodLock.objects.create(area="tasks", period="2023-11", locked_on=TODAY)
    assert "已锁定" in refused(cast, period="2023-11")


def test_finished_tasks_take_no_report(cast):
    make.make_state_change(cast.item, "closed", on=date(2023, 12, 1))
    assert "已销号" in refused(cast)
    make.make_state_change(cast.item, "suspended", on=date(2023, 12, 2))
    assert "已中止" in refused(cast)
    make.make_state_change(cast.item, "open", on=date(2023, 12, 3))
    cast.part.completed_on = date(2023, 12, 3)
    cast.part.save()
    assert "已经完成" in refused(cast)


def test_tasks_not_assigned_and_supporting_parts_take_no_report(cast):
    cast.item.task_list.state = "draft"
    cast.item.task_list.save()
    assert "没有交办" in refused(cast)
    cast.item.task_list.state = "in_force"
    cast.item.task_list.save()
    cast.part.role = "supporting"
    cast.part.save()
    assert "配合单位" in refused(cast)


def test_strangers_and_reviewers_cannot_report(cast):
    for user in (cast.stranger, make.make_user("reviewer", cast.organisation), make.make_user("coordinator")):
        assert "只能填报本单位" in refused(cast, by=user)


def test_report_in_review_cannot_be_changed_until_returned(cast):
    report = reporting.submit_report(report=save(cast), by=cast.reporter, on=TODAY)
    with pytest.raises(UserError, match="待单位审核"):
        save(cast, version=report.version, percent=70)
    ProgressReport.objects.update(state="returned", return_reason="补数据", returned_on=TODAY)
    report = save(cast, version=report.version, percent=70)
    assert (report.state, report.percent) == ("returned", 70)
    assert reporting.submit_report(report=report, by=cast.reporter, on=TODAY).state == "submitted"
    assert AuditEntry.objects.filter(action="重新提交填报").count() == 1


def test_write_fails_when_its_audit_entry_fails(cast, monkeypatch):
    def broken(**_):
        raise RuntimeError("audit down")

    monkeypatch.setattr(reporting.audit, "record", broken)
    with pytest.raises(RuntimeError):
        save(cast)
    assert not ProgressReport.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_racing_first_savers_one_wins_and_the_others_are_told():
    organisation = make.make_organisation()
    part = make.make_item(lead=organisation).assignments.get()
    users = [make.make_user("dept_reporter", organisation) for _ in range(6)]
    outcomes, gate = [], threading.Barrier(len(users))

    def race(number, user):
        gate.wait()
        try:
            reporting.save_report(
                assignment=part, period="2023-12", values=values(percent=number), version=0, by=user, on=TODAY
            )
            outcomes.append("saved")
        except StaleVersion:
            outcomes.append("stale")
        finally:
            connection.close()

    threads = [threading.Thread(target=race, args=pair) for pair in enumerate(users)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["saved"] + ["stale"] * 5
    assert ProgressReport.objects.count() == 1


# --- evidence --------------------------------------------------------------------------------------


def test_evidence_is_stored_under_a_random_name_once(cast, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    report = save(cast)
    for _ in range(3):
        stored = evidence.add_evidence(
            report=report, name="..\\秘密/证明.pdf", content=make.PDF, by=cast.reporter, on=TODAY
        )
    assert Evidence.objects.count() == 1
    assert stored.name == "证明.pdf"
    assert "证明" not in stored.path
    assert evidence.path_of(stored.path).read_bytes() == make.PDF


def test_evidence_of_a_report_in_review_stays_as_it_is(cast):
    report = save(cast)
    stored = evidence.add_evidence(report=report, name="a.pdf", content=make.PDF, by=cast.reporter, on=TODAY)
    reporting.submit_report(report=report, by=cast.reporter, on=TODAY)
    with pytest.raises(UserError):
        evidence.add_evidence(report=report, name="b.pdf", content=make.PDF + b"2", by=cast.reporter, on=TODAY)
    with pytest.raises(UserError):
        evidence.remove_evidence(evidence=stored, by=cast.reporter, on=TODAY)
    assert Evidence.objects.count() == 1


def test_removed_evidence_takes_its_file_along(cast, settings, tmp_path, django_capture_on_commit_callbacks):
    settings.MEDIA_ROOT = tmp_path
    stored = evidence.add_evidence(report=save(cast), name="a.pdf", content=make.PDF, by=cast.reporter, on=TODAY)
    with django_capture_on_commit_callbacks(execute=True):
        evidence.remove_evidence(evidence=stored, by=cast.reporter, on=TODAY)
    assert not Evidence.objects.exists()
    assert not any(path.is_file() for path in tmp_path.rglob("*"))
