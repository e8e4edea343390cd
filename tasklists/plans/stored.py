"""A plan as plain JSON and back, whole: what a person has corrected waits in this form until it is confirmed."""

import datetime
from dataclasses import asdict
from decimal import Decimal

from .plan import Chapter, Clause, Deadline, Doubt, FormerName, Item, Owners, Plan, Section, Target


def dump_plan(plan):
    """Everything the plan holds, dates and decimals as text."""
    return _plain(asdict(plan))


def load_plan(shape):
    """The plan that `dump_plan` made `shape` of."""
    return Plan(
        title=shape["title"],
        doc_no=shape["doc_no"],
        issued_on=_date(shape["issued_on"]),
        chapters=[Chapter(**chapter) for chapter in shape["chapters"]],
        sections=[Section(**section) for section in shape["sections"]],
        items=[Item(**item | {"clauses": [_clause(c) for c in item["clauses"]]}) for item in shape["items"]],
        unmatched_units=shape["unmatched_units"],
        warnings=[Doubt(**doubt) for doubt in shape["warnings"]],
        former_names=[FormerName(**name) for name in shape["former_names"]],
    )


def _clause(shape):
    return Clause(
        **shape
        | {
            "owners": Owners(**shape["owners"]),
            "deadlines": [Deadline(**d | {"date": _date(d["date"])}) for d in shape["deadlines"]],
            "targets": [_target(target) for target in shape["targets"]],
        }
    )


def _target(shape):
    value_to = shape["value_to"]
    return Target(
        **shape
        | {
            "value": Decimal(shape["value"]),
            "value_to": None if value_to is None else Decimal(value_to),
            "by": _date(shape["by"]),
        }
    )


def _plain(value):
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def _date(text):
    return datetime.date.fromisoformat(text) if text else None
