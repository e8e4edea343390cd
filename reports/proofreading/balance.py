"""Shares of one whole that were balanced to total 100."""

from decimal import Decimal

from reports.proofreading.numbers import Number
from reports.proofreading.relations import Relation


def accept_balanced(relations: list[Relation], parts: list[Number], percents: list[Number], whole=None) -> None:
    """Let balanced shares hold; where only one of them, or one part of the `whole`, is off, let the others hold."""
    written = [percent.amount for percent in percents]
    digits = max(percent.digits for percent in percents)
    if are_balanced(parts, written, digits):
        wrong = []
    else:
        wrong = [n for n, share in enumerate(written) if are_balanced(parts, _put_right(written, n), digits)]
        wrong = wrong or _far_off(parts, written, digits, whole)
        if len(wrong) != 1:
            return
    for relation in relations:
        if not any(relation.derived is percents[n] for n in wrong):
            relation.holds = True


def _far_off(parts, written, digits, whole):
    """The places whose share is farther from the part's than balancing goes, where the shares total 100."""
    if whole is None or not whole.amount or sum(written) != 100:
        return []
    exact = [part.amount * 100 / whole.amount for part in parts]
    return [n for n, share in enumerate(written) if abs(share - exact[n]) >= Decimal(1).scaleb(-digits)]


def _put_right(written, place):
    """The shares with the one at this place made what the others leave of 100."""
    others = sum(written) - written[place]
    return [*written[:place], 100 - others, *written[place + 1 :]]


def are_balanced(parts: list[Number], shares: list[Decimal], digits: int) -> bool:
    """Whether the shares written are those of the parts by largest remainder; among equal remainders any may rise."""
    whole = sum(part.amount for part in parts)
    step = Decimal(1).scaleb(-digits)
    if not whole or sum(shares) != 100:
        return False
    raised, kept = [], []
    for part, share in zip(parts, shares, strict=True):
        exact = part.amount * 100 / whole
        floor = exact // step * step
        if share not in (floor, floor + step):
            return False
        (kept if share == floor else raised).append(exact - floor)
    return not raised or not kept or min(raised) >= max(kept)
