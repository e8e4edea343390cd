"""翻番, 翻一番, 翻两番: twice or four times what the text states before."""

import re
from dataclasses import dataclass
from decimal import Decimal

from common.amounts import round_half_up, trim
from reports.proofreading.numbers import PERCENT, POINTS, TIMES
from reports.proofreading.numerals import han_value
from reports.proofreading.relations import Relation, Span, value_of
from reports.proofreading.sides import sides_of

DOUBLED = re.compile(
    r"(?P<hedge>接近|将近|近|超过|超|约|基本)?(?:实现)?(?P<word>翻(?:了)?(?:(?P<times>[一两二三])番|番))(?P<more>多|以上|有余)?"
)
WISHED = re.compile(r"力争|目标|计划|预计|确保|争取|有望|规划|到20\d\d年")


@dataclass
class _Doubling:
    """The word 翻番 looked at as a change in the unit of the values it was made from."""

    unit: str
    start: int
    stop: int
    before: str
    sentence: object

    @property
    def lead(self):
        return re.split(r"[，,；;：:（(）)。]", self.before)[-1]


def find_doublings(page) -> list[Relation]:
    """Every 翻番 whose two sides the text states in its sentence, right before it."""
    relations = []
    for sentence in page.sentences:
        for match in DOUBLED.finditer(sentence.text):
            segment = re.split(r"[；;]", sentence.text[: match.start()])[-1]
            if not WISHED.search(segment) and (relation := _doubling(sentence, match)):
                relations.append(relation)
    return relations


def _doubling(sentence, match):
    start, stop = sentence.start + match.start(), sentence.start + match.end()
    behind = [n for n in sentence.numbers if n.stop <= start]
    if not behind or len(sentence.between(behind[-1], _Doubling("", start, stop, "", sentence))) > 16:
        return None
    unit = behind[-1].unit
    if unit in (PERCENT, POINTS, TIMES):
        return None
    sides = sides_of(
        sentence,
        _Doubling(unit, start, stop, sentence.text[behind[-1].stop - sentence.start : match.start()], sentence),
    )
    if not sides or not sides[0].amount:
        return None
    before, now, _ = sides
    factor = 2 ** int(han_value(match["times"]) if match["times"] else 1)
    least, most = _reach(factor, match["hedge"] or "", bool(match["more"]))
    change = (now.amount - before.amount) * 100 / before.amount

    def test(values):
        return least <= value_of(now, values) / (value_of(before, values) or 1) < most

    relation = Relation("growth", (before, now), None, test, lambda _: None)
    word = sentence.start + match.start("word")
    right = f"{'增长' if change >= 0 else '下降'}{trim(round_half_up(abs(change), 1))}%"
    because = f"{now.written} ÷ {before.written} = {trim(round_half_up(now.amount / before.amount, 2))}"
    relation.span = Span(word, sentence.start + match.end("word"), match["word"], right, because, right)
    return relation


def _reach(factor, hedge, more):
    """(least, below) of the quotient; a plain word is right when the quotient rounds to it at one decimal."""
    near = Decimal("0.05")
    if more or hedge.startswith("超"):
        return factor, factor * 2
    if hedge.endswith("近"):
        return factor * Decimal("0.8"), factor
    loose = factor * Decimal("0.1") if hedge else near
    return factor - loose, factor + loose
