"""Tasks in tables: columns recognised by their headings, merged cells, chapter rows across the table."""

import re
from dataclasses import dataclass, field

from .clauses import ClauseBuilder
from .deadlines import deadlines_in_cell
from .marks import Mark
from .numbering import read_marker
from .paragraphs import Paragraph
from .plan import Chapter, Item, Owners, Section
from .unit_lists import role_of
from .wording import clean, compact, fold, to_chinese

_BODY = "(?:责任)?(?:单位|部门|主体)?"
_COLUMN_WORDS = (
    ("person", r"领导|责任人|联系人|电话|联络员|科室"),
    ("supporting", rf"^(?:(?:配合|协办|协同|协助|参与|参加|协同责任){_BODY}|责任主体与协同单位)$"),
    ("lead", rf"^(?:牵头|主办|第一责任|牵头责任|主要责任|主责|牵头\(责任\)){_BODY}$|^责任单位或牵头单位$"),
    ("responsible", rf"^(?:责任|负责|承办|落实|实施|市直责任){_BODY}$|^(?:责任|任务)?分工$|^责任单位及"),
    ("deadline", r"时限|期限|(?:完成|截止|办结|计划|推进)时间|时间(?:节点|要求|进度)|^时间$"),
    ("number", r"^(?:序号?|编号|[Nn][Oo]\.?|项次|条目)$"),
    ("target", r"^(?:年度|全年|工作|预期|考核|量化|主要|阶段)?目标(?:任务|值|要求|成效)?$|预期成果|成果形式|指标$"),
    ("group", r"^(?:任务|工作)?(?:类别|分类|方面|领域|板块|大类|类型)$|^重点领域$"),
    ("measure", r"措施|举措|工作内容及要求|具体(?:任务|内容)|(?:重点|工作)事项|推进内容|任务分解|子任务"),
    ("task", r"任务|事项|工作内容|(?:重点|主要)工作|主要内容|^内容$|工作[要重]点|项目名称|实事内容"),
)
_COLUMNS = [(kind, re.compile(words)) for kind, words in _COLUMN_WORDS]
_TOTAL = re.compile(r"^(?:合计|小计|总计|备注|注|说明|填表人|联系电话|填报单位|制表)[::]?")
_OWNER_KINDS = ("lead", "responsible", "supporting")


@dataclass
class _Table:
    """A table's columns and what has been read of it so far."""

    columns: dict[int, str]
    chapter: Chapter | None = None
    section: Section | None = None
    item: Item | None = None
    groups: dict = field(default_factory=dict)


class TableReader:
    """Adds the items of task tables to a plan. `doubts` are (line, sentence) pairs."""

    def __init__(self, plan, mark_reader, year=None):
        self.plan = plan
        self.marks = mark_reader
        self.year = year
        self.doubts = []

    def read(self, rows, chapter, section):
        """Reads one table: `rows` are (line, Row), `chapter` and `section` the headings it stands under."""
        header = _find_header(rows)
        if header is None:
            return
        columns, first = header
        table = _Table(columns, chapter, section)
        for line, row in rows[first:]:
            heading = _across(row)
            if heading is not None:
                self._heading_row(table, line, heading)
            elif not _TOTAL.match(_first_text(row)) and _columns(row.cells) != columns:
                self._task_row(table, line, row)

    def _heading_row(self, table, line, text):
        if not text or _TOTAL.match(text):
            return
        marker = read_marker(text)
        title = text[marker.length :] if marker else text
        title = re.sub(r"\(\s*(?:共\s*)?\d+\s*[项条个]\s*\)$", "", fold(title)).strip()
        if marker and marker.style in ("cn_paren", "division", "num"):
            table.section = Section(marker.no, title, table.chapter.no if table.chapter else None, line)
            self.plan.sections.append(table.section)
        elif len(title) <= 40:
            table.chapter = Chapter(marker.no if marker else self._next_no(), title, line)
            table.section = None
            self.plan.chapters.append(table.chapter)
        table.item = None

    def _next_no(self):
        return to_chinese(len(self.plan.chapters) + 1)

    def _task_row(self, table, line, row):
        cells = {}
        for index, kind in table.columns.items():
            if index < len(row.cells) and not row.spanned[index] and row.cells[index].strip():
                cells.setdefault(kind, []).append((index, clean_cell(row.cells[index])))
        text, repeated = self._wording(table, row, cells)
        if not text:
            return
        self._group(table, line, row, cells)
        number = self._number(cells)
        goes_on = self._goes_on(table, row)
        if table.item is None or not goes_on:
            table.item = Item(
                number or str(len(self.plan.items) + 1),
                table.chapter.no if table.chapter else None,
                table.section.no if table.section else None,
                line,
            )
            self.plan.items.append(table.item)
        marker = read_marker(text)
        if marker and not number and marker.style == "num" and not repeated:
            table.item.no, text = marker.no, text[marker.length :].strip()
        self._clause(table.item, line, text, cells)

    def _wording(self, table, row, cells):
        """The clause's words: measure and target when the task cell was merged from above, else all of them."""
        task = cells.get("task", [])
        measure = cells.get("measure", [])
        merged = any(row.continued[index] for index, _text in task)
        parts = [text for _i, text in measure] if merged and measure else [text for _i, text in task + measure]
        parts += [text for _i, text in cells.get("target", []) if text not in parts]
        return "\n".join(dict.fromkeys(parts)), merged

    def _number(self, cells):
        for _index, text in cells.get("number", []):
            marker = read_marker(text)
            return marker.no if marker and marker.length >= len(text) else text.rstrip("、.． ")
        return None

    def _goes_on(self, table, row):
        """True when the row is a further part of the item above: its number (or its task) is merged with it."""
        for kind in ("number", "task"):
            indexes = [i for i, k in table.columns.items() if k == kind and i < len(row.cells)]
            if indexes:
                return any(row.continued[index] for index in indexes)
        return False

    def _group(self, table, line, row, cells):
        """A group column (类别, merged over its rows) is the chapter of its rows, or the section under one."""
        for _index, text in cells.get("group", []):
            key = compact(text)
            if table.groups.get("now") == key:
                return
            table.groups["now"] = key
            marker = read_marker(text)
            title = (text[marker.length :] if marker else text).replace("\n", "").strip()
            table.chapter = Chapter(marker.no if marker else self._next_no(), title, line)
            table.section = None
            self.plan.chapters.append(table.chapter)

    def _clause(self, item, line, text, cells):
        owners, deadlines = Owners(), []
        has_lead_column = "lead" in cells
        for kind in _OWNER_KINDS:
            for _index, names in cells.get(kind, []):
                owners.merge(self._owners(names, kind, line))
        for _index, words in cells.get("deadline", []):
            found, unread = deadlines_in_cell(words, self.year)
            deadlines += found
            if unread and compact(words) not in ("", "/", "-", "—", "——", "无"):
                self.doubts.append((line, f"完成时限“{words}”不能换算为日期"))
        builder = ClauseBuilder(self.year)
        paragraph = Paragraph(text, line)
        marks = self.marks.marks(text, line)
        if owners or deadlines:
            marks = [mark for mark in marks if not (mark.kind == "spoken" and has_lead_column)]
            whole = Mark(len(text), len(text), "label", owners, deadlines)
            marks.append(whole)
        builder.add(paragraph, marks)
        clauses = builder.finish()
        self.doubts += [(line, f"第{item.no}条：{message}") for line, message in builder.doubts]
        if clauses and not any(clause.owners for clause in clauses):
            self.doubts.append((line, f"第{item.no}条没有找到责任单位"))
        known = {(clause.text, str(clause.owners)) for clause in item.clauses}
        item.clauses += [clause for clause in clauses if (clause.text, str(clause.owners)) not in known]

    def _owners(self, names, kind, line):
        if ":" in fold(names):
            inside = self.marks.marks(names, line)
            if inside:
                owners = Owners()
                for mark in inside:
                    owners.merge(mark.owners)
                return owners
        return self.marks.read_units(names, role_of({"lead": "牵头", "supporting": "配合"}.get(kind, "")), line)


