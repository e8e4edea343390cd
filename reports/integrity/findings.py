"""What a check has looked at and what it has found."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from common.files import file_digest

CHUNK = 500
KINDS = {
    "audit": "审计记录",
    "audit_heads": "导出的审计链条末端",
    "audit_archives": "审计归档",
    "bulletins": "已印发的通报",
    "attachments": "附件",
    "assessments": "已确认的考核结果",
    "vouchers": "资金凭证",
    "figures": "数字",
}


@dataclass(frozen=True)
class Fault:
    """One thing that is not as it was kept: of which kind, where, and a sentence that says what."""

    kind: str
    target: str
    message: str


@dataclass
class Findings:
    checked: Counter = field(default_factory=lambda: Counter(dict.fromkeys(KINDS, 0)))
    faults: list[Fault] = field(default_factory=list)

    def add(self, kind: str, target: str, message: str) -> None:
        self.faults.append(Fault(kind, target, message))

    def to_json(self) -> dict:
        """Return the form of ``check_integrity --json``."""
        return {
            "ok": not self.faults,
            "checked": dict(self.checked),
            "faults": [{"kind": f.kind, "target": f.target, "message": f.message} for f in self.faults],
        }


def in_chunks(queryset):
    """Yield the rows in the order of their keys, a portion per query: no long statement, no growing memory."""
    last = 0
    while rows := list(queryset.filter(pk__gt=last).order_by("pk")[:CHUNK]):
        yield rows
        last = rows[-1].pk


def file_fault(path: Path, sha256: str) -> str:
    """Return in words what is wrong with a stored file; empty when it is what it was."""
    try:
        digest, _ = file_digest(path)
    except FileNotFoundError:
        return "文件缺失"
    except OSError:
        return "文件不能读取"
    return "" if digest == sha256 else "文件内容与登记的摘要不符"
