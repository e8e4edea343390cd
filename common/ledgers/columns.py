"""Which column of a sheet holds which field: headers found by their words, or named by hand."""

import re
from dataclasses import dataclass
from functools import lru_cache

from common.ledgers.sheets import Sheet, as_text
from common.ledgers.spans import read_span
from common.ledgers.words import squeeze

HEADER_DEPTH = 40  # rows looked through for the header
HEADER_ROWS = 3  # levels that a header may have
MONTH = re.compile(r"^(?:(?P<year>20\d\d)年)?(?:1[-—–至~到])?(?P<month>1[0-2]|0?[1-9])月(?:份|底|末)?")
_ABOUT = re.compile(r"^(?:填报|填表|制表|报送|编制|计量|金额)?(?:单位|日期|时间|部门|人)(?:\([^()]*\))?:")
_UNIT_AFTER = re.compile(r"(?<=[一-龥])/((?:百万|千万|万|亿|千)?(?:元|美元)|%|个|家|项|人|亩)$")
_MEASURED = re.compile("占|比例|增幅|增速|同比|环比|目标|缺口|排名|位次|率")  # of a thing, not the thing itself
_NOT_THIS = re.compile(r"^(?:上期|上月|上次|上年|去年|同期|前期|上一)")


@dataclass(frozen=True)
class Field:
    """A field that a ledger may fill: its key, its label, and the headers that mean it, most usual first.

    ``within``: a longer header that contains one of the words means it too; not so for the words of ``exact``.
    """

    key: str
    label: str
    headers: tuple[str, ...]
    within: bool = True
    exact: tuple[str, ...] = ()


@dataclass
class Header:
    """The header: its first and last row (from 0), each column's full words, and fields by column.

    ``spans`` counts the columns beside them that stand for a time.
    """

    first: int
    last: int
    words: dict[int, str]
    columns: dict[str, int]
    months: dict[str, int]
    spans: int = 0

    def count(self) -> int:
        return len(self.columns) + min(max(len(self.months), self.spans), 2)

    def label(self, key: str) -> str:
        return self.words.get(self.columns.get(key, -1), "")


def find_header(
    sheet: Sheet, fields: tuple[Field, ...], mapping: dict[str, str] | None = None, last_row: int | None = None
) -> Header | None:
    """Return the header that names most fields, the upper one of equals; None where no row names two.

    ``mapping`` gives headers by field as a person chose them ("" = none); they go before the known words,
    and a header that this sheet does not have leaves its field to them. ``last_row`` (from 0) is the header's
    last row where a person pointed at it.
    """
    if last_row is not None:
        return _pointed(sheet, fields, mapping or {}, last_row)
    best, most = None, 1
    for row in range(min(HEADER_DEPTH, len(sheet.rows))):
        filled = [value for value in sheet.rows[row] if value is not None]
        if len(filled) < 2:
            continue
        for last in range(row, row + HEADER_ROWS):
            header = _header(sheet, row, last, fields, mapping or {})
            if header is None:
                continue
            count = header.count()
            if count > most:
                best, most = header, count
        if best and most >= 3 and best.last < row:
            break
    return best


def _pointed(sheet, fields, mapping, last) -> Header | None:
    """The header that ends at a row: with the rows above it as far as they belong to it."""
    if not 0 <= last < len(sheet.rows):
        return None
    found = [_header(sheet, first, last, fields, mapping) for first in range(last, max(last - HEADER_ROWS, -1), -1)]
    found = [header for header in found if header]
    best = max(found, key=lambda header: header.count(), default=None)
    return best or Header(last, last, _spread(sheet, last), {}, {})


def _header(sheet, first, last, fields, mapping) -> Header | None:
    words = _words(sheet, first, last)
    if words is None:
        return None
    columns, months = {}, {}
    for key, wanted in mapping.items():
        found = next((column for column, text in words.items() if squeeze(text) == squeeze(wanted)), None)
        if wanted and found is not None:
            columns[key] = found
    taken = set(columns.values())
    forms = {column: _forms(text) for column, text in words.items()}
    for exact in (True, False):
        for field in fields:
            if field.key in columns or mapping.get(field.key) == "":
                continue
            column = _column_of(field, words, forms, taken, exact)
            if column is not None:
                columns[field.key] = column
                taken.add(column)
    for column, text in words.items():
        match = MONTH.match(squeeze(text.rsplit("/", 1)[-1]))
        if match:
            months[f"{match['year'] or ''}-{int(match['month']):02d}"] = column
    spans = sum(column not in taken and read_span(text, 2000) is not None for column, text in words.items())
    return Header(first, last, words, columns, months, spans)


