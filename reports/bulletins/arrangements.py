"""Which sections a kind of bulletin has, in which order: as shipped, or as the office arranged it."""

from dataclasses import dataclass

from reports.bulletins.catalogue import ANNEXES, CONDITIONS, SECTIONS
from reports.bulletins.editions import Edition, Kind, Subject
from reports.models import BulletinTemplate

CLOSING = ("problems", "next_steps", "corrections")
CITY_SECTIONS = ("overall", "tasks", "projects", "indicators", "service", "news", *CLOSING)
ANNUAL_SECTIONS = ("overall", "months", "tasks", "projects", "indicators", "service", "news", *CLOSING)
COUNTY_SECTIONS = ("own_overall", "own_projects", "service", "news", *CLOSING)
DEPARTMENT_SECTIONS = ("own_overall", "news", *CLOSING)
LIST_SECTIONS = ("list_overall", "list_aspects", "list_organisations", "problems", "next_steps")
CITY_ANNEXES = ("task_tables", "progress_tables", "rankings")
SHIPPED = {
    (Kind.MONTHLY, Subject.CITY): (CITY_SECTIONS, CITY_ANNEXES),
    (Kind.ANNUAL, Subject.CITY): (ANNUAL_SECTIONS, CITY_ANNEXES),
    **{(kind, Subject.COUNTY): (COUNTY_SECTIONS, ("own_tasks",)) for kind in Kind},
    **{(kind, Subject.DEPARTMENT): (DEPARTMENT_SECTIONS, ("own_tasks",)) for kind in Kind},
    (Kind.SPECIAL, Subject.LIST): (LIST_SECTIONS, ("list_tasks",)),
}


@dataclass(frozen=True)
class Entry:
    """One line of an arrangement: a section or annex of the catalogue, or the office's own paragraphs.

    ``title`` replaces the section's; ``text`` are own paragraphs, one a line; ``when`` is a condition's key.
    """

    key: str = ""
    title: str = ""
    text: str = ""
    when: str = ""

    @property
    def is_own(self) -> bool:
        return not self.key

    @property
    def is_annex(self) -> bool:
        return self.key in ANNEXES

    @property
    def shown_title(self) -> str:
        return self.title or (SECTIONS.get(self.key) or ANNEXES[self.key]).title

    def to_json(self) -> dict:
        return {"key": self.key, "title": self.title, "text": self.text, "when": self.when}


def arrangement_of(edition: Edition) -> list[Entry]:
    """Return the entries of this edition's kind and subject in their order."""
    kept = BulletinTemplate.objects.filter(key=template_key(edition.kind, edition.subject)).first()
    return entries_of(kept) if kept else shipped(edition.kind, edition.subject)


def template_key(kind: str, subject: str) -> str:
    return f"{kind}-{subject}"


def shipped(kind: str, subject: str) -> list[Entry]:
    sections, annexes = SHIPPED[(kind, subject)]
    return [Entry(key) for key in (*sections, *annexes)]


def entries_of(template: BulletinTemplate) -> list[Entry]:
    """Return a stored template's entries; what the catalogue no longer has is left out."""
    entries = [Entry(**row) for row in template.sections]
    return [e for e in entries if (e.is_own or e.key in SECTIONS or e.is_annex) and e.when in CONDITIONS]
