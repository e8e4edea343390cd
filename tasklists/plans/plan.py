"""The shapes that come out of plan reading, and their JSON form."""

import datetime
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass
class Deadline:
    """A date by which something is to be done, or `long_term` (长期坚持) with no date."""

    text: str
    date: datetime.date | None = None
    long_term: bool = False

    def to_json(self):
        return {"text": self.text, "date": _iso(self.date), "long_term": self.long_term}


@dataclass
class Target:
    """A measure that a clause promises.

    `comparator` is one of = >= > <= < ~ range; `value_to` is set for a range only. `unit` stands as
    written (万户, 亿元, %), so the value is in that unit. `by` is None where the text names no date.
    """

    name: str
    comparator: str
    value: Decimal
    unit: str
    by: datetime.date | None = None
    cumulative: bool = False
    strength: str | None = None
    value_to: Decimal | None = None

    def to_json(self):
        shape = {
            "name": self.name,
            "comparator": self.comparator,
            "value": _plain(self.value),
            "unit": self.unit,
            "by": _iso(self.by),
            "cumulative": self.cumulative,
            "strength": self.strength,
        }
        if self.value_to is not None:
            shape["value_to"] = _plain(self.value_to)
        return shape


@dataclass
class Owners:
    """Units by role, canonical where known and as written where not; collectives are not expanded."""

    lead: list[str] = field(default_factory=list)
    responsible: list[str] = field(default_factory=list)
    supporting: list[str] = field(default_factory=list)
    collectives: list[str] = field(default_factory=list)

    def __bool__(self):
        return bool(self.lead or self.responsible or self.supporting or self.collectives)

    def add(self, role, name):
        """Adds `name` under `role` once; `role` is lead, responsible, supporting or collectives."""
        names = getattr(self, role)
        if name not in names:
            names.append(name)

    def merge(self, other):
        for role in ("lead", "responsible", "supporting", "collectives"):
            for name in getattr(other, role):
                self.add(role, name)

    def count(self):
        """Unit links: every unit in every role, a collective counting as one."""
        return len(self.lead) + len(self.responsible) + len(self.supporting) + len(self.collectives)


@dataclass
class Clause:
    """A part of an item with its own owners: the leaf that becomes a task item.

    `title` is empty until a person gives one; without it the task is called by its first sentence.
    """

    text: str
    line: int
    owners: Owners = field(default_factory=Owners)
    deadlines: list[Deadline] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    title: str = ""

    def to_json(self):
        return {
            "text": self.text,
            "lead": self.owners.lead,
            "responsible": self.owners.responsible,
            "supporting": self.owners.supporting,
            "collectives": self.owners.collectives,
            "deadlines": [deadline.to_json() for deadline in self.deadlines],
            "targets": [target.to_json() for target in self.targets],
        }


@dataclass
class Chapter:
    no: str
    title: str
    line: int

    def to_json(self):
        return {"no": self.no, "title": self.title}


@dataclass
class Section:
    no: str
    title: str
    chapter: str | None
    line: int

    def to_json(self):
        return {"no": self.no, "title": self.title, "chapter": self.chapter}


@dataclass
class Item:
    no: str
    chapter: str | None
    section: str | None
    line: int
    clauses: list[Clause] = field(default_factory=list)

    @property
    def text(self):
        """The item's wording without the marks that name its owners."""
        return "".join(clause.text for clause in self.clauses)

    def to_json(self):
        return {
            "no": self.no,
            "chapter": self.chapter,
            "section": self.section,
            "text": self.text,
            "clauses": [clause.to_json() for clause in self.clauses],
        }


@dataclass(frozen=True)
class Doubt:
    """Something doubtful, for a person to look at; `line` is 1-based in the source."""

    line: int
    message: str

    def to_json(self):
        return {"line": self.line, "message": self.message}


@dataclass(frozen=True)
class FormerName:
    """A unit that the text calls by a former name, already replaced by its successor."""

    line: int
    written: str
    canonical: str


@dataclass
class Plan:
    title: str | None = None
    doc_no: str | None = None
    issued_on: datetime.date | None = None
    chapters: list[Chapter] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    unmatched_units: list[str] = field(default_factory=list)
    warnings: list[Doubt] = field(default_factory=list)
    former_names: list[FormerName] = field(default_factory=list)

    def clauses(self):
        return [clause for item in self.items for clause in item.clauses]

    def unit_links(self):
        """How many (clause, unit, role) links the plan holds before collectives are expanded."""
        return sum(clause.owners.count() for clause in self.clauses())

    def to_json(self):
        """The document that `import_plan --json` prints; `former_names` is for the preview page only."""
        return {
            "title": self.title,
            "doc_no": self.doc_no,
            "issued_on": _iso(self.issued_on),
            "chapters": [chapter.to_json() for chapter in self.chapters],
            "sections": [section.to_json() for section in self.sections],
            "items": [item.to_json() for item in self.items],
            "unmatched_units": list(self.unmatched_units),
            "warnings": [warning.to_json() for warning in self.warnings],
        }


def _iso(date):
    return date.isoformat() if date else None


def _plain(value):
    return format(value.normalize() + 0, "f")
