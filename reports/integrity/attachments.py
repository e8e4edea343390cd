"""Attachments: every file that a row names is there, and is the file that was stored."""

from pathlib import Path

from django.conf import settings

from common.models import ImportBatch
from projects.models import ProjectFile
from reports.integrity.findings import Findings, file_fault, in_chunks
from reports.models import NewsItem
from tasklists.models import Evidence

KIND = "attachments"
# model, what it is called, and the fields that hold its path, digest and name
ATTACHMENTS = (
    (Evidence, "佐证材料", "path", "sha256", "name"),
    (ProjectFile, "项目文件", "path", "sha256", "name"),
    (NewsItem, "工作动态照片", "photo", "photo_sha256", "title"),
    (ImportBatch, "导入的台账", "path", "digest", "file_name"),
)


def check_attachments(findings: Findings) -> None:
    for model, word, *fields in ATTACHMENTS:
        path, digest, name = fields
        for rows in in_chunks(model._base_manager.exclude(**{path: ""}).only("pk", *fields)):
            for row in rows:
                findings.checked[KIND] += 1
                fault = file_fault(Path(settings.MEDIA_ROOT) / getattr(row, path), getattr(row, digest))
                if fault and _stands(row, path, digest):
                    target = f"{row._meta.label} {row.pk}"
                    findings.add(KIND, target, f"{word}“{getattr(row, name)}”{fault}（{getattr(row, path)}）")


def _stands(row, *fields) -> bool:
    """Whether the row is still what was read: a file removed in between with its row is no fault."""
    return type(row)._base_manager.filter(pk=row.pk, **{field: getattr(row, field) for field in fields}).exists()
