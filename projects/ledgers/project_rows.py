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
from common.ledgers.words import squeeze
from common.ledgers.writing import chunks
from projects.ledgers.fields import PROJECTS, labels
from projects.ledgers.known import OWN_CODE, Counties, KnownProjects, name_key
from projects.ledgers.project_stages import Log, read_stages
from projects.ledgers.words import read_investor_kind, read_origin
from projects.models import Platform, Project, SigningEvent, StageChange
from projects.pipeline.keeping import contradiction, kept_of
from projects.stages import Stage, rank

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
PLANNED = {
    "planned_registered": "promised_registered_on",
    "planned_started": "promised_started_on",
    "planned_producing": "promised_producing_on",
}
SIGNED_NEEDS = {"investor": "投资方", "total_investment": "签约总投资"}


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
        self.log = defaultdict(list)
        for project, stage, day in StageChange.objects.order_by("on", "pk").values_list("project_id", "stage", "on"):
            self.log[project].append((stage, day))
        self.seen, self.lacking = {}, set()


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
    found, amounts, touched = [], [], []
    for place, row in enumerate(table.rows):
        check_formulas(checked, row)
        read = _read(checked, row, ledger, unit, amounts)
        if read and row.index not in checked.bad_rows:
            if read.project is not None and not read.changes and not read.stages:
                checked.unchanged += 1
            else:
                found.append(read)
                if read.project is not None and not read.changes.keys().isdisjoint(("total_investment", "county")):
                    touched.append((row, read))
        if read and len(checked.preview) < PREVIEW_ROWS:
            checked.preview.append(_shown(read))
        if progress and place % 500 == 0:
            progress(place, len(table.rows))
    _check_kept(checked, touched)
    _say_missing(checked, ledger)
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
    log = ledger.log[read.project.pk] if read.project else ()
    read_stages(checked, row, read, Log.of(log), year=ledger.year, on=ledger.on)
    values["name"] = name
    if county is not None:
        values["county"] = county
    elif read.project is None and "county" not in row.cells and row.index not in checked.bad_rows:
        checked.warn(row, "county", "没有写落地县市区，导入后请补充。")
    _ask_of_signed(checked, row, ledger, read)
    return read


def _identify(checked, row, ledger, read, name, county) -> None:
    """Set the project that the row means, or the code of a new one; the same project twice is an error."""
    code = squeeze(row.said("code"))
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
    whole, province, district = (row.said(key) for key in ("origin", "origin_province", "origin_district"))
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
    if said := row.said("investor_kind"):
        if kind := read_investor_kind(said):
            values["investor_kind"] = kind
        else:
            checked.warn(row, "investor_kind", f"不认识的投资方类型“{said[:20]}”，按空着导入。")


def _code_of_industry(checked, row, values) -> None:
    if said := squeeze(row.said("industry_code")):
        match = re.search(r"(?<!\d)(\d{2})(?!\d)", said)
        if match:
            values["industry_code"] = match[1]
        else:
            checked.warn(row, "industry_code", f"“{said[:20]}”中没有两位的行业大类代码，按空着导入。")


def _place(checked, row, ledger, values) -> None:
    for key, rows, what in (("platform", ledger.platforms, "承接平台"), ("event", ledger.events, "签约活动")):
        said = squeeze(row.said(key))
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


def _ask_of_signed(checked, row, ledger, read: ProjectRow) -> None:
    """Say what a signing lacks that the row logs: at the cell, for a column that is not there once for all rows."""
    if not any(rank(stage) >= rank(Stage.SIGNED) for stage, _, _ in read.stages):
        return
    for key, words in SIGNED_NEEDS.items():
        if read.values.get(key) or read.project and getattr(read.project, key) or row.said(key):
            continue
        if key in checked.table.header.columns:
            checked.warn(row, key, f"已签约的项目没有写{words}，导入后请补充。")
        else:
            ledger.lacking.add(key)


def _say_missing(checked, ledger) -> None:
    for key in sorted(ledger.lacking):
        column = checked.table.header.columns["name"]
        checked.warn_header(column, f"表中没有{SIGNED_NEEDS[key]}，已签约的项目导入后请补充。")


def _check_kept(checked, touched: list[tuple[Row, ProjectRow]]) -> None:
    """A changed total or county does not contradict the money and the credit of its project."""
    kept = {}
    for ids in chunks([read.project.pk for _, read in touched]):
        kept |= kept_of(ids)
    for row, read in touched:
        if found := contradiction(read.project, read.values, kept[read.project.pk]):
            checked.error(row, *found)


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
