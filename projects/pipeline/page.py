"""What the page of one project shows, each row loaded once whatever their number."""

from datetime import date

from accounts.models import Organisation
from accounts.permissions import may
from common.amounts import trim
from common.uploads import ACCEPT
from projects.dimensions import SIZES, size_of
from projects.industries import division_name
from projects.models import AdmissionCheck, HealthFinding, Project, ServiceCase
from projects.pipeline.changing import failed_questions, missing_for_signing
from projects.pipeline.gate import QUESTIONS
from projects.pipeline.rights import may_enter, may_review
from projects.pipeline.sharing import MOST
from projects.pipeline.story import project_story
from projects.stages import (
    NEEDS,
    OFF_PATH,
    PATH,
    PROMISES,
    Stage,
    may_follow,
    rank,
    resumes_at,
)

FIRST_STEPS = 12
SIZE_WORDS = {code: words for code, words, *_ in SIZES}
PROOF_LABELS = {Stage.STARTED: "现场佐证说明"}
CERTIFICATE_LABELS = {Stage.REGISTERED: "统一社会信用代码", Stage.STARTED: "施工许可证号"}
FILE_ICONS = {"pdf": "file-type-pdf", "xlsx": "file-spreadsheet", "png": "photo", "jpg": "photo", "jpeg": "photo"}


def project_page(project: Project, *, user, day: date, today: date) -> dict:
    """Return the template's context. ``project`` is annotated by ``as_of(day)``; acts are offered today alone."""
    rows = _load(project, user, day)
    stages = rows["stages"]
    story = project_story(rows, day=day)
    return {
        "project": project,
        "stage_label": Stage(project.stage).label if project.stage else "",
        "stage_tone": _tone(project.stage),
        "bar": _bar(project, stages, day),
        "size_band": SIZE_WORDS.get(size_of(project.total_investment), ""),
        "industry_name": division_name(project.industry_code),
        "admission": rows["admission"],
        "admission_failed": failed_questions(rows["admission"]) if rows["admission"] else [],
        "credits": rows["credits"],
        "follow_ups": rows["follow_ups"][:5],
        "follow_up_count": len(rows["follow_ups"]),
        "files": [(row, FILE_ICONS.get(row.name.rpartition(".")[2].lower(), "file-text")) for row in rows["files"]],
        "steps": story[:FIRST_STEPS],
        "more_steps": story[FIRST_STEPS:],
        **(_acts(project, rows, user, today) if day == today else {}),
    }


def _load(project, user, day) -> dict:
    """Every row that the page needs, oldest first where the order matters."""
    rows = {
        "stages": list(project.stages.filter(on__lte=day).select_related("recorded_by", "file").order_by("on", "pk")),
        "admission": AdmissionCheck.objects.filter(project=project).select_related("checked_by").first(),
        "follow_ups": list(project.follow_ups.filter(on__lte=day).select_related("by")),
        "funds": list(project.funds.as_of(day).select_related("claimed_by")),
        "investments": list(project.investments.as_of(day).select_related("claimed_by")),
        "credits": list(project.credits.select_related("organisation")),
        "files": list(project.files.order_by("-pk")),
        "site_progress": list(project.site_progress.filter(on__lte=day).select_related("by")),
        "cases": list(ServiceCase.objects.visible_to(user).filter(project=project).as_of(day)),
        "findings": list(HealthFinding.objects.visible_to(user).filter(project=project).as_of(day)),
    }
    for name in ("follow_ups", "funds", "investments", "site_progress", "cases", "findings"):
        for row in rows[name]:
            row.project = project
    if rows["admission"]:
        rows["admission"].project = project
    return rows


def _tone(stage):
    if stage in OFF_PATH:
        return "y" if stage == Stage.PAUSED else "rd"
    return "g" if rank(stage) >= rank(Stage.STARTED) else "b"


def _bar(project, stages, day) -> list[dict]:
    """The path as steps: when each stage was first reached, what was promised, where the project stands."""
    first = {}
    for change in stages:
        first.setdefault(change.stage, change.on)
    reached = max((rank(change.stage) for change in stages), default=-1)
    steps = []
    for place, stage in enumerate(PATH):
        promised = getattr(project, PROMISES[stage]) if stage in PROMISES else None
        state = "now" if place == reached else "done" if place < reached else "ahead"
        steps.append(
            {
                "label": stage.label,
                "on": first.get(stage),
                "state": state,
                "promised": promised if place > reached else None,
                "late": bool(promised and place > reached and promised < day),
            }
        )
    return steps


def _acts(project, rows, user, today) -> dict:
    """What this user may do now, with what their forms begin with."""
    enters, reviews = may_enter(user, project), may_review(user, project)
    log = [change.stage for change in rows["stages"]]
    newest = rows["stages"][-1] if rows["stages"] else None
    before_signing = not any(rank(stage) >= rank(Stage.SIGNED) for stage in log) and log[-1:] not in (
        [Stage.LOST],
        [Stage.ABANDONED],
    )
    return {
        "may_change": enters,
        "today": today,
        "accept": ACCEPT,
        "seen": newest.pk if newest else 0,
        "next_stages": _next_stages(project, rows, log) if enters else [],
        "withdrawable": newest if reviews and len(log) > 1 else None,
        "may_admit": reviews and before_signing and project.created_by_id != user.pk,
        "own_entry": reviews and before_signing and project.created_by_id == user.pk,
        "questions": _questions(rows["admission"]),
        "admission_version": rows["admission"].version if rows["admission"] else 0,
        "credit_form": _credit_form(project, rows["credits"]) if may(user, "supervise") and project.county else None,
        "admission_missing": before_signing and rows["admission"] is None,
    }


def _next_stages(project, rows, log) -> list[dict]:
    forms = []
    resumed_to = resumes_at(log) if log and log[-1] == Stage.PAUSED else None
    for stage in may_follow(log):
        need = NEEDS[stage]
        resumes = stage == resumed_to
        signs = stage == Stage.SIGNED and not resumes
        forms.append(
            {
                "stage": stage.value,
                "word": f"恢复{stage.label}" if resumes else f"登记{stage.label}",
                "off": stage in OFF_PATH,
                "reason": need.reason,
                "signs": signs,
                "barred": missing_for_signing(project, rows["admission"]) if signs else "",
                "certificate": "" if resumes else CERTIFICATE_LABELS.get(stage, ""),
                "certificate_needed": bool(need.certificate),
                "evidence": "恢复说明" if resumes else PROOF_LABELS.get(stage, "依据") if not need.reason else "",
                "proof": "" if resumes else need.proof,
                "file": not need.reason,
            }
        )
    return forms


def _questions(admission) -> list[dict]:
    return [
        {
            "name": name,
            "label": AdmissionCheck._meta.get_field(name).verbose_name,
            "answer": None if admission is None else getattr(admission, name),
        }
        for name in QUESTIONS
    ]


def _credit_form(project, credits) -> dict:
    rows = [{"organisation": str(row.organisation_id), "percent": trim(row.percent)} for row in credits]
    if not rows:
        rows = [{"organisation": str(project.county_id), "percent": "100"}]
    rows += [{"organisation": "", "percent": ""}] * (MOST - len(rows))
    return {
        "rows": rows,
        "counties": [(str(row.pk), row.short) for row in Organisation.objects.counties_and_zones().order_by("order")],
    }
