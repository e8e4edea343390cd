"""Checking a ledger of projects: what each row says, and whether it adds a project or changes one."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from common.amounts import trim
from common.ledgers.cells import amount_of, ask_of_unlike, day_of, text_of, unit_of, year_of
from common.ledgers.checked import PREVIEW_ROWS, Checked, check_formulas, check_looks
from common.ledgers.kinds import Asked, organisation_of
from common.ledgers.table import Row, Table
from common.ledgers.words import is_empty, squeeze
from projects.ledgers.fields import PROJECTS, labels
from projects.ledgers.known import Counties, KnownProjects, name_key
from projects.ledgers.words import read_investor_kind, read_origin, read_stage
from projects.models import Platform, Project, SigningEvent, StageChange
from projects.stages import OFF_PATH, PATH, rank

Stage = StageChange.Stage
TEXTS = {  # fields taken as they stand: the longest text that each holds
    "investor": 120,
    "industry": 40,
    "chain": 40,
    "contract_number": 60,
    "officer": 40,
    "officer_post": 60,
    "helper": 40,
    "helper_phone": 30,
    "summary": 300,
}
DATED = {
    "signed": Stage.SIGNED,
    "registered": Stage.REGISTERED,
    "started": Stage.STARTED,
    "producing": Stage.PRODUCING,
}
PLANNED = {
    "planned_registered": "promised_registered_on",
    "planned_started": "promised_started_on",
    "planned_producing": "promised_producing_on",
}
OWN_CODE = re.compile(r"[A-Za-z][0-9A-Za-z-]{2,19}|20\d\d-\d{3,}")
STATUS_WORD = 12  # a longer progress text is a report, not a stage
SHORTS = {"signed": "签约", "registered": "注册", "started": "开工", "producing": "投产"}


@dataclass
class ProjectRow:
    """A row as it is written: a new project, or changes to one. ``stages`` are new entries of its log."""

    line: int
    values: dict
    code: str = ""
    project: Project | None = None
    stages: list[tuple[str, date, str]] = field(default_factory=list)
    stage: str = ""
    days: dict[str, date | None] = field(default_factory=dict)

    @property
    def changes(self) -> dict:
        """Return the project's fields that the row changes, with their new values."""
        return {key: value for key, value in self.values.items() if getattr(self.project, key) != value}


class _Ledger:
    """What all rows of one check share."""

    def __init__(self, table: Table, asked: Asked):
        own = organisation_of(asked.by)
        self.on, self.year = asked.on, year_of(table, asked.on)
        self.own, self.counties = own, Counties(table, own)
        self.known = KnownProjects(own)
        self.taken = set() if own is None else _codes_of_others(own)
        self.platforms = _by_name(Platform.objects.all())
        self.events = _by_name(SigningEvent.objects.all())
        self.log = defaultdict(dict)
        for project, stage, day in StageChange.objects.order_by("on", "pk").values_list("project_id", "stage", "on"):
            self.log[project].setdefault(stage, day)
        self.seen, self.projects = {}, {}


def _codes_of_others(own) -> set[str]:
    return {squeeze(code).upper() for code in Project.objects.exclude(county=own).values_list("code", flat=True)}


def _by_name(rows) -> dict:
    found = {}
    for row in rows:
        found[squeeze(row.name)] = found[squeeze(row.key)] = row
    return found


def check_projects(table: Table, asked: Asked, progress=None) -> Checked:
    """Return the checked ledger; ``ready`` holds the rows that add or change something."""
    checked = Checked(PROJECTS, table, labels(PROJECTS), rows=len(table.rows))
    ledger = _Ledger(table, asked)
    unit = unit_of(checked, table.header.columns.get("total_investment"))
    found, amounts = [], []
    for place, row in enumerate(table.rows):
        check_formulas(checked, row)
        read = _read(checked, row, ledger, unit, amounts)
        if read and row.index not in checked.bad_rows:
            if read.project is not None and not read.changes and not read.stages:
                checked.unchanged += 1
            else:
                found.append(read)
        if read and len(checked.preview) < PREVIEW_ROWS:
            checked.preview.append(_shown(read))
        if progress and place % 500 == 0:
            progress(place, len(table.rows))
    ask_of_unlike(checked, amounts)
    check_looks(checked, ("name",), "项目")
    checked.ready = [] if checked.errors else found
    return checked


