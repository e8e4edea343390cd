"""Moves in a ranking: 由第5位升至第3位，上升2位; 列第6位，较上月第9位前移3个位次."""

import re
from decimal import Decimal

from reports.proofreading.numerals import HAN, han_value
from reports.proofreading.relations import Relation, fixed_relation

PLACE = rf"第(\d{{1,3}}|{HAN})[位名]?"
UP = r"上升|提升|前移|前进|升|进步|跃升|提高"
DOWN = r"下降|后移|后退|降|退步|下滑|退|回落"
FROM_TO = re.compile(
    rf"[由从自][^，,。；;\d第]{{0,14}}{PLACE}[^，,。；;\d第]{{0,10}}(?:至|到|为|成)[^，,。；;\d第]{{0,8}}{PLACE}"
)
NOW_THEN = re.compile(rf"{PLACE}[^。；;\d第]{{0,6}}[，,（(]?(?:较|比)[^，,。；;\d第]{{0,10}}?的?{PLACE}")
NOW_PAST = re.compile(
    rf"{PLACE}[^。；;\d第]{{0,6}}[，,（(](?:上月|上期|去年同期|上年|去年|上季度|一季度|年初|上半年)[^，,。；;\d第]{{0,6}}{PLACE}"
)
MOVED = re.compile(rf"(?P<up>{UP})(?:了)?$|(?P<down>{DOWN})(?:了)?$")
REACH = 20  # characters between the places and the move


def find_moves(page) -> list[Relation]:
    """Every move whose two places the text states right before it."""
    found = []
    for sentence in page.sentences:
        for pattern, is_reversed in ((FROM_TO, False), (NOW_THEN, True), (NOW_PAST, True)):
            for match in pattern.finditer(sentence.text):
                first, second = (_place(place) for place in match.groups())
                then, now = (second, first) if is_reversed else (first, second)
                found += _move(sentence, sentence.start + match.end(), then, now)
    return found


def _move(sentence, stop, then, now):
    number = next((n for n in sentence.numbers if n.start >= stop), None)
    if number is None or number.unit not in ("位", "个", "名") or number.hedge or then is None or now is None:
        return []
    between = sentence.text[stop - sentence.start : number.start - sentence.start]
    verb = MOVED.search(between)
    behind = sentence.text[number.end - sentence.start : number.stop - sentence.start + 3]
    if (
        not verb
        or len(between) > REACH
        or re.search(r"[；;]", between)
        or not re.match(r"\s*(?:位|个?位次|个?名次|名)", behind)
    ):
        return []
    steps = then - now if verb["up"] else now - then
    return [fixed_relation("difference", number, Decimal(steps), f"第{then}位到第{now}位")]


def _place(written):
    value = Decimal(written) if written.isdigit() else han_value(written)
    return int(value) if value is not None else None
