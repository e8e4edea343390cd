"""How a task's facts are said to its readers."""

from datetime import date

from common import periods
from tasklists import rules, stages


def light_of(row) -> tuple[str, str]:
    """Return (colour, word) of a row that ``TaskItemQuerySet.as_of`` annotated."""
    return rules.LIGHT_OF[row.light_reason], rules.REASON_WORDS[row.light_reason]


def light_with_days(reason: str, facts: dict, day: date) -> str:
    """Return the light's word with what is left or missing: 逾期 28 天, 临期，还剩 5 个工作日."""
    if reason == rules.OVERDUE:
        return f"逾期 {-facts['days_left']} 天"
    if reason == rules.NEAR:
        if not facts["days_left"]:
            return "今天到期"
        due = date.fromordinal(day.toordinal() + facts["days_left"])
        return f"临期，还剩 {periods.working_days_between(day, due)} 个工作日"
    if reason == rules.BEHIND:
        return f"滞后 {facts['lag']} 个百分点"
    return rules.REASON_WORDS[reason]


def light_because(reason: str, facts: dict, day: date) -> str:
    """Return one sentence why the light shows what it shows."""
    deadline = facts["deadline"]
    due = f"{deadline.month}月{deadline.day}日" if deadline else ""
    behind = f"完成 {facts['percent']}%，序时 {facts['expected']}%"
    return {
        rules.CLOSED: f"{facts['state_on']} 销号。" if facts["state_on"] else "",
        rules.HALTED: f"{facts['state_on']} 起中止或取消。" if facts["state_on"] else "",
        rules.OVERDUE: f"期限 {due} 早于截至日 {day.month}月{day.day}日。",
        rules.UNANSWERED: "退回或应报的填报超过 5 个工作日没有报来。",
        rules.NEAR: f"距期限 {due} 不超过 {facts['near_days']} 天。",
        rules.BEHIND: f"{behind}，相差不少于 {facts['lag_points']} 个百分点。",
        rules.UNREPORTED: "上一个整月没有审核通过的填报。",
        rules.NORMAL: "没有红灯、黄灯情形。",
    }[reason]


def state_of(row) -> str:
    """Return the state as lists show it, of a row that ``stages.with_stage`` annotated."""
    return stages.STAGE_WORDS[row.stage]


def owners_of(deciding) -> str:
    """Return who answers for the task: its lead, or without one the responsible organisations."""
    names = [part.organisation.short for part in deciding]
    if len(names) > 2:
        return f"{names[0]}等 {len(names)} 家"
    return "、".join(names) or "–"


def requirement_of(target) -> str:
    """Return a target as it is demanded: 不少于 5 万吨."""
    value = _plain(target.value)
    if target.comparator == "range" and target.value_to is not None:
        return f"{value}—{_plain(target.value_to)} {target.unit}".strip()
    if target.comparator == "~":
        return f"{value} {target.unit}左右"
    return f"{target.get_comparator_display()} {value} {target.unit}".strip()


def _plain(value) -> str:
    return f"{value.normalize() + 0:f}"
