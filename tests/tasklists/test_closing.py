"""Closing: a claim needs evidence, another person's verification, and every deciding part."""

from datetime import timedelta

import pytest

from common.errors import UserError
from common.models import AuditEntry
from tasklists import assigning, closing, reviewing
from tasklists.models import StateChange, TaskEvent, TaskItem
from tests import make

pytestmark = pytest.mark.django_db
TODAY = make.TODAY


@pytest.fixture
def office(db):
    return make.make_user("coordinator")


def make_claim(item, organisation, **fields):
    """A claim of completion with evidence that the organisation's reviewer has passed on."""
    reporter = make.make_user("dept_reporter", organisation)
    report = make.make_report(
        item.assignments.get(organisation=organisation),
        "2023-12",
        **{
            "state": "org_approved",
            "status": "claimed",
            "percent": 100,
            "submitted_on": TODAY,
            "submitted_by": reporter,
            "organisation_reviewed_by": make.make_user("reviewer", organisation),
        }
        | fields,
    )
    make.make_evidence(report, by=reporter)
    return report


def state_of(item, day=TODAY):
    row = TaskItem.objects.as_of(day).get(pk=item.pk)
    return row.count_state, row.light_reason


def test_verified_claim_of_the_lead_closes_the_task(office):
    lead, other = make.make_organisation(), make.make_organisation()
    item = make.make_item(lead=lead, responsible=[other])
    report = make_claim(item, lead)
    for _ in range(3):
        report = closing.verify_and_close(report=report, version=1, by=office, on=TODAY)
    assert report.state == "approved"
    assert item.assignments.get(organisation=lead).completed_on == TODAY
    assert item.assignments.get(organisation=other).completed_on is None
    assert state_of(item) == ("closed", "closed")
    assert state_of(item, TODAY - timedelta(days=1))[0] != "closed"
    assert StateChange.objects.get().by == office
    assert list(TaskEvent.objects.order_by("id").values_list("kind", flat=True)) == ["part_completed", "closed"]
    assert AuditEntry.objects.filter(action="销号").count() == 1


def test_task_without_lead_closes_with_its_last_part(office):
    first, second = make.make_organisation(), make.make_organisation()
    item = make.make_item(responsible=[first, second])
    closing.verify_and_close(report=make_claim(item, first), version=1, by=office, on=TODAY)
    assert state_of(item)[0] != "closed"
    closing.verify_and_close(report=make_claim(item, second), version=1, by=office, on=TODAY)
    assert state_of(item)[0] == "closed"
    assert StateChange.objects.count() == 1


def test_part_beside_a_lead_does_not_close_the_task(office):
    lead, other = make.make_organisation(), make.make_organisation()
    item = make.make_item(lead=lead, responsible=[other])
    closing.verify_and_close(report=make_claim(item, other), version=1, by=office, on=TODAY)
    assert item.assignments.get(organisation=other).completed_on == TODAY
    assert not StateChange.objects.exists()


def test_claim_is_not_approved_like_any_report(office):
    lead = make.make_organisation()
    report = make_claim(make.make_item(lead=lead), lead)
    with pytest.raises(UserError, match="核验并销号"):
        reviewing.office_approve(report=report, version=1, by=office, on=TODAY)


def test_report_without_claim_closes_nothing(office):
    lead = make.make_organisation()
    report = make_claim(make.make_item(lead=lead), lead, status="under_way")
    with pytest.raises(UserError, match="没有申请办结"):
        closing.verify_and_close(report=report, version=1, by=office, on=TODAY)


def test_claim_without_evidence_or_review_is_not_verified(office):
    lead = make.make_organisation()
    report = make_claim(make.make_item(lead=lead), lead)
    report.evidence.all().delete()
    with pytest.raises(UserError, match="没有佐证"):
        closing.verify_and_close(report=report, version=1, by=office, on=TODAY)
    report = make_claim(make.make_item(lead=lead), lead, state="submitted", organisation_reviewed_by=None)
    with pytest.raises(UserError, match="待单位审核"):
        closing.verify_and_close(report=report, version=1, by=office, on=TODAY)
    assert not StateChange.objects.exists()


def test_nobody_else_closes(office):
    lead = make.make_organisation()
    report = make_claim(make.make_item(lead=lead), lead)
    report.submitted_by.role = "coordinator"
    report.submitted_by.save()
    for user in (
        report.submitted_by,
        report.organisation_reviewed_by,
        make.make_user("dept_reporter", lead),
        make.make_user("leader"),
        make.make_user("auditor"),
    ):
        with pytest.raises(UserError, match="只有协调办"):
            closing.verify_and_close(report=report, version=1, by=user, on=TODAY)
    assert not StateChange.objects.exists()


# --- assigning and signing ---------------------------------------------------------------------------


def test_office_assigns_a_draft_list_once(office):
    task_list = make.make_list(state="draft")
    item = make.make_item(task_list, lead=make.make_organisation(), assigned_on=None)
    assert not TaskItem.objects.supervised(TODAY).exists()
    for _ in range(3):
        assigning.assign_list(task_list=task_list, version=1, by=office, on=TODAY)
    item.refresh_from_db()
    assert item.assigned_on == TODAY
    assert TaskItem.objects.supervised(TODAY).get() == item
    assert TaskEvent.objects.get().kind == "assigned"
    assert AuditEntry.objects.get().action == "交办清单"


def test_only_the_office_assigns(office):
    task_list = make.make_list(state="draft")
    make.make_item(task_list, assigned_on=None)
    for role in ("leader", "dept_reporter", "reviewer", "sysadmin"):
        with pytest.raises(UserError):
            assigning.assign_list(task_list=task_list, version=1, by=make.make_user(role), on=TODAY)
    with pytest.raises(UserError, match="资料清单"):
        assigning.assign_list(task_list=make.make_list(state="reference"), version=1, by=office, on=TODAY)
    with pytest.raises(UserError, match="没有任务"):
        assigning.assign_list(task_list=make.make_list(state="draft"), version=1, by=office, on=TODAY)


def test_organisation_signs_for_its_part_once():
    organisation = make.make_organisation()
    part = make.make_item(lead=organisation).assignments.get()
    reporter = make.make_user("dept_reporter", organisation)
    for days in range(3):
        part = assigning.acknowledge(assignment=part, by=reporter, on=TODAY + timedelta(days=days))
    assert part.acknowledged_on == TODAY
    assert TaskEvent.objects.get().kind == "acknowledged"
    with pytest.raises(UserError, match="本单位"):
        assigning.acknowledge(assignment=part, by=make.make_user("dept_reporter"), on=TODAY)