def _read(checked, row: Row, ledger: _Ledger, unit, amounts) -> ProjectRow | None:
    name = text_of(checked, row, "name", 120)
    if not name:
        if "name" not in row.cells or not checked.table.is_broken(row.cells["name"]):
            checked.error(row, "name", "没有填写项目名称。")
        return None
    county = ledger.counties.of(checked, row)
    values = {key: text for key in row.cells if key in TEXTS and (text := text_of(checked, row, key, TEXTS[key]))}
    read = ProjectRow(row.index + 1, values)
    total = amount_of(checked, row, "total_investment", unit)
    if total is not None:
        values["total_investment"] = total
        amounts.append((row, "total_investment", total))
    _origin(checked, row, values)
    _kind(checked, row, values)
    _code_of_industry(checked, row, values)
    _place(checked, row, ledger, values)
    _identify(checked, row, ledger, read, name, county)
    _plans(checked, row, ledger, values)
    _stages(checked, row, ledger, read)
    values["name"] = name
    if county is not None:
        values["county"] = county
    elif read.project is None and "county" not in row.cells and row.index not in checked.bad_rows:
        checked.warn(row, "county", "没有写落地县市区，导入后请补充。")
    return read


def _said(row: Row, key: str) -> str:
    cell = row.cells.get(key)
    return "" if cell is None or is_empty(cell.text) else cell.text.strip()


def _identify(checked, row, ledger, read, name, county) -> None:
    """Set the project that the row means, or the code of a new one; the same project twice is an error."""
    code = squeeze(_said(row, "code"))
    project = ledger.known.by_code.get(code.upper()) if code else None
    if project and name_key(project.name) != name_key(name):
        if OWN_CODE.fullmatch(code):
            checked.error(row, "code", f"编号“{code}”的项目是“{project.name}”，与所填名称不符。")
        project = None
    if project is None and code and code.upper() in ledger.taken:
        checked.error(row, "code", f"编号“{code}”已是其他县市区的项目。")
    investor = squeeze(read.values.get("investor", ""))
    if project is None:
        project = _same(checked, row, ledger, name, investor, county)
    if project is None and OWN_CODE.fullmatch(code):
        read.code = code
    key = ("id", project.pk) if project else (name_key(name), investor, county.pk if county else None)
    marks = {key, ("code", read.code.upper())} if read.code else {key}
    for mark in marks:
        if mark in ledger.seen:
            checked.error(row, "name", f"与第 {ledger.seen[mark]} 行是同一个项目，一个项目只能写一行。")
            break
        ledger.seen[mark] = row.index + 1
    read.project = project


def _same(checked, row, ledger, name, investor, county) -> Project | None:
    """Return the project of the same name, investor and county; what one side leaves open does not differ."""
    named = ledger.known.by_name.get(name_key(name), [])
    if county is not None:
        named = [project for project in named if project.county_id in (county.pk, None)]
    same = [p for p in named if not investor or not p.investor or squeeze(p.investor) == investor]
    exact = [project for project in same if squeeze(project.investor) == investor]
    if len(same) > 1 and len(exact) != 1:
        codes = "、".join(project.code for project in same[:4])
        checked.error(row, "name", f"已有 {len(same)} 个同名项目（编号 {codes}），请用“项目编号”列写明是哪一个。")
        return None
    if same:
        return (exact or same)[0]
    if named:
        checked.warn(row, "name", f"已有同名项目 {named[0].code}，投资方是“{named[0].investor}”；按另一个项目导入。")
    return None


def _origin(checked, row, values) -> None:
    whole, province, district = (_said(row, key) for key in ("origin", "origin_province", "origin_district"))
    text = province or whole
    key = "origin_province" if province else "origin"
    if not text:
        return
    read = read_origin(text, district)
    if read is None:
        checked.warn(row, key, f"“{text[:20]}”看不出是哪个省市，来源地按空着导入。")
        return
    if read.guessed:
        checked.warn(row, key, f"“{text[:20]}”没有写省市，按{read.province}{read.district}导入，请核对。")
    values["origin_province"] = read.province
    if read.district:
        values["origin_district"] = read.district[:24]


def _kind(checked, row, values) -> None:
    if said := _said(row, "investor_kind"):
        if kind := read_investor_kind(said):
            values["investor_kind"] = kind
        else:
            checked.warn(row, "investor_kind", f"不认识的投资方类型“{said[:20]}”，按空着导入。")


def _code_of_industry(checked, row, values) -> None:
    if said := squeeze(_said(row, "industry_code")):
        match = re.search(r"(?<!\d)(\d{2})(?!\d)", said)
        if match:
            values["industry_code"] = match[1]
        else:
            checked.warn(row, "industry_code", f"“{said[:20]}”中没有两位的行业大类代码，按空着导入。")


