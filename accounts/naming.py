"""Organisations by the names that sheets call them: short names, full names, aliases, former names."""

import re
from dataclasses import dataclass

from accounts.models import Organisation
from common.ledgers.words import squeeze

_TAIL = re.compile(
    r"(?:委、?\S{0,3}(?:政府|管委会)|人民政府|政府|党工委|管理委员会|管委会"
    r"|工信局|发改局|商务局|投促局|投资促进(?:局|中心))$"
)
_CITY = {"全市", "市本级", "市级", "全市合计", "全市平均"}


@dataclass(frozen=True)
class Named:
    """The organisation of today that a name means; ``former`` where the name is that of its predecessor."""

    organisation: Organisation
    former: bool = False


class OrganisationNames:
    """Finds organisations by name; equal names are looked up once, as sheets repeat them."""

    def __init__(self):
        self._names, self._found = {}, {}
        rows = Organisation.objects.prefetch_related("aliases").select_related("successor")
        for row in sorted(rows, key=lambda row: bool(row.valid_to)):
            today, former = self._today(row)
            for name in (row.short, row.name, row.code):
                self._names.setdefault(squeeze(name), Named(today, former))
            for alias in row.aliases.all():
                self._names.setdefault(squeeze(alias.name), Named(today, former or alias.kind == "former"))
            if row.kind == "city":
                for name in _CITY:
                    self._names.setdefault(name, Named(today))
            if row.kind in ("county", "zone") and len(row.short) > 2:
                self._names.setdefault(squeeze(row.short).rstrip("县市区"), Named(today, former))

    def _today(self, row) -> tuple[Organisation, bool]:
        today, steps = row, 0
        while today.successor is not None and steps < 5:
            today, steps = today.successor, steps + 1
        return today, today is not row

    def find(self, text: str) -> Named | None:
        """Return what the name means, or None for a name nobody knows."""
        key = squeeze(text)
        if key not in self._found:
            self._found[key] = self._look(key)
        return self._found[key]

    def _look(self, key: str) -> Named | None:
        bare = re.sub(r"\([^()]*\)", "", key)
        for name in (key, bare, re.sub("^(?:山东省?)?德州市?", "", bare)):
            for form in (name, _TAIL.sub("", name)):
                if form and form in self._names:
                    return self._names[form]
        return None
