"""What can be assessed: named measures, each read for many organisations at once.

A measure says its unit and scope and how it is read; the queries of one reading do not grow with the number of
organisations. Apps to the right add theirs with ``register``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from accounts.models import Organisation
from indicators.assessment.scoring import MISSING, Reading
from indicators.assessment.spans import Span

COUNT, AMOUNT, RATE, VALUE = "count", "amount", "rate", "value"
COUNTIES, DEPARTMENTS = "counties", "departments"
INDICATOR = "indicator:"


@dataclass
class Question:
    """Which organisations are asked about, for which period, as known on which day.

    ``once`` keeps what several measures read alike, so that it is read once per question.
    """

    organisations: list[Organisation]
    span: Span
    as_of: date
    kept: dict = field(default_factory=dict)

    @property
    def keys(self) -> list[int]:
        return [organisation.pk for organisation in self.organisations]

    @property
    def day(self) -> date:
        """The day on which states are looked at."""
        return self.span.day(self.as_of)

    def once(self, name: str, read: Callable):
        if name not in self.kept:
            self.kept[name] = read()
        return self.kept[name]


@dataclass(frozen=True)
class Measure:
    """One thing that a term can read. ``read`` returns readings by organisation key; absent ones are missing.

    ``rows_url(organisation, span, as_of)`` is the address of the rows behind a reading. ``step`` is what one more
    is, in the unit; ``noun`` says it in words. ``target`` names the indicator whose targets count for it.
    """

    key: str
    label: str
    unit: str
    scope: str
    kind: str
    subjects: frozenset
    read: Callable[[Question], dict[int, Reading]]
    rows_url: Callable[[Organisation, Span, date], str]
    step: Decimal = Decimal(1)
    noun: str = ""
    target: str = ""


MEASURES: dict[str, Measure] = {}


def register(measure: Measure) -> Measure:
    """Add a measure under its key; apps to the right call this when they are ready."""
    MEASURES[measure.key] = measure
    return measure


def rate(part, whole, **more) -> Reading:
    """Return a share of 1 with its parts; missing where there is no whole."""
    if not whole:
        return MISSING
    return Reading(Fraction(part) / Fraction(whole), part=part, whole=whole, **more)


def readings_of(measures: list[Measure], question: Question) -> dict[str, dict[int, Reading]]:
    """Return the readings by measure key and organisation key, each measure read once, with its targets."""
    from indicators.assessment.targets import with_targets

    found = {measure.key: measure.read(question) for measure in measures}
    return with_targets(measures, found, question)
