"""What a proofreading says: the findings, and honestly what was looked at."""

from dataclasses import asdict, dataclass, field
from datetime import date

KINDS = {
    "sum": "合计", "share": "占比", "rate": "比率", "difference": "增减", "growth": "增幅", "total": "前后一致",
    "count": "列举", "data": "与本站数据", "scope": "口径",
}  # fmt: skip


@dataclass
class Finding:
    """One fault. `start` and `end` are offsets of what is `written` in the text that was checked.

    `replacement` stands in for the text between them; empty where a person has to decide.
    """

    kind: str
    quote: str
    written: str
    expected: str
    because: str
    start: int
    end: int
    replacement: str = ""
    line: int = 1
    block: int | None = None
    offset: int | None = None
    cell: tuple[int, int] | None = None

    @property
    def kind_name(self) -> str:
        return KINDS[self.kind]

    @property
    def expected_name(self) -> str:
        """What `expected` is called: what should stand there, or what the place disagrees with."""
        if self.replacement or self.expected.startswith("-"):
            return "应为"
        return {"sum": "分项之和", "difference": "分项之和", "scope": "另一处"}.get(self.kind, "应为")

    def to_json(self) -> dict:
        """The form of ``proofread --json``."""
        return {name: getattr(self, name) for name in ("kind", "quote", "written", "expected", "because")}

    def to_dict(self) -> dict:
        """Everything, for a page or a stored result."""
        return asdict(self) | {"kind_name": self.kind_name, "expected_name": self.expected_name}


@dataclass
class Unchecked:
    """A number with which no relation could be found: where it stands and how it reads."""

    start: int
    end: int
    text: str


@dataclass
class Report:
    """`checked` counts the relations that were verified, `by_kind` per kind; `numbers` all quantities read."""

    findings: list[Finding] = field(default_factory=list)
    checked: int = 0
    by_kind: dict[str, int] = field(default_factory=dict)
    numbers: int = 0
    unchecked: list[Unchecked] = field(default_factory=list)
    as_of: date | None = None  # the day whose figures of this site the text was held against

    @property
    def kinds_checked(self) -> list[tuple[str, int]]:
        """(name, number of relations) of every kind that was verified at least once."""
        return [(KINDS[kind], self.by_kind[kind]) for kind in KINDS if self.by_kind.get(kind)]

    def to_json(self) -> dict:
        """The form of ``proofread --json``."""
        return {"findings": [finding.to_json() for finding in self.findings], "checked": self.checked}
