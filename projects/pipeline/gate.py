"""The gate before signing (三个不选): three answers by someone other than who entered the project."""

from datetime import date

from django.db import transaction

from common import audit
from common.errors import UserError
from common.versions import StaleVersion, save_over
from projects.models import AdmissionCheck, Project
from projects.pipeline.rights import check_review
from projects.stages import BEFORE_SIGNING, Stage

QUESTIONS = ("policy_fits", "environment_fits", "returns_fit")


@transaction.atomic
def record_admission(
    *, project: Project, answers: dict, note: str, on: date | None, version: int, by, today: date
) -> AdmissionCheck:
    """Keep the answers (question → True, False or None) over ``version`` (0 for the first time); return the row.

    Raises UserError when an answer or the reason of a no is missing, after signing, or from who entered it.
    """
    project = Project.objects.select_for_update().get(pk=project.pk)
    check_review(by, project)
    note = " ".join(note.split())
    if project.created_by_id == by.pk:
        raise UserError("准入审查应由录入人以外的人作出。", field="admission")
    stages = list(project.stages.values_list("stage", flat=True))
    if any(stage not in (*BEFORE_SIGNING, Stage.PAUSED) for stage in stages):
        raise UserError("项目已签约或已结束，准入审查不能再改。", field="admission")
    for name in QUESTIONS:
        if answers.get(name) is None:
            words = AdmissionCheck._meta.get_field(name).verbose_name
            raise UserError(f"请对“{words}”作出选择。", field=name)
    if not all(answers[name] for name in QUESTIONS) and not note:
        raise UserError("有一项不符合时，请写明情况。", field="note")
    if len(note) > 300:
        raise UserError(f"说明最多 300 个字，现为 {len(note)} 个字。", field="note")
    if on is None or on > today:
        raise UserError("审查日期应为今天或以前。", field="checked_on")
    values = {name: answers[name] for name in QUESTIONS} | {"note": note, "checked_on": on, "checked_by": by}
    before = AdmissionCheck.objects.filter(project=project).first()
    if before is None:
        row = AdmissionCheck.objects.create(project=project, **values)
    elif all(getattr(before, name) == value for name, value in values.items()):
        return before
    elif version == 0:
        raise StaleVersion(before)
    else:
        was = {name: getattr(before, name) for name in (*QUESTIONS, "note", "checked_on")}
        row = save_over(before, version=version, **values)
    audit.record(
        by=by,
        action="准入审查通过" if row.passed else "准入审查不通过",
        target=project,
        before=was if before is not None else None,
        after=values | {"checked_by": str(by)},
    )
    return row
