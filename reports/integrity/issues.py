"""Issued bulletins: files, pictures, text and figures are those that were frozen, as the audit chain tells."""

from common.audit_archive import sealing_entries
from reports.bulletins.kept import document_path, picture_path
from reports.bulletins.sealing import seal_of
from reports.integrity.findings import Findings, file_fault, in_chunks
from reports.models import Bulletin

KIND = "bulletins"
FROZEN = (Bulletin.State.PUBLISHED, Bulletin.State.WITHDRAWN)


def check_bulletins(findings: Findings) -> None:
    told = {entry.target_id: entry.after or {} for entry in _publishings()}
    for issues in in_chunks(Bulletin._base_manager.filter(state__in=FROZEN)):
        for issue in issues:
            findings.checked[KIND] += 1
            target = f"{Bulletin._meta.label} {issue.pk}"
            for fault in _faults(issue, told.get(str(issue.pk))):
                findings.add(KIND, target, f"第{issue.issue}期《{issue.title}》{fault}")
    _check_none_gone(findings)


def _check_none_gone(findings):
    """An issue that the audit chain says was published is still one."""
    standing = {str(pk) for pk in Bulletin._base_manager.filter(state__in=FROZEN).values_list("pk", flat=True)}
    for entry in _publishings():
        if entry.target_id not in standing:
            target = f"{Bulletin._meta.label} {entry.target_id}"
            findings.add(KIND, target, f"已印发的《{entry.target_label}》不在已印发的通报中")


def _publishings():
    """What the audit chain says of each issue's files and text at its publishing, archived or not."""
    return sealing_entries(target_kind=Bulletin._meta.label, action="印发通报")


def _faults(issue, told):
    files = {"docx": (issue.docx_file, issue.docx_sha256), "pdf": (issue.pdf_file, issue.pdf_sha256)}
    for ending, (name, digest) in files.items():
        word = {"docx": "Word", "pdf": "PDF"}[ending]
        if not name:
            if not issue.is_demo or told:
                yield f"没有登记 {word} 文件"
            continue
        if name != f"{digest}.{ending}":
            yield f"登记的 {word} 文件名与摘要不符"
        if fault := file_fault(document_path(digest, ending), digest):
            yield f"的 {word} {fault}（{name}）"
        if told and told.get(ending, digest) != digest:
            yield f"登记的 {word} 摘要与印发时的审计记录不符"
    if any(name for name, _ in files.values()) and not issue.content:
        yield "有文件而没有正文"
    for key, digest in (issue.figures or {}).get("pictures", {}).items():
        if fault := file_fault(picture_path(key, digest), digest):
            yield f"的图“{key}”{fault}（{picture_path(key, digest).name}）"
    if told and "seal" in told and told["seal"] != seal_of(issue):
        yield "的正文或数字与印发时不符"
