"""A ledger on its way in: the file kept, checked (large ones by a job), mapped by hand, written, taken back."""

import uuid
from dataclasses import asdict
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction

from common import audit, clock, jobs
from common.errors import UserError
from common.files import write_file
from common.ledgers.checked import Checked
from common.ledgers.checking import check_file
from common.ledgers.kinds import Wish, code_of, kind_of, kinds_of
from common.ledgers.reading import check_ledger_file
from common.ledgers.table import NeededColumnMissing
from common.ledgers.writing import commit_batch, digest_of, label_of
from common.models import ColumnMapping, ImportBatch, Job

JOB = "ledger"
SMALL_BYTES = 150 * 1024  # checked and written within the request; larger ones by a job
SHOWN_PROBLEMS = 300
State = ImportBatch.State


def visible_batches(user):
    """Return the ledgers that this user may see: the office all, others their organisation's."""
    found = ImportBatch.objects.filter(kind__in=[kind.key for kind in kinds_of(user)])
    if "supervise" in user.actions:
        return found
    if "report" in user.actions and user.organisation_id:
        return found.filter(organisation_code=user.organisation.code)
    return found.none()


def add_batch(*, kind: str, name: str, content: bytes, by, wish: Wish, on: date) -> ImportBatch:
    """Keep the file and have it checked. Raises UserError when it cannot be a ledger; then nothing is kept."""
    if kind_of(kind) not in kinds_of(by):
        raise UserError(f"没有导入{kind_of(kind).name}的权限。")
    check_ledger_file(name, content)
    batch = ImportBatch(
        kind=kind,
        file_name=name[-160:],
        digest=digest_of(content),
        path=f"ledgers/{uuid.uuid4().hex}",
        organisation_code=code_of(by),
        options=asdict(wish),
        created_by=by,
    )
    small = len(content) <= SMALL_BYTES
    checked = _check(batch, content, on) if small else None
    write_file(Path(settings.MEDIA_ROOT) / batch.path, content)
    with transaction.atomic():
        batch.save()
        if not small:
            jobs.enqueue(kind=JOB, key=f"{batch.pk}", payload={"batch": batch.pk, "act": "check"}, by=by)
        after = {"digest": batch.digest, "rows": checked.rows if checked else None}
        audit.record(by=by, action="上传台账", target=batch, label=label_of(batch), after=after)
    return batch


def wish_of(batch: ImportBatch) -> Wish:
    return Wish(**batch.options)


def content_of(batch: ImportBatch) -> bytes:
    try:
        return (Path(settings.MEDIA_ROOT) / batch.path).read_bytes()
    except (FileNotFoundError, IsADirectoryError):
        raise UserError("上传的文件已不在，请重新上传。") from None


def check_again(batch: ImportBatch, on: date, progress=None) -> Checked:
    """Check the kept file against the rows as they are now, with the rights of whoever uploaded it."""
    return check_file(
        kind=batch.kind,
        name=batch.file_name,
        content=content_of(batch),
        by=batch.created_by,
        on=on,
        wish=wish_of(batch),
        progress=progress,
    )


def _check(batch: ImportBatch, content: bytes, on: date, progress=None) -> Checked | None:
    """Set the batch's check (unsaved). A sheet whose main column has to be named by hand is no refusal."""
    try:
        checked = check_file(
            kind=batch.kind,
            name=batch.file_name,
            content=content,
            by=batch.created_by,
            on=on,
            wish=wish_of(batch),
            progress=progress,
        )
    except NeededColumnMissing as missing:
        batch.report = {
            "unmapped": missing.message,
            "sheet": missing.sheet,
            "headers": missing.headers,
            "columns": missing.found,
        }
        batch.rows = batch.accepted = 0
        return None
    batch.rows, batch.accepted = checked.rows, checked.accepted
    batch.report = _report(checked)
    return checked


