"""The same name, or the same number under a like name, measured differently: two indicators, and both say so."""

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
    ``observations`` are those the reader may see.
    """
    own = {(row.organisation_id, row.value) for row in observations.filter(indicator=indicator)}
    found = []
    for other in Indicator.objects.filter(unit=indicator.unit).exclude(pk=indicator.pk):
        same_name = other.name == indicator.name and other.scope != indicator.scope
        if not same_name and likeness(other.name, indicator.name) < ALIKE:
            continue
        rows = list(observations.filter(indicator=other).select_related("organisation", "source"))
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
