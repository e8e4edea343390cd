"""Physical progress (形象进度) of a project, as seen on a day."""

from datetime import date

from django.db import transaction

from common import audit
from common.errors import UserError
from projects.entries import may_enter
from projects.models import Project, SiteProgress

TEXT_LIMIT = 200


@transaction.atomic
def record_progress(*, project: Project, seen_on: date, percent: int, text: str, by, on: date) -> SiteProgress:
    """Write what was seen on a day and return the row; the same day again replaces it, the old value is audited."""
    project = Project.objects.select_for_update(of=("self",)).get(pk=project.pk)
    if not may_enter(by, project):
        raise UserError("只有项目落地县市区的填报员可以填形象进度。")
    text = " ".join((text or "").split())
    if not 0 <= percent <= 100:
        raise UserError(f"形象进度应为 0—100，现填 {percent}，未保存。", field="percent")
    if seen_on > on:
        raise UserError("日期还没有到，请填已看到的进度。", field="seen_on")
    if len(text) > TEXT_LIMIT:
        raise UserError(f"说明最多 {TEXT_LIMIT} 字，现有 {len(text)} 字。", field="text")
    signed = project.stages.filter(stage="signed", on__lte=on).order_by("on").first()
    if signed is None:
        raise UserError("项目还没有签约，没有形象进度可填。")
    if seen_on < signed.on:
        raise UserError(f"日期早于签约日期 {signed.on}，请核对。", field="seen_on")
    earlier = project.site_progress.filter(on__lt=seen_on).order_by("-on").first()
    if earlier and percent < earlier.percent and not text:
        raise UserError(f"低于 {earlier.on} 的 {earlier.percent}%，请在说明中写明原因。", field="text")
    row = project.site_progress.select_for_update().filter(on=seen_on).first()
    if row and (row.percent, row.text) == (percent, text):
        return row
    before = {"percent": row.percent, "text": row.text} if row else None
    row = row or SiteProgress(project=project, on=seen_on)
    row.percent, row.text, row.by = percent, text, by
    row.save()
    after = {"percent": percent, "text": text, "on": seen_on}
    audit.record(by=by, action="填形象进度", target=row, label=project.name, before=before, after=after)
    return row
