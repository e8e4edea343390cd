"""Units named in a cell, found in the directory of organisations."""

from dataclasses import dataclass

from common.ledgers.words import is_empty, tidy
from tasklists.plans.marks import MarkReader
from tasklists.plans.plan import Owners
from tasklists.plans.unit_lists import UnitList
from tasklists.plans.wording import fold


@dataclass
class ReadOwners:
    """The units of one cell by role, the names nobody knows, and (former name, name of today)."""

    owners: Owners
    unknown: list[str]
    renamed: list[tuple[str, str]]


class OwnersReader:
    """Reads unit cells; equal cells are read once, as ledgers repeat them."""

    def __init__(self, directory):
        self.directory = directory
        self._read = {}

    def read(self, text: str, role: str) -> ReadOwners:
        """``role`` (lead, responsible, supporting) holds where the cell's own words say nothing else."""
        key = (text, role)
        if key not in self._read:
            self._read[key] = self._fresh(text, role)
        return self._read[key]

    def suggestion(self, name: str) -> str:
        """Return the unit that an unknown name beginning with 市 may mean (市银保监分局); it is never bound to it."""
        found = self.directory.find(f"德州{name[1:]}") if name.startswith("市") else None
        return found.name if found and found.known and not found.collective else ""

    def _fresh(self, text, role) -> ReadOwners:
        units = UnitList(self.directory)
        owners = Owners()
        text = tidy(text)
        if is_empty(text):
            return ReadOwners(owners, [], [])
        if ":" in fold(text):
            for mark in MarkReader(units).marks(text, 0):
                owners.merge(mark.owners)
        if not owners:
            units = UnitList(self.directory)
            owners = units.read(text, role, 0)
        renamed = [(former.written, former.canonical) for former in units.former]
        return ReadOwners(owners, list(units.unmatched), renamed)
