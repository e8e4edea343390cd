"""The directory of units: which name in a text means which unit.

Built from plain data, so that it can come from the shipped files or from database rows alike.
"""

import re
from dataclasses import dataclass

from .wording import compact

_NOTE = re.compile(r"\((?:价格)?职能\)$")
_JOINERS = re.compile(r"[和与、](?=.)")
_COLLECTIVE = re.compile(
    r"(?:全市)?各(?:县\(?市?[、,]?区?[、,]?\)?|县市区|市县|县区|区县|区、县级市)"
    r"(?:党委、)?(?:委、)?(?:人民政府|政府)?"
    r"(?:[和及、,]?(?:各)?(?:\((?:各)?(?:开发区|园区|功能区)?管委会\)?|(?:开发区|园区|功能区)?管委会))?"
)
_SOME_COUNTIES = re.compile(r"^(?:各?(?:有关|相关))县\(?市?[、,]?区?\)?(?:人民政府|政府)?(?:\(管委会\)|、管委会)?$")
_OPEN_GROUP = re.compile(
    r"^(?:[市省州县][直级]?(?:各|有关|相关)+(?:责任)?(?:部门|单位)|各?(?:有关|相关)+(?:责任)?(?:部门|单位)(?:和单位)?"
    r"|[市省州县](?:政府)?(?:直)?各?(?:有关|相关)?部门(?:、|和)?单位|(?:各|有关|相关)+(?:街道|乡镇|镇街|乡镇\(街道\)|镇\(街道\))"
    r"|各成员单位|各(?:责任|牵头|专班)(?:单位|部门)|市直(?:各)?部门(?:单位)?)$"
)


@dataclass(frozen=True)
class UnitEntry:
    """One unit: the canonical name, every other name it goes by, its former names, and its kind."""

    short: str
    aliases: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()
    kind: str = "department"


@dataclass(frozen=True)
class Collective:
    """A group named as one (各县(市、区)人民政府): canonical text, variants, and what it stands for.

    `expands_to` is "counties", "counties+zones" or None for a group that nobody can resolve from the text.
    """

    text: str
    variants: tuple[str, ...] = ()
    expands_to: str | None = None


@dataclass(frozen=True)
class Found:
    """What a name means: the name to store, and whether it is a collective, a former name, or unknown."""

    name: str
    collective: bool = False
    former: bool = False
    known: bool = True