def _report(checked: Checked) -> dict:
    """Return the check as it is stored for its page: the first problems, and how many there are."""
    table = checked.table
    found = checked.to_json()
    found["errors"], found["warnings"] = found["errors"][:SHOWN_PROBLEMS], found["warnings"][:SHOWN_PROBLEMS]
    columns = {key: table.header.label(key) for key in table.header.columns}
    return found | {
        "error_count": len(checked.errors),
        "warning_count": len(checked.warnings),
        "to_write": len(checked.ready),
        "at_once": checked.at_once,
        "unchanged": checked.unchanged,
        "period": checked.period,
        "headers": list(dict.fromkeys(table.header.words.values())),
        "columns": columns,
        "other_sheets": table.other_sheets,
    }


@transaction.atomic
def set_mapping(*, batch: ImportBatch, mapping: dict, sheet: str, header_row: int | None, by, on: date) -> ImportBatch:
    """Check the file anew with headers chosen by hand, and remember them for the organisation."""
    batch = _open_batch(batch)
    known = {field.key for field in kind_of(batch.kind).fields()}
    moved = header_row not in (None, batch.report.get("header_row")) or sheet not in ("", batch.report.get("sheet"))
    mapping = {} if moved else {key: words for key, words in mapping.items() if key in known}
    batch.options = batch.options | {"mapping": mapping, "sheet": sheet, "header_row": header_row}
    _recheck(batch, by, on)
    if not moved:  # other headers: what was chosen for the old ones says nothing of them
        ColumnMapping.objects.update_or_create(
            kind=batch.kind,
            organisation_code=batch.organisation_code,
            defaults={"mapping": {key: words for key, words in mapping.items() if words}},
        )
    audit.record(by=by, action="指定台账列对应", target=batch, label=label_of(batch), after=mapping)
    return batch


def _recheck(batch, by, on) -> None:
    content = content_of(batch)
    if len(content) <= SMALL_BYTES:
        _check(batch, content, on)
    else:
        batch.report = None
        jobs.enqueue(kind=JOB, key=f"{batch.pk}", payload={"batch": batch.pk, "act": "check"}, by=by)
    batch.save()


def _open_batch(batch: ImportBatch) -> ImportBatch:
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state != State.CHECKED:
        raise UserError(f"这份台账{batch.get_state_display()}，不能再改。")
    return batch


def commit(*, batch: ImportBatch, by, on: date) -> ImportBatch:
    """Write the batch now when it is small, else by a job. Raises UserError when it has errors."""
    if batch.state == State.CHECKED and (not batch.report or batch.report.get("unmapped")):
        raise UserError("台账还没有检查完，不能导入。")
    if batch.state == State.CHECKED and batch.report.get("error_count"):
        raise UserError(f"台账有 {batch.report['error_count']} 处错误，没有导入任何数据。")
    if batch.state == State.CHECKED and len(content_of(batch)) > SMALL_BYTES:
        jobs.enqueue(kind=JOB, key=f"{batch.pk}", payload={"batch": batch.pk, "act": "commit"}, by=by)
        return batch
    return commit_batch(batch=batch, checked=check_again(batch, on), by=by, on=on, wish=wish_of(batch))


def job_of(batch: ImportBatch) -> Job | None:
    """Return the batch's newest job."""
    return Job.objects.filter(kind=JOB, key=f"{batch.pk}").first()


@jobs.handler(JOB)
def do_job(job, progress):
    """Check a large ledger, or check and write it; the rows are written in the job's closing transaction."""
    batch = ImportBatch.objects.select_related("created_by__organisation").get(pk=job.payload["batch"])
    on = clock.today()
    if job.payload["act"] == "check":
        _check(batch, content_of(batch), on, progress)

        def store():
            ImportBatch.objects.filter(pk=batch.pk, state=State.CHECKED).update(
                report=batch.report, rows=batch.rows, accepted=batch.accepted
            )
            return {"batch": batch.pk}

        return store
    checked = check_again(batch, on, progress)
    progress(90, f"写入 {len(checked.ready):,} 行")

    def write():
        commit_batch(batch=batch, checked=checked, by=job.created_by, on=on, wish=wish_of(batch))
        return {"batch": batch.pk, "written": len(checked.ready)}

    return write
