"""Evidence files: checked, stored under random names outside the web root, read back after an access check."""

import hashlib
import secrets
from pathlib import Path

from django.conf import settings
from django.db import transaction

from common import audit, uploads
from common.errors import UserError
from common.files import write_file
from tasklists import reporting
from tasklists.models import Evidence, ProgressReport

MAX_FILES = 20


@transaction.atomic
def add_evidence(*, report: ProgressReport, name: str, content: bytes, by, on) -> Evidence:
    """Store one file with the report and return its row; the same file twice is one row.

    Raises UserError when the file is not allowed or the report can no longer be changed.
    """
    report = ProgressReport.objects.select_for_update().get(pk=report.pk)
    reporting.check_reporter(report.assignment, by)
    digest = hashlib.sha256(content).hexdigest()
    if already := report.evidence.filter(sha256=digest).first():
        return already
    _check_editable(report, by, on)
    kind = uploads.check_upload(name, content)
    if report.evidence.count() >= MAX_FILES:
        raise UserError(f"每期佐证材料最多 {MAX_FILES} 份。", field="file")
    stored = f"evidence/{secrets.token_hex(2)}/{secrets.token_hex(16)}.{kind}"
    write_file(Path(settings.MEDIA_ROOT) / stored, content)
    try:
        evidence = Evidence.objects.create(
            report=report,
            name=uploads.clean_name(name),
            path=stored,
            size=len(content),
            sha256=digest,
            uploaded_by=by,
        )
        audit.record(by=by, action="上传佐证材料", target=report, after={"name": evidence.name, "sha256": digest})
    except BaseException:
        path_of(stored).unlink(missing_ok=True)
        raise
    return evidence


def add_files(*, report: ProgressReport, files, by, on) -> list[tuple]:
    """Store the uploaded ``files`` with the report; return (None, sentence) for each that was refused."""
    refusals = []
    for file in files:
        name = uploads.clean_name(file.name)
        try:
            if file.size > uploads.MAX_BYTES:
                raise UserError("文件超过 20 MB，请压缩或拆分后上传。")
            add_evidence(report=report, name=name, content=file.read(), by=by, on=on)
        except UserError as refusal:
            refusals.append((None, f"佐证材料“{name}”未上传：{refusal.message}"))
    return refusals


@transaction.atomic
def remove_evidence(*, evidence: Evidence, by, on) -> None:
    """Take a file off a report that is still being written; the stored file goes with the commit."""
    report = ProgressReport.objects.select_for_update().get(pk=evidence.report_id)
    _check_editable(report, by, on)
    audit.record(
        by=by, action="删除佐证材料", target=report, before={"name": evidence.name, "sha256": evidence.sha256}
    )
    stored = path_of(evidence.path)
    evidence.delete()
    transaction.on_commit(lambda: stored.unlink(missing_ok=True))


def path_of(stored: str) -> Path:
    return Path(settings.MEDIA_ROOT) / stored


def _check_editable(report, by, on):
    reporting.check_reporter(report.assignment, by)
    if report.state not in reporting.EDITABLE:
        raise UserError("填报已提交，佐证材料不能再改。")
    reporting.check_open(assignment=report.assignment, period=report.period, on=on)
