"""The audit trail: one entry per write, in the writer's own transaction, chained by digest.

If the entry cannot be written the change is not written either. GB/T 22239-2019 level 3 asks for
who, when, what and the result, kept at least 180 days and protected from change.
"""

import hashlib
import json

from django.db import transaction
from django.utils import timezone

from common import context
from common.models import AuditArchive, AuditEntry, AuditHead

GENESIS = "0" * 64
HEAD = ["sequence", "digest", "data_sequence"]
ARCHIVED = "归档审计记录"

# What leaves all counted data as it is: values computed before such an entry still stand (common/remember.py).
# Whatever is not named here is taken to change them.
UNCOUNTED = frozenset(
    (
        "登录", "登录未成功", "退出", "结束其他登录", "解除锁定", "修改密码", "重置密码", "设置提醒邮箱",
        "绑定动态口令", "验证动态口令", "动态口令未通过", "使用恢复码", "生成恢复码", "重置动态口令",
        "越权访问", "导出", "下载通报", "下载批量通报", "下载项目单页", "下载项目文件", "企业下载答复文件",
        "下载整改单", "下载督办单", "下载佐证材料", "下载填报表", "下载台账标注",
        "申请生成通报", "批量生成通报", "重试批量通报", "生成通报草稿", "编辑通报", "上传通报照片",
        "通报送签", "通报退回起草", "订阅通报", "取消订阅通报",
    )
)  # fmt: skip


def record(*, by, action, target=None, label="", before=None, after=None, succeeded=True) -> AuditEntry:
    """Append one entry and return it. ``by`` is the acting user, or None for the system itself.

    Must run inside the transaction of the change it describes.
    """
    head = _locked_head()
    entry = _next_entry(
        head, by, action=action, target=target, label=label, before=before, after=after, succeeded=succeeded
    )
    entry.save(force_insert=True)
    head.save(update_fields=HEAD)
    return entry


def record_many(*, by, action, changes) -> list[AuditEntry]:
    """Append one entry per (target, before, after) of ``changes``, all of one action, in the queries of one."""
    if not changes:
        return []
    head = _locked_head()
    entries = [
        _next_entry(head, by, action=action, target=target, before=before, after=after)
        for target, before, after in changes
    ]
    AuditEntry.objects.bulk_create(entries)
    head.save(update_fields=HEAD)
    return entries


def _locked_head() -> AuditHead:
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("audit entries are written in the transaction of the change they describe")
    return AuditHead.objects.select_for_update().get_or_create(pk=1, defaults={"digest": GENESIS})[0]


def _next_entry(head, by, *, action, target=None, label="", before=None, after=None, succeeded=True) -> AuditEntry:
    """Return the unsaved entry that follows ``head``, and move ``head`` on to it."""
    request = context.current.get()
    if request.memory is not None:
        request.memory.clear()  # what the request has read before this change is old now
    entry = AuditEntry(
        sequence=head.sequence + 1,
        at=timezone.now(),
        actor=by,
        actor_name=by.get_username() if by else "",
        role=by.role if by else "",
        address=request.address,
        action=action,
        target_kind=target._meta.label if target is not None else "",
        target_id=str(target.pk) if target is not None else "",
        target_label=(label or (str(target) if target is not None else ""))[:200],
        before=_plain(before),
        after=_plain(after),
        succeeded=succeeded,
        request_id=request.request_id,
        previous_digest=head.digest or GENESIS,
    )
    entry.digest = digest_of(entry)
    head.sequence, head.digest = entry.sequence, entry.digest
    if action not in UNCOUNTED:
        head.data_sequence = entry.sequence
    return entry


def digest_of(entry: AuditEntry) -> str:
    """Return the SHA-256 over the entry's content and the digest before it."""
    content = {
        "sequence": entry.sequence,
        "at": entry.at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "actor": entry.actor_id,
        "actor_name": entry.actor_name,
        "role": entry.role,
        "address": entry.address,
        "action": entry.action,
        "target": [entry.target_kind, entry.target_id, entry.target_label],
        "before": entry.before,
        "after": entry.after,
        "succeeded": entry.succeeded,
        "request_id": entry.request_id,
        "previous": entry.previous_digest,
    }
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def broken_links() -> list[str]:
    """Walk the whole chain and return one Chinese sentence per altered, missing or reordered entry."""
    return [sentence for _, sentence in chain_faults()]


