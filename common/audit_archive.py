"""Old entries of the audit trail leave the table for a file, and the chain stays verifiable.

The file holds the entries whole, one line of JSON each, packed. A row registers it: numbers, digests at both ends, the
file's digest; and the trail that goes on tells this register, so that the chain seals where it now begins. What other
checks still compare with (entries that hold a seal) stays in the register.
"""

import gzip
import json
import os
import tempfile
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction

from common import audit
from common.errors import UserError
from common.files import file_digest, sync_folder
from common.models import AuditArchive, AuditEntry

LEAST_DAYS = 180  # GB/T 22239-2019 8.1.5.4 and the Cybersecurity Law, art. 21: six months; the triggers hold to it
AT_ONCE = 2000
COLUMNS = [field.attname for field in AuditEntry._meta.concrete_fields]


def folder() -> Path:
    return Path(settings.DATA_DIR) / "audit-archive"


def archive_before(moment: datetime, *, by=None) -> AuditArchive | None:
    """Move every entry older than ``moment`` to a file; return its register, None where nothing is that old.

    Raises UserError when the chain is broken: what is wrong must be looked into before anything leaves.
    """
    last = _last_before(moment)
    if last is None:
        return None
    if broken := audit.broken_links():
        raise UserError(f"审计链条不完整（{broken[0]}），没有归档。请先查明原因。")
    archive = _write(last)
    with transaction.atomic():
        archive.save(force_insert=True)
        audit.record(by=by, action=audit.ARCHIVED, target=archive, after=audit.register_of(archive))
        for start in range(archive.first_sequence, last + 1, AT_ONCE):
            AuditEntry.objects.filter(sequence__range=(start, min(last, start + AT_ONCE - 1))).delete()
    return archive


def _last_before(moment) -> int | None:
    """The number of the last entry before the first one that is young; clocks may have gone back, numbers do not."""
    entries = AuditEntry.objects.order_by("sequence")
    young = entries.filter(at__gte=moment).first()
    old = entries.filter(sequence__lt=young.sequence) if young else entries
    return old.values_list("sequence", flat=True).last()


def _write(last: int) -> AuditArchive:
    """Write the file, whole or not at all, and return its register, not yet saved."""
    entries = AuditEntry.objects.filter(sequence__lte=last).order_by("sequence")
    first, final = entries.first(), entries.last()
    path = folder() / f"audit-{first.sequence:09d}-{last:09d}.jsonl.gz"
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    kept = []
    try:
        with os.fdopen(handle, "wb") as file:
            with gzip.GzipFile("", "wb", fileobj=file, mtime=0) as packed:
                for entry in entries.iterator(AT_ONCE):
                    row = [getattr(entry, name) for name in COLUMNS]
                    packed.write(json.dumps(row, ensure_ascii=False, cls=_Microseconds).encode() + b"\n")
                    if isinstance(entry.after, dict) and "seal" in entry.after:
                        kept.append(_kept(entry))
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise UserError("审计归档没有写成：磁盘空间不足或文件读写出错。") from error
    finally:
        Path(temporary).unlink(missing_ok=True)
    sync_folder(path.parent)
    return AuditArchive(
        first_sequence=first.sequence,
        last_sequence=last,
        first_at=first.at,
        last_at=final.at,
        previous_digest=first.previous_digest,
        last_digest=final.digest,
        file_name=path.name,
        sha256=file_digest(path)[0],
        kept=kept,
    )


class _Microseconds(DjangoJSONEncoder):
    """Times whole: the digests are made over their microseconds."""

    def default(self, o):
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


def _kept(entry) -> dict:
    names = ("sequence", "action", "target_kind", "target_id", "target_label", "after")
    return {name: getattr(entry, name) for name in names}


def sealing_entries(*, target_kind: str, action: str):
    """Yield every entry of this kind and action that holds a seal, archived or not, in the order of the chain."""
    for archive in AuditArchive.objects.order_by("last_sequence"):
        for held in archive.kept:
            if (held["target_kind"], held["action"]) == (target_kind, action):
                yield AuditEntry(**held)
    yield from AuditEntry.objects.filter(target_kind=target_kind, action=action).order_by("sequence").iterator()


def archive_faults(archive: AuditArchive, heads: dict[int, str]):
    """Read the archive's file through and yield a sentence per fault: the file, its digest, each link."""
    path = folder() / archive.file_name
    try:
        if file_digest(path)[0] != archive.sha256:
            yield f"审计归档 {archive.file_name} 内容与登记的摘要不符"
            return
    except OSError:
        yield f"审计归档 {archive.file_name} 缺失或不能读取"
        return
    expected, previous = archive.first_sequence, archive.previous_digest
    for entry in read_file(path):
        for _, sentence in audit.link_faults(entry, expected, previous, heads):
            yield f"{archive.file_name}：{sentence}"
        expected, previous = entry.sequence + 1, entry.digest
    if (expected - 1, previous) != (archive.last_sequence, archive.last_digest):
        yield f"审计归档 {archive.file_name} 的末条与登记不符"


def read_file(path: Path):
    """Yield the archived entries, as they were."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            held = dict(zip(COLUMNS, json.loads(line), strict=True))
            yield AuditEntry(**held | {"at": datetime.fromisoformat(held["at"])})
