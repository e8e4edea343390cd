"""The timeline of one project: stages, gate, follow-ups, money, site progress, cases and findings, newest first."""

from datetime import date

from common.amounts import in_wan
from projects.models import HealthFinding, ServiceCase, StageChange
from projects.pipeline.changing import failed_questions

STAGE_MARKS = {
    "lead": ("bolt", ""),
    "negotiating": ("message-circle", ""),
    "signed": ("pencil-check", ""),
    "registered": ("building", ""),
    "started": ("flag-3", "g"),
    "producing": ("building-factory-2", "g"),
    "at_capacity": ("trophy", "g"),
    "paused": ("clock", "y"),
    "lost": ("circle-x", "rd"),
    "abandoned": ("ban", "rd"),
}


def project_story(rows: dict, *, day: date) -> list[dict]:
    """Return the steps for common/_timeline.html; ``rows`` as pipeline.page loads them as of ``day``."""
    dated = []
    previous = None
    for change in rows["stages"]:
        dated.append((change.on, 3, _stage(change, resumed=previous == StageChange.Stage.PAUSED)))
        previous = change.stage
    admission = rows["admission"]
    if admission and admission.checked_on <= day:
        dated.append((admission.checked_on, 2, _admission(admission)))
    for note in rows["follow_ups"]:
        dated.append((note.on, 1, _step("message-circle", "", "跟进", note.on, by=note.by, text=note.text, row=note)))
    for noun, entries in (("到位资金", rows["funds"]), ("完成投资", rows["investments"])):
        dated += [(entry.claimed_on, 0, _money(noun, entry)) for entry in entries]
    for seen in rows["site_progress"]:
        title = f"形象进度 {seen.percent}%"
        dated.append((seen.on, 1, _step("chart-bar", "", title, seen.on, by=seen.by, text=seen.text, row=seen)))
    dated += [(case.received_on, 1, _case(case)) for case in rows["cases"]]
    dated += [(finding.found_on, 1, _finding(finding)) for finding in rows["findings"]]
    order = sorted(enumerate(dated), key=lambda pair: (pair[1][0], pair[1][1], pair[0]), reverse=True)
    return [step for _, (_, _, step) in order]


def _step(icon, tone, title, on, *, by=None, text="", row=None, **more):
    demo = "示例" if row is not None and getattr(row, "is_demo", False) and not row.project.is_demo else ""
    who = by.display_name if by else ""
    return {"icon": icon, "tone": tone, "title": title, "who": who, "time": on.isoformat(), "text": text,
            "tag": demo} | more  # fmt: skip


def _stage(change, *, resumed):
    icon, tone = STAGE_MARKS[change.stage]
    lines = [
        f"证照编号：{change.certificate}" if change.certificate else "",
        f"依据：{change.evidence}" if change.evidence else "",
        f"原因：{change.reason}" if change.reason else "",
        f"佐证：{change.file.name}" if change.file else "",
    ]
    title = f"恢复{change.get_stage_display()}" if resumed else change.get_stage_display()
    text = "\n".join(line for line in lines if line)
    return _step(icon, tone, title, change.on, by=change.recorded_by, text=text,
                 text_tone="y" if change.reason else "")  # fmt: skip


def _admission(admission):
    failed = failed_questions(admission)
    title = "准入审查不通过" if failed else "准入审查通过"
    text = "\n".join(filter(None, ["；".join(failed), admission.note]))
    return _step(
        "circle-x" if failed else "circle-check", "y" if failed else "g", title, admission.checked_on,
        by=admission.checked_by, text=text, text_tone="y" if failed else "", row=admission,
    )  # fmt: skip


def _money(noun, entry):
    state = dict(type(entry).State.choices)[entry.state_then]
    reversing = bool(entry.reverses_id)
    title = f"{'冲销' if reversing else '申报'}{noun} {in_wan(entry.amount)} 万元"
    step = _step("coin-yuan", "y" if reversing else "", title, entry.claimed_on, by=entry.claimed_by, row=entry)
    return step | {"who": " ".join(filter(None, (f"{entry.month}", state, step["who"])))}


def _case(case: ServiceCase):
    title = f"{case.get_channel_display()} {case.number}：{case.get_category_display()}"
    state = ServiceCase.State(case.state_then)
    tone = "g" if state == ServiceCase.State.DONE else ""
    return _step("message-report", tone, title, case.received_on, text=state.label, row=case)


def _finding(finding: HealthFinding):
    state = HealthFinding.State(finding.state_then)
    text = f"{finding.basis}\n{state.label}，整改时限 {finding.due_on}"
    return _step("alert-triangle", "g" if state == HealthFinding.State.CLOSED else "rd",
                 f"体检发现：{finding.get_rule_display()}", finding.found_on, text=text, row=finding)  # fmt: skip
