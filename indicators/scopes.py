"""The same name, or the same number under a like name, measured differently: two indicators, and both say so."""

from collections import defaultdict

from indicators.models import Indicator, Observation

ALIKE = 0.5


def likeness(one: str, other: str) -> float:
    """Return how much two names share, 0 to 1: their common pairs of characters (Dice's coefficient)."""
    pairs, others = _pairs(one), _pairs(other)
    if not pairs or not others:
        return 1.0 if one == other else 0.0
    return 2 * len(pairs & others) / (len(pairs) + len(others))


def _pairs(text):
    return {text[n : n + 2] for n in range(len(text) - 1)}


def other_scopes(indicator: Indicator, observations) -> list[tuple[Indicator, Observation | None]]:
    """Return the indicators that one may mistake for this one, each with an observation that shows it.

    They bear the same name, or a like name and the same value for the same organisation.
    ``observations`` are those the reader may see. Two queries, whatever the indicators.
    """
    like = []
    for other in Indicator.objects.filter(unit=indicator.unit).exclude(pk=indicator.pk):
        same_name = other.name == indicator.name and other.scope != indicator.scope
        if same_name or likeness(other.name, indicator.name) >= ALIKE:
            like.append((other, same_name))
    if not like:
        return []
    seen = observations.filter(indicator__in=[indicator, *(other for other, _ in like)])
    by_indicator = defaultdict(list)
    for row in seen.select_related("organisation", "source").order_by("period", "pk"):
        by_indicator[row.indicator_id].append(row)
    own = {(row.organisation_id, row.value) for row in by_indicator[indicator.pk]}
    found = []
    for other, same_name in like:
        rows = by_indicator[other.pk]
        shared = next((row for row in rows if (row.organisation_id, row.value) in own), None)
        if shared or same_name:
            found.append((other, shared or (rows[0] if rows else None)))
    return found


def conflicts(observations) -> dict[int, str]:
    """Return, by indicator key, the name of another that one may mistake for it, among published observations.

    One query: every pair of one unit whose names are the same, or alike with the same value for one organisation.
    """
    rows = list(observations.select_related("indicator"))
    by_unit = {}
    for row in rows:
        by_unit.setdefault(row.indicator.unit, []).append(row)
    found = {}
    for some in by_unit.values():
        for place, one in enumerate(some):
            for other in some[place + 1 :]:
                a, b = one.indicator, other.indicator
                if a.pk == b.pk or a.scope == b.scope:
                    continue
                same_name = a.name == b.name
                same_value = (one.organisation_id, one.value) == (other.organisation_id, other.value)
                if same_name or (same_value and likeness(a.name, b.name) >= ALIKE):
                    found.setdefault(a.pk, b.name)
                    found.setdefault(b.pk, a.name)
    return found
