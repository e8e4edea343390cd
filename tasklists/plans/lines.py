"""A document as numbered lines, and the refusal of what cannot be read."""

from dataclasses import dataclass


class UnreadableSource(ValueError):
    """The document cannot be read; the message is one Chinese sentence for the user."""


@dataclass(frozen=True)
class Row:
    """A row of a table: its cells' texts, which of them continue the cell above, and which table it is.

    `continued[i]` is True when cell i is part of a vertically merged cell that began in an earlier row
    (the text is then the merged cell's). A cell merged over several columns repeats its text and its
    later columns are True in `spanned`.
    """

    table: int
    cells: tuple[str, ...]
    continued: tuple[bool, ...]
    spanned: tuple[bool, ...]


@dataclass(frozen=True)
class Line:
    """A line of the source: 1-based number, text, heading level (0 = document title) or table row."""

    number: int
    text: str
    heading: int | None = None
    row: Row | None = None
