"""Which column of a sheet holds which field: headers found by their words, or named by hand."""

import re
from dataclasses import dataclass

from common.ledgers.sheets import Sheet, as_text
from common.ledgers.words import squeeze

HEADER_DEPTH = 40  # rows looked through for the header
MONTH = re.compile(r"^(?:(?P<year>20\d\d)年)?(?:1[-—–至~到])?(?P<month>1[0-2]|0?[1-9])月(?:份|底|末)?")
_NOT_THIS = re.compile(r"^(?:上期|上月|上次|上年|去年|同期|前期|上一)")


@dataclass(frozen=True)
class Field:
    """A field that a ledger may fill: its key, its label, and the headers that mean it, most usual first.

    ``within``: a longer header that contains one of the words means it too.
    """

    key: str
    label: str
    headers: tuple[str, ...]
    within: bool = True


@dataclass
class Header:
    """The header: its first and last row (from 0), each column's full words, and fields by column."""

    first: int
    last: int
    words: dict[int, str]
    columns: dict[str, int]
    months: dict[str, int]

    def label(self, key: str) -> str:
        return self.words.get(self.columns.get(key, -1), "")


def find_header(sheet: Sheet, fields: tuple[Field, ...], mapping: dict[str, str] | None = None) -> Header | None:
    """Return the header that names most fields, the upper one of equals; None where no row names two.

    ``mapping`` gives headers by field as a person chose them ("" = none); they go before the known words,
    and a header that this sheet does not have leaves its field to them.
    """
    best, most = None, 1
    for row in range(min(HEADER_DEPTH, len(sheet.rows))):
        filled = [value for value in sheet.rows[row] if value is not None]
        if len(filled) < 2:
            continue
        for last in (row, row + 1):
            header = _header(sheet, row, last, fields, mapping or {})
            if header is None:
                continue
            count = len(header.columns) + min(len(header.months), 2)
            if count > most:
                best, most = header, count
        if best and most >= 3 and best.last < row:
            break
    return best


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
    for exact in (True, False):
        for field in fields:
            if field.key in columns or mapping.get(field.key) == "":
                continue
            column = _column_of(field, words, taken, exact)
            if column is not None:
                columns[field.key] = column
                taken.add(column)
    for column, text in words.items():
        match = MONTH.match(squeeze(text.rsplit("/", 1)[-1]))
        if match:
            months[f"{match['year'] or ''}-{int(match['month']):02d}"] = column
    return Header(first, last, words, columns, months)


def _words(sheet: Sheet, first: int, last: int) -> dict[int, str] | None:
    """Return each column's header text; of two rows as 上级/下级. None where the rows are no header."""
    top = _spread(sheet, first)
    if first == last:
        boxes = [box for box in sheet.merged if box[0] == first and box[2] > first]
        return None if boxes else top
    if last >= len(sheet.rows):
        return None
    below = _spread(sheet, last)
    tall = {column for r0, c0, r1, c1 in sheet.merged if r0 == first and r1 >= last for column in range(c0, c1 + 1)}
    wide = any(r0 == first and r1 == first and c1 > c0 for r0, c0, r1, c1 in sheet.merged)
    if len(set(top.values())) < 2 or (not (tall or wide) and not _continues(top, below)):
        return None  # one text across the sheet is its title
    words, parent = {}, ""
    for column in range(max([*top, *below], default=-1) + 1):
        own = below.get(column, "")
        parent = top.get(column) or (parent if own else "")
        text = parent if column in tall or not own or own == parent else f"{parent}/{own}" if parent else own
        if text:
            words[column] = text
    return words


def _continues(top: dict, below: dict) -> bool:
    """Without merges (csv): the second row is part of the header when it only fills gaps of short words."""
    if not below or any(len(text) > 12 or text.isdigit() for text in below.values()):
        return False
    under_gap = [column for column in below if column not in top]
    return bool(under_gap) and min(below) > min(top, default=0)


def _spread(sheet: Sheet, row: int) -> dict[int, str]:
    """Return a row's texts by column, a text of merged cells in each of them."""
    texts = {
        column: text
        for column, value in enumerate(sheet.rows[row])
        if value is not None and (text := squeeze(as_text(value)))
    }
    for r0, c0, r1, c1 in sheet.merged:
        if r0 <= row <= r1 and (text := squeeze(as_text(sheet.value(r0, c0)))):
            texts |= dict.fromkeys(range(c0, c1 + 1), text)
    return texts


def _column_of(field: Field, words: dict[int, str], taken: set, exact: bool) -> int | None:
    for known in field.headers:
        for column, text in words.items():
            if column in taken:
                continue
            if exact and known in _forms(text):
                return column
            if not exact and field.within and _contains(text, known):
                return column
    return None


def _forms(text: str) -> set[str]:
    """A header's own words: the last level first; without a bracketed note, a month or a star before it."""
    child = text.rsplit("/", 1)[-1]
    forms = {text, child, text.replace("/", "")}
    forms |= {re.sub(r"\([^()]*\)", "", form) for form in forms}
    forms |= {MONTH.sub("", form) for form in forms}
    return {form.strip("*:") for form in forms if form} - {""}


def _contains(text: str, known: str) -> bool:
    child = re.sub(r"\([^()]*\)", "", text.rsplit("/", 1)[-1])
    return len(known) > 1 and known in child and len(child) <= len(known) + 10 and not _NOT_THIS.match(child)
