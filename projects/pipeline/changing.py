"""A project's dated stage log: going on, pausing, resuming, ending, and withdrawing a mistaken newest row."""

from datetime import date

from django.db import transaction
from django.db.models import F

from common import audit
from common.errors import UserError
from common.versions import StaleVersion
from projects.files import store_file
from projects.models import AdmissionCheck, Project, ProjectFile, StageChange
from projects.pipeline.rights import check_entry, check_review
from projects.stages import NEEDS, OFF_PATH, Stage, credit_code_fault, may_follow, resumes_at


@transaction.atomic
def change_stage(
    *,
    project: Project,
    stage: str,
    on: date | None,
    by,
    today: date,
    seen: int,
    evidence: str = "",
    certificate: str = "",
    reason: str = "",
    upload=None,
    contract_on: date | None = None,
    contract_number: str = "",
) -> StageChange:
    """Log that the project reached ``stage`` on a day and return the row; the same post again returns the same row.

    ``seen``: the newest row its editor knew (0 for none), else StaleVersion. ``contract_*`` are saved with 签约.
    Raises UserError at the field that is missing or wrong.
    """
    project = Project.objects.select_for_update().get(pk=project.pk)
    check_entry(by, project)
    log = list(project.stages.order_by("on", "pk"))
    evidence, certificate, reason = (" ".join(text.split()) for text in (evidence, certificate, reason))
    if stage == Stage.REGISTERED:
        certificate = certificate.upper()
    typed = {"stage": stage, "on": on, "evidence": evidence, "certificate": certificate, "reason": reason}
    newest = log[-1] if log else None
    if newest and newest.recorded_by_id == by.pk and all(getattr(newest, k) == v for k, v in typed.items()):
        return newest
    if seen != (newest.pk if newest else 0):
        raise StaleVersion(project)
    stages = [row.stage for row in log]
    if stage not in Stage.values or stage not in may_follow(stages):
        raise UserError(_not_next(stage, stages), field="stage")
    resumed = bool(stages) and stages[-1] == Stage.PAUSED and stage not in OFF_PATH
    _check_day(on, newest, today)
    if any((row.stage, row.on) == (stage, on) for row in log):
        raise UserError(
            f"{on} 已登记过{Stage(stage).label}，同一天只能登记一次；误登的可由审核人撤销，否则请填写以后的日期。",
            field="on",
        )
    _check_lengths(typed)
    contract = {}
    if stage == Stage.SIGNED and not resumed:
        contract = _contract(project, contract_on, contract_number, today)
    if not resumed:
        _check_needs(project, stage, certificate, evidence, reason, upload)
    file = None
    if upload:
        file = store_file(project=project, purpose=ProjectFile.Purpose.STAGE, upload=upload, by=by)
    Project.objects.filter(pk=project.pk).update(version=F("version") + 1, **contract)
    row = StageChange.objects.create(project=project, **typed, file=file, recorded_by=by)
    audit.record(
        by=by,
        action=f"项目恢复{row.get_stage_display()}" if resumed else f"登记{row.get_stage_display()}",
        target=project,
        before={"阶段": newest.get_stage_display()} if newest else None,
        after=typed | contract | ({"file": file.name} if file else {}),
    )
    return row


@transaction.atomic
def withdraw_stage(*, project: Project, change: int, reason: str, by) -> None:
    """Take the newest row off the log. Raises UserError when it is not the newest, the first, or has money on it."""
    project = Project.objects.select_for_update().get(pk=project.pk)
    check_review(by, project)
    log = list(project.stages.order_by("on", "pk"))
    reason = " ".join(reason.split())
    if not log or log[-1].pk != change:
        raise UserError("只能撤销最近一条阶段记录；记录刚被他人改过，请核对后再操作。", field="withdraw")
    if not reason:
        raise UserError("请写明撤销原因。", field="withdraw")
    if len(log) == 1:
        raise UserError("这是项目的第一条阶段记录，不能撤销。", field="withdraw")
    row = log[-1]
    if row.stage == Stage.SIGNED and Stage.SIGNED not in [earlier.stage for earlier in log[:-1]]:
        for entries in (project.funds, project.investments):
            if entries.exclude(state="returned").exists():
                raise UserError(f"项目已有{entries.model._meta.verbose_name}记录，不能撤销签约。", field="withdraw")
    before = {"阶段": row.get_stage_display(), "日期": row.on, "依据": row.evidence, "证照编号": row.certificate}
    row.delete()
    Project.objects.filter(pk=project.pk).update(version=F("version") + 1)
    audit.record(
        by=by,
        action="撤销阶段记录",
        target=project,
        before=before,
        after={"阶段": log[-2].get_stage_display(), "原因": reason},
    )


