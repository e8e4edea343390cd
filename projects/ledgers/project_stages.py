"""What a row of a ledger of projects adds to its project's stage log; nothing is made up, the log's own days stand."""

from dataclasses import dataclass, field
from datetime import date

from common.ledgers.cells import day_of
from common.ledgers.checked import Checked
from common.ledgers.table import Row
from common.ledgers.words import is_empty, squeeze
from projects.ledgers.words import read_stage
from projects.stages import FINAL, OFF_PATH, PATH, Stage, rank

DATED = {
    "signed": Stage.SIGNED,
    "registered": Stage.REGISTERED,
    "started": Stage.STARTED,
    "producing": Stage.PRODUCING,
}
STATUS_WORD = 12  # a longer progress text is a report, not a stage


@dataclass(frozen=True)
class Log:
    """A project's stage log as it stands: the first day of each stage, and the stage that it is in."""

    first: dict[str, date] = field(default_factory=dict)
    stage: str = ""

    @classmethod
    def of(cls, rows) -> "Log":
        """Return the log of these (stage, day), oldest first."""
        first = {}
        for stage, day in rows:
            first.setdefault(stage, day)
        return cls(first, rows[-1][0] if rows else "")

    def ended(self) -> tuple[str, date] | None:
        """Return the stage that ended the project, and its day."""
        return next(((Stage(stage).label, self.first[stage]) for stage in FINAL if stage in self.first), None)


def read_stages(checked: Checked, row: Row, read, log: Log, *, year: int, on: date) -> None:
    """Set ``stage``, ``days`` and ``stages`` of ``read`` (ProjectRow), and the contract's day with a new signing."""
    days = {key: day_of(checked, row, key, year=year, on=on) for key in DATED}
    said = _stage_of(checked, row)
    event = read.values.get("event")
    signed = rank(said) >= rank(Stage.SIGNED) or any(days.values())
    if signed and not days["signed"] and "signed" not in row.cells and event and event.held_on:
        days["signed"] = event.held_on
    read.days = days
    _check_order(checked, row, days, log)
    if days["signed"] and Stage.SIGNED not in log.first:
        read.values["contract_on"] = days["signed"]
    reached = ""
    for key, stage in DATED.items():
        if not days[key]:
            continue
        reached = stage
        if stage in log.first:
            _compare(checked, row, key, days[key], log.first[stage])
        elif not _is_passed(checked, row, key, days[key], log):
            read.stages.append((stage, days[key], "项目台账"))
    read.stage = said or reached
    _undated(checked, row, read, said, reached, log, on)


def _stage_of(checked, row) -> str:
    cell = row.cells.get("stage")
    if cell is None or checked.table.is_broken(cell) or is_empty(cell.text):
        return ""
    stage = read_stage(cell.text)
    if not stage and len(squeeze(cell.text)) <= STATUS_WORD:
        checked.error(
            row, "stage", f"不认识的项目阶段“{cell.text[:20]}”，请写线索、在谈、签约、注册、开工、投产或达效。", cell
        )
    return stage


def _check_order(checked, row, days, log) -> None:
    """A later stage has no earlier day, in the row and together with the log; nothing follows the project's end."""
    new = {stage: key for key, stage in DATED.items() if days[key] and stage not in log.first}
    before = None
    for stage in PATH:
        day = days[new[stage]] if stage in new else log.first.get(stage)
        if not day:
            continue
        if before and day < before[1] and stage in new:
            checked.error(
                row, new[stage], f"{_short(stage)}日期 {day} 早于{_short(before[0])}日期 {before[1]}，请核对。"
            )
        elif before and day < before[1] and before[0] in new:
            message = f"{_short(before[0])}日期 {before[1]} 晚于已登记的{_short(stage)}日期 {day}，请核对。"
            checked.error(row, new[before[0]], message)
        before = (stage, day)
    if ended := log.ended():
        for stage, key in new.items():
            if days[key] >= ended[1]:
                message = f"项目已于 {ended[1]} {ended[0]}，不能登记 {days[key]} {_short(stage)}。"
                checked.error(row, key, message)


def _short(stage) -> str:
    return "注册" if stage == Stage.REGISTERED else Stage(stage).label


def _compare(checked, row, key, day, logged) -> None:
    if logged != day:
        checked.warn(row, key, f"{_short(DATED[key])}日期已登记为 {logged}，与所填 {day} 不同，以已登记的为准。")


def _is_passed(checked, row, key, day, log) -> bool:
    """Whether a later stage was logged on the same day: a row added now would stand after it."""
    later = next((stage for stage in PATH[rank(DATED[key]) + 1 :] if log.first.get(stage) == day), None)
    if later:
        checked.warn(row, key, f"与已登记的{later.label}是同一天，{_short(DATED[key])}没有另行登记。")
    return bool(later)


def _undated(checked, row, read, said, reached, log, on) -> None:
    """A stage named without its day: where it can be told it is logged, else it is said."""
    if not said or said in (log.stage, reached) or (said in log.first and said not in OFF_PATH):
        return
    if said in OFF_PATH and (ended := log.ended()):
        checked.error(row, "stage", f"项目已于 {ended[1]} {ended[0]}，不能再登记{Stage(said).label}。")
    elif said in OFF_PATH:
        reason = row.said("reason") or row.said("stage")
        read.stages.append((said, on, f"项目台账：{reason}"[:200]))
        checked.warn(row, "stage", f"没有写日期，按今天 {on} 登记为{Stage(said).label}，请核对。")
    elif said in (Stage.LEAD, Stage.NEGOTIATING):
        if not log.first and not reached:
            read.stages.append((said, on, "项目台账"))
    elif rank(said) < max((rank(stage) for stage in (*log.first, reached) if stage in PATH), default=-1):
        if reached and rank(said) < rank(reached):
            checked.warn(
                row, "stage", f"阶段写的是{Stage(said).label}，日期却到了{Stage(reached).label}，按日期登记。"
            )
    else:
        checked.warn(row, "stage", f"没有写{Stage(said).label}的日期，这一阶段没有登记，请在项目页补充。")