def chain_faults(heads: dict[int, str] | None = None):
    """Walk the whole chain and yield (entry's number, Chinese sentence) per altered, missing or reordered entry.

    ``heads`` are digests by number that were written down elsewhere: a chain made anew does not have them.
    The chain begins after the last archive (common/audit_archive.py), whose register must be told in it.
    """
    heads = heads or {}
    archive = AuditArchive.objects.order_by("-last_sequence").first()
    expected, previous = (archive.last_sequence + 1, archive.last_digest) if archive else (1, GENESIS)
    if archive:
        yield from _register_faults(archive, heads)
    for entry in AuditEntry.objects.order_by("sequence").iterator():
        yield from link_faults(entry, expected, previous, heads)
        expected, previous = entry.sequence + 1, entry.digest
    head = AuditHead.objects.filter(pk=1).first()
    if head is None and expected > 1:
        yield expected - 1, f"审计链条末端的登记缺失，实有 {expected - 1} 条"
    if head and (head.sequence, head.digest or GENESIS) != (expected - 1, previous):
        yield head.sequence, f"审计记录末尾应为第 {head.sequence} 条，实有 {expected - 1} 条"
    for sequence in sorted(sequence for sequence in heads if sequence >= expected):
        yield sequence, f"审计记录第 {sequence} 条已导出过链条末端，现在缺失"


def link_faults(entry: AuditEntry, expected: int, previous: str, heads: dict[int, str]):
    """Yield what is wrong with one link that should have the number ``expected`` and follow ``previous``."""
    if entry.sequence != expected:
        last = entry.sequence - 1
        span = f"第 {expected} 条" if last == expected else f"第 {expected} 条至第 {last} 条"
        yield expected, f"审计记录{span}缺失"
    elif entry.previous_digest != previous:
        yield entry.sequence, f"审计记录第 {entry.sequence} 条与前一条不衔接"
    if digest_of(entry) != entry.digest:
        yield entry.sequence, f"审计记录第 {entry.sequence} 条内容被改动"
    if heads.get(entry.sequence, entry.digest) != entry.digest:
        yield entry.sequence, f"审计记录第 {entry.sequence} 条与当日导出的链条末端不一致"


def _register_faults(archive, heads):
    told = AuditEntry.objects.filter(action=ARCHIVED, target_kind=archive._meta.label, target_id=str(archive.pk))
    entry = told.order_by("sequence").first()
    if entry is None or entry.after != register_of(archive):
        yield archive.last_sequence, f"审计记录归档至第 {archive.last_sequence} 条的登记与链条所记不符"
    if heads.get(archive.last_sequence, archive.last_digest) != archive.last_digest:
        yield archive.last_sequence, f"审计记录第 {archive.last_sequence} 条与当日导出的链条末端不一致"


def register_of(archive: AuditArchive) -> dict:
    """Return what the trail tells of an archive: all of its register, what is kept as a digest."""
    kept = json.dumps(archive.kept, ensure_ascii=False, sort_keys=True)
    return {
        "首条": archive.first_sequence,
        "末条": archive.last_sequence,
        "首条之前的摘要": archive.previous_digest,
        "末条摘要": archive.last_digest,
        "文件": archive.file_name,
        "文件摘要": archive.sha256,
        "仍须对照的记录": hashlib.sha256(kept.encode()).hexdigest(),
    }


def data_stamp() -> int:
    """Return a number that grows with every write that can change a figure, for what is computed from the data:
    the number of the newest entry that is not UNCOUNTED."""
    return AuditHead.objects.filter(pk=1).values_list("data_sequence", flat=True).first() or 0


def _plain(values):
    """Turn dates, decimals and the like into what JSON holds, so that the digest can be checked later."""
    return None if values is None else json.loads(json.dumps(values, ensure_ascii=False, default=str))
