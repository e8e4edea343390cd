"""Writing a checked ledger in one transaction, and taking it back while nobody has gone on from it."""

import hashlib
from datetime import date

from django.db import transaction
from django.utils import timezone

from common import audit, statistics
from common.errors import UserError
from common.ledgers.checked import Checked
from common.ledgers.kinds import Asked, Wish, kind_of
from common.models import ImportBatch

CHUNK = 500
MANY = 1000  # rows after which the database is asked to count its tables anew
CHANGED_SINCE = "导入以后又有改动，不能撤销；请逐项更正。"
STALE = "检查以后数据又有改动，请重新检查后再导入。"


@transaction.atomic
def commit_batch(*, batch: ImportBatch, checked: Checked, by, on: date, wish: Wish) -> ImportBatch:
    """Write the checked rows and mark the batch as imported; asking twice is one act."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state == ImportBatch.State.COMMITTED:
        return batch
    if batch.state == ImportBatch.State.UNDONE:
        raise UserError("这次导入已撤销；要再导入，请重新上传文件。")
    if checked.errors:
        raise UserError(f"台账有 {len(checked.errors)} 处错误，没有导入任何数据。")
    kind = kind_of(batch.kind)
    checked.table.rows, checked.table.sheet.rows = [], []  # read by now; writing needs the room
    asked = Asked(by=by, on=on, wish=wish, file_name=batch.file_name, digest=batch.digest)
    batch.undo = kind.write(checked, asked, batch)
    if checked.rows > MANY:
        transaction.on_commit(statistics.refresh)
    batch.state = ImportBatch.State.COMMITTED
    batch.committed_at = timezone.now()
    batch.save(update_fields=["undo", "state", "committed_at", "rows", "accepted"])
    after = {"rows": checked.rows, "written": len(checked.ready), "period": checked.period, "digest": batch.digest}
    audit.record(by=by, action="导入台账", target=batch, label=label_of(batch), after=after)
    return batch


@transaction.atomic
def undo_batch(*, batch: ImportBatch, by) -> ImportBatch:
    """Take the whole import back. Raises UserError when any of its rows has changed since; twice is one act."""
    batch = ImportBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.state == ImportBatch.State.UNDONE:
        return batch
    if batch.state != ImportBatch.State.COMMITTED:
        raise UserError("还没有导入，不用撤销。")
    kind_of(batch.kind).undo(batch.undo)
    batch.state = ImportBatch.State.UNDONE
    batch.undone_at = timezone.now()
    batch.save(update_fields=["state", "undone_at"])
    audit.record(by=by, action="撤销台账导入", target=batch, label=label_of(batch))
    return batch


def label_of(batch: ImportBatch) -> str:
    return f"{kind_of(batch.kind).name} {batch.file_name}"[:200]


def chunks(ids: list):
    """Yield the ids in portions that one query can name."""
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