def read_tables(whole, plan, mark_reader, outline, year):
    """Reads every table among the plan's paragraphs; a table stands under the last heading before it."""
    reader = TableReader(plan, mark_reader, year)
    rows, current = [], None
    for paragraph in [*whole, None]:
        row = paragraph.row if paragraph else None
        if rows and (row is None or row.table != current):
            reader.read(rows, *_above(plan, rows[0][0]))
            rows = []
        if row is not None:
            current = row.table
            rows.append((paragraph.line, row))
    plan.chapters.sort(key=lambda chapter: chapter.line)
    plan.sections.sort(key=lambda section: section.line)
    plan.items.sort(key=lambda item: item.line)
    outline.doubts += reader.doubts


def _above(plan, line):
    chapter = max((c for c in plan.chapters if c.line < line), key=lambda c: c.line, default=None)
    section = max((s for s in plan.sections if s.line < line), key=lambda s: s.line, default=None)
    if section and chapter and section.line < chapter.line:
        section = None
    return chapter, section


def clean_cell(text):
    """A cell's text with each of its lines cleaned."""
    return "\n".join(line for line in (clean(part) for part in text.split("\n")) if line)


def _find_header(rows):
    """(column kinds, index of the first data row), or None for a table that lists no tasks with owners."""
    for index, (_line, row) in enumerate(rows[:6]):
        columns = _columns(row.cells)
        kinds = set(columns.values())
        following = rows[index + 1][1] if index + 1 < len(rows) else None
        if following is not None:
            below = _columns(following.cells)
            merged = {i: below.get(i) or columns.get(i) for i in {**columns, **below}}
            if len(below) >= 2 and set(below.values()) & set(_OWNER_KINDS) and _is_header(set(merged.values())):
                return merged, index + 2
        if _is_header(kinds):
            return columns, index + 1
    return None


def _is_header(kinds):
    return bool(kinds & {"task", "measure", "target"}) and bool(kinds & {*_OWNER_KINDS, "deadline"})


def _columns(cells):
    """Column index → kind for the cells that are known column headings."""
    found = {}
    for index, cell in enumerate(cells):
        heading = compact(cell)
        if not heading or len(heading) > 14:
            continue
        heading = re.sub(r"\((?!责任)[^()]*\)$", "", heading)
        for kind, pattern in _COLUMNS:
            if pattern.search(heading):
                found[index] = kind
                break
    return found


def _across(row):
    """The text of a row that is one cell across the table (or has text in one cell only), else None."""
    own = [cell for cell, spanned in zip(row.cells, row.spanned, strict=True) if not spanned]
    if len(own) == 1 and len(row.cells) > 1:
        return clean(own[0])
    filled = [cell for cell in row.cells if cell.strip()]
    if len(filled) == 1 and row.cells[0].strip() and read_marker(clean(row.cells[0])) and len(row.cells) > 2:
        return clean(row.cells[0]) if len(clean(row.cells[0])) > 3 else None
    return None


def _first_text(row):
    return next((clean(cell) for cell in row.cells if cell.strip()), "")
