"""Files kept with projects: checked, stored under random names outside the web root, read after an access check."""

import hashlib
import secrets
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from common import audit, uploads
from common.errors import UserError
from common.files import write_file
from projects.models import CaseStep, HealthFinding, Project, ProjectFile, ServiceCase

VOUCHER_ENDINGS = (".pdf", ".png", ".jpg", ".jpeg")


@transaction.atomic
def store_file(*, project: Project | None, purpose: str, upload, by, field: str = "file") -> ProjectFile:
    """Store an uploaded file (``name``, ``size``, ``read()``) and return its row; the same file twice is one row.

    Call it last, after everything else was checked: a stored file without a row is left where it lies. Raises
    UserError at ``field`` when the file is not allowed (common.uploads).
    """
    name = uploads.clean_name(upload.name)
    if upload.size > uploads.MAX_BYTES:
        raise UserError("文件超过 20 MB，请压缩或拆分后上传。", field=field)
    if purpose == ProjectFile.Purpose.VOUCHER and not name.lower().endswith(VOUCHER_ENDINGS):
        raise UserError("凭证请上传扫描件或照片：pdf、png、jpg 文件。", field=field)
    content = upload.read()
    try:
        kind = uploads.check_upload(name, content)
    except UserError as refusal:
        raise UserError(f"文件“{name}”未上传：{refusal.message}", field=field) from None
    digest = hashlib.sha256(content).hexdigest()
    if project is not None:
        Project.objects.select_for_update().get(pk=project.pk)
    same = ProjectFile.objects.filter(project=project, purpose=purpose, sha256=digest)
    if project is None:  # of a case: another organisation's file of the same content stays its own
        same = same.filter(uploaded_by=by, name=name)
    if already := same.first():
        return already
    stored = f"projects/{secrets.token_hex(2)}/{secrets.token_hex(16)}.{kind}"
    write_file(path_of(stored), content)
    try:
        row = ProjectFile.objects.create(
            project=project,
            purpose=purpose,
            name=name,
            path=stored,
            size=len(content),
            sha256=digest,
            uploaded_by=by,
        )
        audit.record(by=by, action=f"上传{row.get_purpose_display()}", target=row, after={"sha256": digest})
    except BaseException:
        path_of(stored).unlink(missing_ok=True)
        raise
    return row


def visible_files(user):
    """Return the files this user may open: of projects, cases and findings that are visible to them."""
    cases = CaseStep.objects.filter(case__in=ServiceCase.objects.visible_to(user), file__isnull=False)
    findings = HealthFinding.objects.visible_to(user).filter(file__isnull=False)
    return ProjectFile.objects.filter(
        Q(project__in=Project.objects.visible_to(user).order_by())
        | Q(pk__in=cases.order_by().values("file"))
        | Q(pk__in=findings.order_by().values("file"))
    )


def path_of(stored: str) -> Path:
    return Path(settings.MEDIA_ROOT) / stored