def missing_for_signing(project: Project, admission: AdmissionCheck | None) -> str:
    """Return in one sentence what still bars signing, apart from the contract; empty when nothing does."""
    if not project.investor:
        return "签约前请先填写投资方。"
    if not project.total_investment:
        return "签约前请先填写签约总投资。"
    if admission is None:
        return "签约前请先完成准入审查（三个不选）。"
    if not admission.passed:
        return f"准入审查未通过，不能签约：{'；'.join(failed_questions(admission))}。"
    return ""


def failed_questions(admission: AdmissionCheck) -> list[str]:
    """Return the questions of the gate that were answered with no."""
    names = ("policy_fits", "environment_fits", "returns_fit")
    failed = [AdmissionCheck._meta.get_field(name).verbose_name for name in names if not getattr(admission, name)]
    return [f"不{words}" for words in failed]


def _not_next(stage, stages) -> str:
    if stage not in Stage.values:
        return "请选择要登记的阶段。"
    current, wanted = Stage(stages[-1]).label, Stage(stage).label
    following = may_follow(stages)
    if not following:
        return f"项目已{current}，不能再登记{wanted}；如登记有误，请审核人撤销。"
    if stages[-1] == Stage.PAUSED:
        return f"项目暂停中，只能恢复到{Stage(resumes_at(stages)).label}，或登记流失、终止。"
    following = "、".join(Stage(each).label for each in following if each not in OFF_PATH) or "暂停、流失、终止"
    return f"项目现为{current}，下一步是{following}，不能登记{wanted}。"


def _check_day(on, newest, today):
    if on is None:
        raise UserError("请填写日期。", field="on")
    if on > today:
        raise UserError(f"日期 {on} 在今天之后，请填写已发生的日期。", field="on")
    if newest and on < newest.on:
        raise UserError(f"日期 {on} 早于{newest.get_stage_display()}日期 {newest.on}，请核对。", field="on")


def _check_lengths(typed):
    for name in ("evidence", "certificate", "reason"):
        field = StageChange._meta.get_field(name)
        if len(typed[name]) > field.max_length:
            raise UserError(
                f"{field.verbose_name}最多 {field.max_length} 个字，现为 {len(typed[name])} 个字。", field=name
            )


def _contract(project, contract_on, contract_number, today) -> dict:
    """The contract's fields as they change with the signing."""
    contract = {}
    if contract_on and contract_on > today:
        raise UserError(f"合同日期 {contract_on} 在今天之后，签订后再填。", field="contract_on")
    if contract_on and contract_on != project.contract_on:
        contract["contract_on"] = project.contract_on = contract_on
    number = " ".join(contract_number.split())
    if len(number) > 60:
        raise UserError(f"合同编号最多 60 个字，现为 {len(number)} 个字。", field="contract_number")
    if number and number != project.contract_number:
        contract["contract_number"] = project.contract_number = number
    return contract


def _check_needs(project, stage, certificate, evidence, reason, upload):
    need = NEEDS[Stage(stage)]
    for name, words in need.project:
        if getattr(project, name) in (None, "", 0):
            raise UserError(f"{Stage(stage).label}前请先填写{words}。", field=name)
    if need.admission and (
        why := missing_for_signing(project, AdmissionCheck.objects.filter(project=project).first())
    ):
        raise UserError(why, field="admission")
    if need.certificate:
        if not certificate:
            raise UserError(f"登记{Stage(stage).label}须填写{need.certificate}。", field="certificate")
        if fault := credit_code_fault(certificate):
            raise UserError(fault, field="certificate")
    if need.proof and not (certificate or evidence or upload):
        raise UserError(f"登记{Stage(stage).label}须有{need.proof}（填写文字或上传文件）。", field="evidence")
    if need.reason and not reason:
        raise UserError(f"登记{Stage(stage).label}须写明原因。", field="reason")
