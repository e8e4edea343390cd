"""A rule is an ordered list of conditions, declared once and used twice: in Python on one row's facts,
and in SQL over a queryset.

Conditions are Django ``Q`` objects that compare a flat fact name with a value or another fact (``F``),
limited to the lookups below, so that both readings are sure to mean the same; a null fact satisfies no
comparison, as in SQL.
"""

from dataclasses import dataclass

from django.db.models import Case, CharField, F, Q, Value, When

COMPARE = {
    "exact": lambda a, b: a == b,
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
    "in": lambda a, b: a in b,
}


@dataclass(frozen=True)
class OrderedRule:
    """The outcome of the first condition that fits, else ``default``."""

    conditions: tuple[tuple[str, Q], ...]
    default: str

    def __post_init__(self):
        for _, condition in self.conditions:
            refuse_negation(condition)

    def decide(self, facts) -> str:
        """Return the outcome for one mapping of facts."""
        for outcome, condition in self.conditions:
            if holds(condition, facts):
                return outcome
        return self.default

    def expression(self) -> Case:
        """Return the same rule as SQL, over a queryset annotated with the facts."""
        whens = [When(condition, then=Value(outcome)) for outcome, condition in self.conditions]
        return Case(*whens, default=Value(self.default), output_field=CharField())


def refuse_negation(condition: Q) -> None:
    """Raise ValueError on a negated part: it reads differently in SQL where a fact is null."""
    if condition.negated:
        raise ValueError(f"rules state what holds, not what does not: {condition}")
    for child in condition.children:
        if isinstance(child, Q):
            refuse_negation(child)


def holds(condition: Q, facts) -> bool:
    """Tell whether ``facts`` satisfy ``condition``. Raises KeyError on a fact that is not given."""
    results = (
        holds(child, facts) if isinstance(child, Q) else _compare(facts, *child) for child in condition.children
    )
    return all(results) if condition.connector == Q.AND else any(results)


def _compare(facts, lookup, wanted):
    name, _, operator = lookup.partition("__")
    value = facts[name]
    if operator == "isnull":
        return (value is None) == wanted
    if isinstance(wanted, F):
        wanted = facts[wanted.name]
    return value is not None and wanted is not None and COMPARE[operator or "exact"](value, wanted)