def _words(sheet: Sheet, first: int, last: int) -> dict[int, str] | None:
    """Return each column's header text; of several rows as 上级/下级. None where the rows are no header."""
    if last >= len(sheet.rows):
        return None
    if any(first <= r0 <= last < r1 and r0 == first for r0, _, r1, _ in sheet.merged):
        return None  # it goes deeper
    words = _spread(sheet, first)
    for row in range(first + 1, last + 1):
        words = _joined(sheet, words, row)
        if words is None:
            return None
    return words


def _joined(sheet: Sheet, top: dict[int, str], row: int) -> dict[int, str] | None:
    """Return the header words with one more row below them; None where that row is none of the header's."""
    above, below = row - 1, _spread(sheet, row)
    tall = {column for r0, c0, r1, c1 in sheet.merged if r0 <= above and r1 >= row for column in range(c0, c1 + 1)}
    wide = any(r0 <= above <= r1 < row and c1 > c0 for r0, c0, r1, c1 in sheet.merged)
    if len(set(top.values())) < 2 or (not (tall or wide) and not _continues(top, below)):
        return None  # one text across the sheet is its title
    if any(_ABOUT.match(text) for text in top.values()):
        return None
    words, parent = {}, ""
    for column in range(max([*top, *below], default=-1) + 1):
        own = below.get(column, "")
        parent = top.get(column) or (parent if own else "")
        child = parent.rsplit("/", 1)[-1]
        text = parent if column in tall or not own or own == child else f"{parent}/{own}" if parent else own
        if text:
            words[column] = text
    return words


def _continues(top: dict, below: dict) -> bool:
    """Without merges (csv): the second row is part of the header when it only fills gaps of short words."""
    if not below or any(len(text) > 12 or text.isdigit() for text in below.values()):
        return False
    under_gap = [column for column in below if column not in top]
    return bool(under_gap) and min(below) > min(top, default=0)


def _label(value) -> str:
    """Return a header cell's text; 总投资/万元 says its unit, not a level below."""
    return _UNIT_AFTER.sub(r"(\1)", squeeze(as_text(value)))


def _spread(sheet: Sheet, row: int) -> dict[int, str]:
    """Return a row's texts by column, a text of merged cells in each of them."""
    texts = {
        column: text for column, value in enumerate(sheet.rows[row]) if value is not None and (text := _label(value))
    }
    for r0, c0, r1, c1 in sheet.merged:
        if r0 <= row <= r1 and (text := _label(sheet.value(r0, c0))):
            texts |= dict.fromkeys(range(c0, c1 + 1), text)
    return texts


def _column_of(field: Field, words: dict[int, str], forms: dict[int, set], taken: set, exact: bool) -> int | None:
    if not exact and not field.within:
        return None
    for known in (*field.headers, *field.exact) if exact else field.headers:
        for column, text in words.items():
            if column in taken:
                continue
            if (known in forms[column]) if exact else _contains(text, known):
                return column
    return None


@lru_cache(maxsize=4096)
def _forms(text: str) -> frozenset[str]:
    """A header's own words: the last level first; without a bracketed note, a month or a star before it."""
    child = text.rsplit("/", 1)[-1]
    forms = {text, child, text.replace("/", "")}
    forms |= {re.sub(r"\([^()]*\)", "", form) for form in forms}
    forms |= {MONTH.sub("", form) for form in forms}
    return frozenset({form.strip("*:/") for form in forms if form} - {""})


def _contains(text: str, known: str) -> bool:
    child = re.sub(r"\([^()]*\)", "", text.rsplit("/", 1)[-1])
    if len(known) < 2 or known not in child or len(child) > len(known) + 10 or _NOT_THIS.match(child):
        return False
    return not _MEASURED.search(child.replace(known, ""))
