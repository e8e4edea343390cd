"""Shares in words: 占四分之三, 占一半, 超过半数."""

import re
from decimal import Decimal

from common.amounts import round_half_up, trim
from reports.proofreading.levels import is_change
from reports.proofreading.numbers import PERCENT, POINTS, TIMES
from reports.proofreading.numerals import han_value
from reports.proofreading.relations import Relation, Span, value_of

FRACTION = re.compile(
    r"占(?:到|了|据)?(?P<of>[^，,。；;\d]{0,10}?)的?(?P<hedge>超过|超|近|将近|接近|不足|不到|约)?"
    r"(?P<word>(?P<parts>[二三四五六七八九十])分之(?P<share>[一二三四五六七八九])|(?P<half>一半|半数|过半))(?P<more>以上|多|强)?"
)
NEAR = Decimal(3)  # percent points within which a plain fraction is right
MOST_OFF = Decimal(25)  # farther off, it speaks of another whole


def find_fractions(sentence, earlier) -> list[Relation]:
    """Every share in words whose part and whole the text states before it."""
    found = []
    for match in FRACTION.finditer(sentence.text):
        start = sentence.start + match.start()
        before = [n for n in sentence.numbers if n.stop <= start and not n.hedge and not is_change(n)]
        before = [n for n in before if n.unit not in (PERCENT, POINTS, TIMES)]
        if not before:
            continue
        part = before[-1]
        gap = sentence.text[part.stop - sentence.start : match.start()]
        wholes = [n for n in before[:-1] if n.unit == part.unit and n.amount > part.amount]
        wholes = wholes or [n for n in earlier if n.unit == part.unit and n.amount > part.amount and not n.hedge]
        if (
            len(gap) <= 8
            and not re.search(r"[；;]", gap)
            and wholes
            and (relation := _of_one(part, wholes, match, sentence))
        ):
            found.append(relation)
    return found


def _of_one(part, wholes, match, sentence):
    """The relation to the nearest of the possible wholes; None where all are far off."""
    if match["half"]:
        stated = Decimal(50)
    else:
        stated = 100 * han_value(match["share"]) / han_value(match["parts"])
    whole = min(wholes, key=lambda n: abs(part.amount * 100 / n.amount - stated))
    exact = part.amount * 100 / whole.amount
    if abs(exact - stated) > MOST_OFF:
        return None
    least, most = _reach(match, stated)

    def test(values):
        return least <= value_of(part, values) * 100 / (value_of(whole, values) or 1) <= most

    relation = Relation("share", (part, whole), None, test, lambda _: None)
    begin, end = sentence.start + match.start("word"), sentence.start + match.end("word")
    right = f"{trim(round_half_up(exact, 1))}%"
    relation.span = Span(begin, end, match["word"], right, f"{part.written} ÷ {whole.written}", right)
    return relation


def _reach(match, stated):
    hedge = match["hedge"] or ""
    if hedge.startswith("超") or match["more"] or match["half"] == "过半":
        return stated, Decimal(100)
    if hedge in ("不足", "不到"):
        return Decimal(0), stated
    return stated - (10 if hedge else NEAR), stated + NEAR
