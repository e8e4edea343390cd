"""A figure and its passport (数字身份证): what it counts, as of when, in which unit, and from where.

Page, chart, export, command and bulletin take a figure from the same function; nobody recounts.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from common.amounts import trim

ROWS, PUBLISHED = "rows", "published"


@dataclass(frozen=True)
class Figure:
    """One number that a user sees. ``value`` None means not known; it is never shown as 0."""

    key: str
    label: str
    value: int | Decimal | None
    unit: str
    scope: str
    period: str
    as_of: date
    basis: str = ROWS
    rows: int | None = None
    rows_url: str = ""
    formula: tuple[str, ...] = ()
    source: dict | None = None
    demo: bool = False
    parameters: dict = field(default_factory=dict)
    page_url: str = ""  # the page of what the figure is about, where it has one of its own

    @property
    def text(self) -> str:
        """The number as it is read, without its unit; – where it is not known."""
        return "–" if self.value is None else trim(Decimal(self.value))

    @property
    def reference(self) -> str:
        """The key with what narrows it, as a bulletin binds it: ``funds.in_place?county=371425``."""
        return self.key + (f"?{urlencode(self.parameters)}" if self.parameters else "")

    def to_json(self) -> dict:
        """Return the form of ``figures --json``; amounts as decimal strings in the figure's unit."""
        return {
            "key": self.key,
            "label": self.label,
            "value": None if self.value is None else trim(Decimal(self.value)),
            "unit": self.unit,
            "scope": self.scope,
            "period": self.period,
            "as_of": self.as_of.isoformat(),
            "basis": self.basis,
            "rows": self.rows,
            "source": self.source,
            "demo": self.demo,
        }
