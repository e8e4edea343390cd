"""A text as it is laid out: lines, sentences with their numbers, tables with theirs."""

import re
from bisect import bisect_left
from dataclasses import dataclass, field

from reports.proofreading.numbers import HOUSE_PLACES, MONEY, Number, find_numbers, fold

SENTENCE_END = re.compile(r"[。！？!?\n]")
SEGMENT_END = re.compile(r"[；;]")
HEADING = re.compile(r"^[ \t\u3000]*(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[)）])")
NUMBERED = re.compile(
    r"^[ \t\u3000]*(?:(?P<han>[一二三四五六七八九十]{1,3})、|[（(](?P<han2>[一二三四五六七八九十]{1,3})[)）]"
    r"|(?P<digit>\d{1,3})(?:[.．](?!\d)|、)|[（(](?P<digit2>\d{1,3})[)）]|(?P<is>[一二三四五六七八九十]{1,2})是"
    r"|第(?P<nth>[一二三四五六七八九十]{1,2})[，,])"
)
HEADING_LENGTH = 60
MAX_NUMBERS = 48  # a sentence with more is a table that lost its lines; its numbers stay unchecked


@dataclass(eq=False)
class Sentence:
    """A stretch of a line up to 。！？ with the numbers in it."""

    start: int
    end: int
    text: str
    line: int
    numbers: list[Number] = field(default_factory=list)

    def between(self, left: Number, right: Number) -> str:
        return self.text[left.stop - self.start : right.start - self.start]

    def segment_of(self, number: Number) -> int:
        """The number of the part between semicolons in which the number stands."""
        return len(SEGMENT_END.findall(self.text[: number.start - self.start]))


@dataclass
class Line:
    start: int
    end: int
    text: str
    is_heading: bool = False
    sentences: list[Sentence] = field(default_factory=list)


@dataclass
class Cell:
    start: int
    text: str
    number: Number | None = None


@dataclass
class Table:
    """Rows of cells; the first is the header. `caption` is the line above."""

    rows: list[list[Cell]]
    caption: str = ""
    first_line: int = 0
    last_line: int = 0


@dataclass
class Page:
    """The whole text, read once; every check works on this."""

    text: str
    folded: str
    lines: list[Line]
    sentences: list[Sentence]
    tables: list[Table]
    numbers: list[Number]


def read_page(text: str) -> Page:
    """Lay out the text. Offsets everywhere are offsets into it."""
    folded = fold(text)
    numbers = find_numbers(text, folded)
    starts = [number.start for number in numbers]

    def within(start, end):
        return numbers[bisect_left(starts, start) : bisect_left(starts, end)]

    lines, start = [], 0
    for raw in folded.split("\n"):
        end = start + len(raw)
        is_heading = bool(HEADING.match(raw)) and len(raw) <= HEADING_LENGTH and not raw.rstrip().endswith("；")
        lines.append(Line(start, end, raw, is_heading))
        start = end + 1
    tables = _tables(lines, within)
    in_tables = {n for table in tables for n in range(table.first_line, table.last_line + 1)}
    sentences = []
    for index, line in enumerate(lines):
        for number in within(line.start, line.end):
            number.line = index
        if index not in in_tables:
            line.sentences = _sentences(line, index, within)
            sentences += line.sentences
    if not any(n.digits >= HOUSE_PLACES and (n.unit == MONEY or n.cell) for n in numbers):
        for number in numbers:
            number.is_rounded = False
    kept = [n for n in numbers if n.cell or not n.bare]
    return Page(text, folded, lines, sentences, tables, kept)


def _sentences(line, index, within):
    found, start = [], 0
    ends = [match.end() for match in SENTENCE_END.finditer(line.text)] + [len(line.text)]
    for end in ends:
        if line.text[start:end].strip():
            sentence = Sentence(line.start + start, line.start + end, line.text[start:end], index)
            numbers = [n for n in within(sentence.start, sentence.end) if not n.bare]
            sentence.numbers = numbers if len(numbers) <= MAX_NUMBERS else []
            _surround(sentence)
            found.append(sentence)
        start = end
    return found


def _surround(sentence):
    previous = sentence.start
    for place, number in enumerate(sentence.numbers):
        following = sentence.numbers[place + 1].start if place + 1 < len(sentence.numbers) else sentence.end
        number.before = sentence.text[previous - sentence.start : number.start - sentence.start].removesuffix("百分之")
        number.after = sentence.text[number.stop - sentence.start : following - sentence.start]
        number.sentence = sentence
        previous = number.stop


def _tables(lines, within):
    tables, index = [], 0
    while index < len(lines):
        last = index
        while last < len(lines) and _columns(lines[last].text) >= 2:
            last += 1
        if last - index >= 2 and max(_columns(line.text) for line in lines[index:last]) >= 2:
            caption = next(
                (line.text.strip() for line in reversed(lines[max(0, index - 2) : index]) if line.text.strip()), ""
            )
            rows = [_row(line, within, number) for number, line in enumerate(lines[index:last])]
            rows = [row for row in rows if any(cell.text.strip(" -:|") for cell in row)]
            if len(rows) > 1:
                tables.append(Table(rows, caption, index, last - 1))
        index = max(last, index + 1)
    return tables


def _separator(text):
    return "|" if text.lstrip().startswith("|") and text.count("|") >= 3 else "\t"


def _columns(text):
    separator = _separator(text)
    if separator not in text:
        return 0
    return len(text.strip().strip("|").split(separator)) if separator == "|" else len(text.split(separator))


def _row(line, within, row):
    separator = _separator(line.text)
    cells, start = [], line.start
    body = line.text
    if separator == "|":
        inner = body.index("|") + 1
        start += inner
        body = body[inner : body.rindex("|")]
    for column, part in enumerate(body.split(separator)):
        cell = Cell(start, part)
        numbers = within(start, start + len(part))
        if len(numbers) == 1 and _is_numeric(part, numbers[0], start):
            cell.number = numbers[0]
            cell.number.cell = (row, column)
        cells.append(cell)
        start += len(part) + 1
    return cells


def _is_numeric(part, number, start):
    """Whether the cell is this number and nothing else but its unit or a sign word (增加, 下降)."""
    left = part[: number.start - start].strip()
    right = part[number.stop - start :].strip()
    return (
        left in ("", "-", "−", "+", "约", "增加", "减少", "提高", "下降", "增长", "上升", "回落", "▲", "▼", "↑", "↓")
        and not right
    )
