"""Review: the organisation's reviewer, then the office; returns with a reason; figures change only at the end."""

import pytest

from common.errors import UserError
from common.models import AuditEntry, PeriodLock
from common.versions import StaleVersion
from tasklists import reporting, reviewing
from tasklists.models import TaskEvent, TaskItem
from tests import make

pytestmark = pytest.mark.django_db
TODAY = make.TODAY


@pytest.fixture
def cast():
    class Cast:
        organisation = make.make_organisation()
        reporter = make.make_user("dept_reporter", organisation)
        reviewer = make.make_user("reviewer", organisation)
        office = make.make_user("coordinator")
        item = make.make_item(lead=organisation)
        part = item.assignments.get()
        report = make.make_report(part, "2023-12", state="submitted", percent=80)

    Cast.report.submitted_by = Cast.reporter
    Cast.report.submitted_on = TODAY
    Cast.report.save()
    return Cast


def percent_of(item):
    return TaskItem.objects.as_of(TODAY).get(pk=item.pk).percent


def test_figures_change_only_when_the_office_has_approved(cast):
    assert percent_of(cast.item) == 0
    report = reviewing.organisation_approve(report=cast.report, version=1, by=cast.reviewer, on=TODAY)
    assert report.state == "org_approved" and percent_of(cast.item) == 0
    report = reviewing.office_approve(report=report, version=2, by=cast.office, on=TODAY)
    assert (report.state, report.approved_on, report.approved_by) == ("approved", TODAY, cast.office)
    assert percent_of(cast.item) == 80
    kinds = list(TaskEvent.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["org_approved", "approved"]
    assert AuditEntry.objects.filter(action="协调办审核通过").count() == 1


def test_approvals_repeated_leave_one_trace(cast):
    for _ in range(5):
        reviewing.organisation_approve(report=cast.report, version=1, by=cast.reviewer, on=TODAY)
    for _ in range(5):
        reviewing.office_approve(report=cast.report, version=2, by=cast.office, on=TODAY)
    assert TaskEvent.objects.count() == AuditEntry.objects.count() == 2


def test_office_waits_for_the_organisation(cast):
    with pytest.raises(UserError, match="待单位审核"):
        reviewing.office_approve(report=cast.report, version=1, by=cast.office, on=TODAY)


def test_return_needs_a_reason_and_gives_the_report_back(cast):
    with pytest.raises(UserError) as refusal:
        reviewing.organisation_return(report=cast.report, version=1, reason=" ", by=cast.reviewer, on=TODAY)
    assert refusal.value.field == "reason"
    for _ in range(3):
        report = reviewing.organisation_return(
            report=cast.report, version=1, reason="请写明时间", by=cast.reviewer, on=TODAY
        )
    assert (report.state, report.return_reason, report.returned_on) == ("returned", "请写明时间", TODAY)
    assert TaskEvent.objects.get().text == "请写明时间"


def test_report_returned_by_the_office_passes_the_reviewer_again(cast):
    report = reviewing.organisation_approve(report=cast.report, version=1, by=cast.reviewer, on=TODAY)
    report = reviewing.office_return(report=report, version=2, reason="缺照片", by=cast.office, on=TODAY)
    report = reporting.submit_report(report=report, by=cast.reporter, on=TODAY)
    assert report.state == "submitted" and report.organisation_reviewed_by is None
    report = reviewing.organisation_approve(report=report, version=report.version, by=cast.reviewer, on=TODAY)
    assert (
        reviewing.office_approve(report=report, version=report.version, by=cast.office, on=TODAY).state == "approved"
    )


def test_only_the_own_reviewer_reviews_for_an_organisation(cast):
    outsider = make.make_user("reviewer")
    for user in (outsider, cast.reporter, cast.office, make.make_user("leader")):
        with pytest.raises(UserError, match="只有本单位审核人"):
            reviewing.organisation_approve(report=cast.report, version=1, by=user, on=TODAY)


def test_submitter_cannot_review_even_after_a_change_of_role(cast):
    cast.reporter.role = "reviewer"
    cast.reporter.save()
    with pytest.raises(UserError, match="不能审核自己提交"):
        reviewing.organisation_approve(report=cast.report, version=1, by=cast.reporter, on=TODAY)


def test_office_member_who_reviewed_before_cannot_approve(cast):
    report = reviewing.organisation_approve(report=cast.report, version=1, by=cast.reviewer, on=TODAY)
    cast.reviewer.role = "coordinator"
    cast.reviewer.save()
    with pytest.raises(UserError, match="自己经手"):
        reviewing.office_approve(report=report, version=2, by=cast.reviewer, on=TODAY)


def test_only_the_office_approves_for_the_office(cast):
    report = reviewing.organisation_approve(report=cast.report, version=1, by=cast.reviewer, on=TODAY)
    for user in (cast.reviewer, cast.reporter, make.make_user("leader"), make.make_user("sysadmin")):
        with pytest.raises(UserError):
            reviewing.office_approve(report=report, version=2, by=user, on=TODAY)


def test_reviewer_who_saw_an_older_version_is_told(cast):
    report = reviewing.organisation_return(report=cast.report, version=1, reason="改", by=cast.reviewer, on=TODAY)
    reporting.submit_report(report=report, by=cast.reporter, on=TODAY)
    with pytest.raises(StaleVersion):
        reviewing.organisation_approve(report=cast.report, version=1, by=cast.reviewer, on=TODAY)


def test_locked_month_is_not_reviewed(cast):
    PeriodLock.objects.create(area="tasks", period="2023-12", locked_on=TODAY)
    with pytest.raises(UserError, match="已锁定"):
        reviewing.organisation_approve(report=cast.report, version=1, by=cast.reviewer, on=TODAY)