def _place(checked, row, ledger, values) -> None:
    for key, rows, what in (("platform", ledger.platforms, "承接平台"), ("event", ledger.events, "签约活动")):
        said = squeeze(_said(row, key))
        if not said:
            continue
        found = rows.get(said) or _one_of(
            [r for name, r in rows.items() if len(said) > 3 and (said in name or name in said)]
        )
        if found:
            values[key] = found
        else:
            checked.warn(row, key, f"没有名为“{said[:30]}”的{what}，这一格按空着导入。")


def _one_of(rows):
    rows = list({row.pk: row for row in rows}.values())
    return rows[0] if len(rows) == 1 else None


def _plans(checked, row, ledger, values) -> None:
    for key, name in PLANNED.items():
        day = day_of(checked, row, key, year=ledger.year, on=ledger.on, planned=True)
        if day:
            values[name] = day


def _stages(checked, row, ledger, read: ProjectRow) -> None:
    """Set the entries that the row adds to the project's log, each with its day."""
    days = {key: day_of(checked, row, key, year=ledger.year, on=ledger.on) for key in DATED}
    said = _stage_of(checked, row)
    log = ledger.log.get(read.project.pk, {}) if read.project else {}
    event = read.values.get("event")
    signed = rank(said) >= rank(Stage.SIGNED) or any(days.values())
    if signed and not days["signed"] and "signed" not in row.cells and event and event.held_on:
        days["signed"] = event.held_on
    read.days = days
    _in_order(checked, row, days)
    if days["signed"] and Stage.SIGNED not in log:
        read.values["contract_on"] = days["signed"]
    reached = ""
    for key, stage in DATED.items():
        if not days[key]:
            continue
        reached = stage
        if stage not in log:
            read.stages.append((stage, days[key], "项目台账"))
        elif log[stage] != days[key]:
            checked.warn(
                row, key, f"{SHORTS[key]}日期已登记为 {log[stage]}，与所填 {days[key]} 不同，以已登记的为准。"
            )
    read.stage = said or reached
    _undated(checked, row, ledger, read, said, reached, log)


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


def _in_order(checked, row, days) -> None:
    """A later stage has no earlier day."""
    before = None
    for key in DATED:
        day = days[key]
        if day and before and day < before[1]:
            checked.error(row, key, f"{SHORTS[key]}日期 {day} 早于{SHORTS[before[0]]}日期 {before[1]}，请核对。")
        if day:
            before = (key, day)


def _undated(checked, row, ledger, read, said, reached, log) -> None:
    """A stage named without its day: nothing is made up; where it can be told it is logged, else it is said."""
    if not said or said in log or said == reached:
        return
    if said in OFF_PATH:
        reason = _said(row, "reason") or _said(row, "stage")
        read.stages.append((said, ledger.on, f"项目台账：{reason}"[:200]))
        checked.warn(row, "stage", f"没有写日期，按今天 {ledger.on} 登记为{Stage(said).label}，请核对。")
    elif said in (Stage.LEAD, Stage.NEGOTIATING):
        if not log and not reached:
            read.stages.append((said, ledger.on, "项目台账"))
    elif rank(said) < max((rank(stage) for stage in (*log, reached) if stage in PATH), default=-1):
        if reached and rank(said) < rank(reached):
            checked.warn(
                row, "stage", f"阶段写的是{Stage(said).label}，日期却到了{Stage(reached).label}，按日期登记。"
            )
    else:
        checked.warn(row, "stage", f"没有写{Stage(said).label}的日期，这一阶段没有登记，请在项目页补充。")


def _shown(read: ProjectRow) -> dict:
    values = read.values
    dates = {key: day.isoformat() for key, day in read.days.items() if day}
    if read.project is None:
        action = "create"
    else:
        action = "update" if read.changes or read.stages else "unchanged"
    total = values.get("total_investment")
    return {
        "row": read.line,
        "action": action,
        "code": read.project.code if read.project else read.code,
        "name": values["name"],
        "investor": values.get("investor", ""),
        "investor_kind": values.get("investor_kind", ""),
        "origin_province": values.get("origin_province", ""),
        "origin_district": values.get("origin_district", ""),
        "county": values["county"].short if "county" in values else "",
        "platform": values["platform"].name if "platform" in values else "",
        "industry": values.get("industry", ""),
        "amount_wan": _decimal(total),
        "event": values["event"].name if "event" in values else "",
        "stage": read.stage,
        "signed_on": dates.get("signed"),
        "registered_on": dates.get("registered"),
        "started_on": dates.get("started"),
        "producing_on": dates.get("producing"),
        "officer": values.get("officer", ""),
        "helper": values.get("helper", ""),
    }


def _decimal(amount: Decimal | None) -> str | None:
    return None if amount is None else trim(amount)