class UnitDirectory:
    """Looks names up; exact short name, then other names, then former names, then without 和/委员会.

    Nothing is bound by likeness: a name that fits none of these is unknown.
    """

    def __init__(self, entries, collectives):
        self._names = {}
        self._collectives = {}
        self._open_group = None
        entries = list(entries)
        for rank in (
            lambda entry: (entry.short,),
            lambda entry: entry.aliases,
            lambda entry: entry.former_names,
        ):
            self._add_names(entries, rank)
        self._loose = self._loose_names()
        for collective in collectives:
            for text in (collective.text, *collective.variants):
                self._collectives.setdefault(compact(text), collective.text)
            if collective.expands_to is None and self._open_group is None:
                self._open_group = collective.text
        self._by_reach = {c.expands_to: c.text for c in collectives if c.expands_to}
        self._longest = max(map(len, [*self._names, *self._collectives]), default=0)

    @classmethod
    def from_files(cls, departments, regions):
        """The directory from the parsed `departments.json` and `regions.json`."""
        entries = [
            UnitEntry(
                short=unit["short"],
                aliases=(unit["canonical"], *unit["aliases"]),
                former_names=tuple(unit["former_names"]),
                kind="department",
            )
            for unit in departments["units"]
        ]
        entries += [
            UnitEntry(
                short=county["name"],
                aliases=(county["short"], county["government"], *county["aliases"]),
                kind="county",
            )
            for county in regions["counties"]
        ]
        entries += _zone_entries(regions["functional_zones"])
        collectives = [
            Collective(group["text"], tuple(group["variants"]), group["expands_to"])
            for group in departments["group_units"]
        ]
        return cls(entries, collectives)

    def find(self, written, prefix=""):
        """What `written` means. `prefix` (市, 省) is put before a name that leaves it out (elided).

        An unknown name stays as written, save that a province's office keeps its 省 (省科技厅、财政厅).
        """
        key = compact(written)
        if found := self._known(key):
            return found
        if prefix and not re.match(r"[市省州县区国]", key):
            if found := self._known(prefix + key):
                return found
            if prefix != "市" and re.search("[厅局委办部]$", key):
                return Found(prefix + written.strip(), known=False)
        return Found(written.strip(), known=False)

    def longest_at(self, folded, start):
        """(end, Found) of the longest known name that begins at `start` of a folded text, or None."""
        group = _COLLECTIVE.match(folded, start)
        if group and (found := self._collective(group.group())):
            return group.end(), found
        for end in range(min(len(folded), start + self._longest + 4), start + 1, -1):
            key = compact(folded[start:end])
            if found := self._known(key):
                return end, found
        return None

    def is_known(self, written):
        return self._known(compact(written)) is not None

    def _add_names(self, entries, names_of):
        former = names_of(UnitEntry("", former_names=("x",))) == ("x",)
        for entry in entries:
            for name in names_of(entry):
                for key in _spellings(name):
                    self._names.setdefault(key, Found(entry.short, former=former))

    def _loose_names(self):
        """Names without 和/与 and with 委员会 cut to 委; a form that fits two units binds to neither."""
        loose = {}
        for key, found in self._names.items():
            short = _loosen(key)
            if loose.setdefault(short, found).name != found.name:
                loose[short] = None
        return {key: found for key, found in loose.items() if found}

    def _known(self, key):
        if not key:
            return None
        return self._names.get(key) or self._collective(key) or self._loose.get(_loosen(key))

    def _collective(self, key):
        if key in self._collectives:
            return Found(self._collectives[key], collective=True)
        if _COLLECTIVE.fullmatch(key):
            reach = "counties+zones" if "管委会" in key else "counties"
            if reach in self._by_reach:
                return Found(self._by_reach[reach], collective=True)
        if _SOME_COUNTIES.match(key):
            return Found(key, collective=True)
        if self._open_group and _OPEN_GROUP.match(key):
            town = re.search("街道|乡|镇", key)
            return Found(key if town else self._open_group, collective=True)
        return None


def _zone_entries(zones):
    """Zones under their short names; a zone that was absorbed is a former name of its successor."""
    by_code = {zone["code"]: zone for zone in zones}
    former = {}
    for zone in zones:
        if successor := by_code.get(zone.get("successor")):
            former.setdefault(successor["code"], []).extend(_zone_names(zone))
    return [
        UnitEntry(zone["short"], _zone_names(zone), tuple(former.get(zone["code"], ())), "zone")
        for zone in zones
        if zone.get("successor") not in by_code
    ]


def _zone_names(zone):
    names = [zone["short"], zone["name"], zone["government"], *zone["aliases"]]
    return (*names, *(name + "管委会" for name in names if not name.endswith("管委会")))


def _spellings(name):
    """The compact forms of one written name: with and without 德州 and the Party's or state's prefix."""
    key = _NOTE.sub("", compact(name))
    forms = [key]
    for long, short in (("中共德州市委", "市委"), ("德州市", "市"), ("中国", ""), ("中华人民共和国", "")):
        if key.startswith(long):
            forms.append(short + key[len(long) :])
    if "人民银行" in key:
        forms += [form.replace("人民银行", "人行") for form in forms]
    if re.match(r"市(?!委|政府)", key):
        forms.append("德州" + key)
    return [form for form in forms if len(form) > 1]


def _loosen(key):
    key = re.sub("委员会(?=$|办公室)", "委", key)
    key = key.replace("人民政府", "政府")
    return _JOINERS.sub("", key).removesuffix("(本级)")
