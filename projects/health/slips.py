"""Rectification slips (整改单): answered by the county with evidence, closed or sent back by the office."""

from datetime import date

from django.db import transaction
from django.urls import reverse

from accounts import notices
from accounts.permissions import COORDINATOR, COUNTY_REPORTER, REVIEWER, may
from common import audit
from common.errors import UserError
from common.versions import StaleVersion, save_over
from projects.files import store_file
from projects.models import HealthFinding, ProjectFile

State = HealthFinding.State
ANSWER_LIMIT, REASON_LIMIT = 1000, 200


def may_answer(user, finding: HealthFinding) -> bool:
    return may(user, "report") and user.organisation_id == finding.owner_id and finding.state == State.OPEN


def may_decide(user, finding: HealthFinding) -> bool:
    return may(user, "close") and finding.state == State.ANSWERED and finding.answered_by_id != user.pk


@transaction.atomic
def answer_finding(*, finding: HealthFinding, version: int, answer: str, upload, by, on: date) -> HealthFinding:
    """Say what was done about it, with evidence; ``upload`` may be left out when an earlier answer brought a file.

    Raises StaleVersion when somebody else was first. The same answer again is one.
    """
    if not may(by, "report") or by.organisation_id != finding.owner_id:
        raise UserError("只有整改单位的填报员可以答复。")
    answer = _needed(answer, "answer", "请写明整改情况。", ANSWER_LIMIT)
    finding = _held(finding)
    if finding.state == State.ANSWERED and (finding.answer, finding.answered_by_id) == (answer, by.pk):
        return finding
    if finding.state != State.OPEN:
        raise UserError(f"这份整改单现为“{finding.get_state_display()}”，不用再答复。")
    if upload is None and finding.file_id is None:
        raise UserError("请附整改佐证（照片、许可、凭证等）。", field="file")
    if finding.version != version:
        raise StaleVersion(finding)
    file = finding.file
    if upload is not None:
        purpose = ProjectFile.Purpose.RECTIFICATION
        file = store_file(project=finding.project, purpose=purpose, upload=upload, by=by)
    saved = save_over(
        finding,
        version=version,
        state=State.ANSWERED,
        answer=answer,
        answered_on=on,
        answered_by=by,
        file=file,
        return_reason="",
    )
    audit.record(by=by, action="答复整改单", target=saved, label=_label(saved), after={"answer": answer})
    notices.notify(
        recipients=notices.people_in(COORDINATOR),
        key=f"finding:{saved.pk}:answered:{saved.version}",
        title=f"{saved.owner.short}答复了整改单 {saved.short_number}",
        text=answer,
        url=address_of(saved),
        on=on,
    )
    return saved


@transaction.atomic
def close_finding(*, finding: HealthFinding, version: int, by, on: date) -> HealthFinding:
    """Accept the evidence and close the slip; the county is told. Closing twice is one act."""
    finding = _held(finding)
    if finding.state == State.CLOSED and finding.closed_by_id == by.pk:
        return finding
    _check_office(finding, by)
    saved = save_over(finding, version=version, state=State.CLOSED, closed_on=on, closed_by=by)
    audit.record(by=by, action="办结整改单", target=saved, label=_label(saved), after={"closed_on": on})
    _tell_owner(saved, "closed", f"整改单 {saved.short_number} 已办结", saved.project.name, on)
    return saved


@transaction.atomic
def return_finding(*, finding: HealthFinding, version: int, reason: str, by, on: date) -> HealthFinding:
    """Send the answer back with a reason; deadline and evidence stay."""
    reason = _needed(reason, "reason", "退回须写明原因。", REASON_LIMIT)
    finding = _held(finding)
    if finding.state == State.OPEN and (finding.return_reason, finding.version) == (reason, version + 1):
        return finding
    _check_office(finding, by)
    saved = save_over(finding, version=version, state=State.OPEN, return_reason=reason)
    audit.record(by=by, action="退回整改单", target=saved, label=_label(saved), after={"reason": reason})
    _tell_owner(saved, f"returned:{saved.version}", f"整改单 {saved.short_number} 被退回", reason, on)
    return saved


def address_of(finding: HealthFinding) -> str:
    return reverse("projects:finding", args=[finding.pk])


def _check_office(finding, by):
    if not may(by, "close"):
        raise UserError("只有协调办可以办结或退回整改单。")
    if finding.answered_by_id == by.pk:
        raise UserError("不能复核自己的答复。")
    if finding.state != State.ANSWERED:
        raise UserError(f"这份整改单现为“{finding.get_state_display()}”，还不能复核。")


def _held(finding) -> HealthFinding:
    rows = HealthFinding.objects.select_for_update(of=("self",)).select_related("project", "owner", "file")
    return rows.get(pk=finding.pk)


def _tell_owner(finding, occasion, title, text, on):
    notices.notify(
        recipients=notices.people_of([finding.owner_id], [COUNTY_REPORTER, REVIEWER]),
        key=f"finding:{finding.pk}:{occasion}",
        title=title,
        text=text,
        url=address_of(finding),
        on=on,
    )


def _needed(text, field, missing, limit) -> str:
    text = (text or "").replace("\r\n", "\n").strip()
    if not text:
        raise UserError(missing, field=field)
    if len(text) > limit:
        raise UserError(f"最多 {limit} 字，现有 {len(text)} 字。", field=field)
    return text


def _label(finding) -> str:
    return f"{finding.short_number} {finding.project.name}"
