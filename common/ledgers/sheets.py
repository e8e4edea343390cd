"""A sheet as it was read: values by position, and what its cells look like."""

from dataclasses import dataclass, field
from datetime import date


@dataclass
class Sheet:
    """One sheet. Positions are (row, column) from 0; ``rows`` hold str, int, float, bool, date or None.

    ``broken`` are cells whose value is missing: a formula never computed (""), or an error (#DIV/0!).
    """

    name: str
    rows: list[list]
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    broken: dict[tuple[int, int], str] = field(default_factory=dict)
    percents: set[tuple[int, int]] = field(default_factory=set)
    struck: set[tuple[int, int]] = field(default_factory=set)
    hidden: set[int] = field(default_factory=set)
    visible: bool = True

    def value(self, row: int, column: int):
        line = self.rows[row] if row < len(self.rows) else ()
        return line[column] if column < len(line) else None


def cell_name(row: int, column: int) -> str:
    """(16, 5) → F17."""
    letters, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def as_text(value) -> str:
    """Return a cell's value as a person reads it: 12.0 → 12, a date → 2023-06-30, nothing → ""."""
    if isinstance(value, str):  # first: nearly all are
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
