"""The city among its peers: the same indicator in the same period, each under its own published scope.

Only published figures are held against each other. Per project is said only where the divisor is published by the
same organisation for the same period, per head where the population of the same year is; nothing is made up.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.models import Organisation
from indicators import values
from indicators.models import Indicator, Observation
from indicators.scopes import likeness
from indicators.wording import period_text, value_text

ALIKE = 0.5
HEADS = "population"  # the indicator that figures per head are divided by, in 万人
# The measures that can be divided fairly: what is divided, by what, into which unit.
PER = (("总投资", "项目", "亿元/个", "每个项目总投资"), ("完成投资", "项目", "亿元/个", "每个项目完成投资"))


@dataclass(frozen=True)
class Value:
    """One organisation's published value, with its scope and source."""

    organisation: Organisation
    indicator: Indicator
    observation: Observation
    text: str
    period: str
    value: Decimal
    is_peer: bool


@dataclass(frozen=True)
class Group:
    """Values of one unit and like names. ``same_period`` tells whether they can be drawn beside each other."""

    name: str
    unit: str
    rows: tuple[Value, ...]
    same_period: bool
    own: bool

    @property
    def rate(self) -> bool:
        """Whether the values are rates, which no population divides."""
        return self.unit in values.RATES or "%" in self.unit

    @property
    def note(self) -> str:
        if not self.own:
            return "本市没有公布同类数字，只列对标地区。"
        if not self.same_period:
            return "期间或口径不同，只供参考，不作排名。"
        return "各按自己公布的口径。"


def _year(period: str) -> str:
    return period[:4] if period[:4].isdecimal() else ""


def published_values(as_of: date) -> list[Value]:
    """Return the published values of the city and its peers known by ``as_of``, peers' benchmarks first named."""
    rows = (
        Observation.objects.as_of(as_of)
        .filter(source__isnull=False, organisation__kind__in=("city", "peer"), member="")
        .select_related("indicator__benchmark_of", "organisation", "source")
        .order_by("organisation__order", "indicator__code", "-period")
    )
    return [
        Value(
            organisation=row.organisation,
            indicator=row.indicator,
            observation=row,
            text=value_text(
                row.known, row.comparator, row.indicator.unit, row.value_text if row.known == row.value else ""
            ),
            period=period_text(row.period, row.period_text),
            value=row.known,
            is_peer=row.organisation.kind == "peer",
        )
        for row in rows
    ]


def groups(as_of: date) -> list[Group]:
    """Return every indicator of a peer with what the city published alike: by the definition's 对标指标, else by a
    like name and the same unit. Groups that the city has a part in come first."""
    known = published_values(as_of)
    ours = [row for row in known if not row.is_peer]
    found = {}
    for row in known:
        if row.is_peer:
            base = row.indicator.benchmark_of
            match = [own for own in ours if own.indicator == base] if base else _alike(row, ours)
            key = (match[0].indicator.pk if match else row.indicator.name, row.indicator.unit)
            found.setdefault(key, (match, []))[1].append(row)
    made = []
    for (_, unit), (match, peers) in found.items():
        rows = (*match, *sorted(peers, key=lambda row: (row.organisation.order, row.indicator.code)))
        years = {_year(row.observation.period) for row in rows}
        made.append(
            Group(
                name=match[0].indicator.name if match else peers[0].indicator.name,
                unit=unit,
                rows=rows,
                same_period=len(years) == 1 and "" not in years,
                own=bool(match),
            )
        )
    return sorted(made, key=lambda group: (not group.own, group.name))


def _alike(row: Value, ours: list[Value]) -> list[Value]:
    """The city's values of the same unit whose name is most like the peer's, where one is like enough."""
    scored = [
        (likeness(row.indicator.name, own.indicator.name), own)
        for own in ours
        if own.indicator.unit == row.indicator.unit
    ]
    best = max((score for score, _ in scored), default=0)
    return [own for score, own in scored if score == best][:1] if best >= ALIKE else []


@dataclass(frozen=True)
class PerUnit:
    """An amount divided by a count that the same organisation published for the same period."""

    organisation: Organisation
    name: str
    unit: str
    value: Decimal
    formula: str
    scope: str


def per_unit(as_of: date) -> list[PerUnit]:
    """Return what can be said per project, of each organisation, with the numbers it is made of.

    The divisor is the count of the very projects whose amount is divided: same organisation, same period, and
    a name that says so.
    """
    known = published_values(as_of)
    found = []
    for top in known:
        for word, noun, unit, name in PER:
            if top.indicator.unit != "亿元" or not top.indicator.name.endswith(word):
                continue
            stem = top.indicator.name.removesuffix(word)
            below = [
                row
                for row in known
                if row.organisation == top.organisation
                and row.indicator.unit == "个"
                and row.observation.period == top.observation.period
                and noun in row.indicator.name
                and stem
                and _about_the_same(stem, row.indicator.name)
            ]
            if len(below) == 1 and below[0].value:
                count = below[0]
                found.append(
                    PerUnit(
                        top.organisation,
                        f"{name}（{stem.strip()}）",
                        unit,
                        values.rounded(top.value / count.value, 2),
                        f"{top.text} ÷ {count.text}（{top.period}）",
                        f"{top.indicator.scope}{count.indicator.scope}",
                    )
                )
    return sorted(found, key=lambda row: (row.organisation.order, row.name))


def _about_the_same(stem: str, name: str) -> bool:
    """Whether a count's name speaks of the projects that the amount's name begins with."""
    return stem in name or name in stem or likeness(stem, name) >= 0.6


@dataclass(frozen=True)
class PerHead:
    """A published value per 万人; ``value`` None while the population of that place and year is not known."""

    organisation: Organisation
    name: str
    unit: str
    year: str
    value: Decimal | None
    formula: str
    is_peer: bool


def per_head(as_of: date) -> list[list[PerHead]]:
    """Return, of each group that the city has a part in, every value divided by the population of its year."""
    people = {
        (row.organisation.pk, _year(row.observation.period)): row
        for row in published_values(as_of)
        if row.indicator.code == HEADS
    }
    found = []
    for group in groups(as_of):
        if not group.own or group.rate or group.rows[0].indicator.code == HEADS:
            continue
        lines = []
        for row in group.rows:
            year = _year(row.observation.period)
            heads = people.get((row.organisation.pk, year))
            known = heads is not None and heads.value > 0
            lines.append(
                PerHead(
                    row.organisation,
                    row.indicator.name,
                    f"{group.unit}/万人",
                    year,
                    values.rounded(row.value / heads.value, 4) if known else None,
                    f"{row.text} ÷ {heads.text}（{heads.period}）" if known else "",
                    row.is_peer,
                )
            )
        found.append(lines)
    return found
