"""Totals that close a list of several units or of shares: 甲76个、318亿元，乙24个、142亿元，合计100个、460亿元."""

import re

from reports.proofreading.levels import is_change, without_brackets
from reports.proofreading.numbers import PERCENT, POINTS, TIMES, Number
from reports.proofreading.numerals import HAN, han_value
from reports.proofreading.relations import Relation, sum_relation

CLOSES = re.compile(
    r"(?:^|[，,；;、])(?:以上|上述|全市|[两三四五六七八九十]+[地县市区类项家者])?"
    r"(?:共计|合计|总计|共)[^，,。；;：:\d]{0,6}$"
)
BY_NUMBER = re.compile(
    rf"^(?:以上|上述|这)?(?P<number>\d{{1,2}}|{HAN})(?:个)?(?:县市区|县区|县|市|区|园区|平台|部门|单位|方面|批|家|地)(?:（[^（）]*）)?"
    r"(?:共|合计|总|累计)|^(?:全市)?(?:合计|总计|共计)"
)
SHARE = re.compile(r"占[^，,。；;\d]{0,12}$")


def find_closings(sentence, previous=None) -> list[Relation]:
    """The sums of what stands before a closing total, in turn for each of its units."""
    if previous and (relations := _of_parts_before(sentence, previous)):
        return relations
    numbers = _levels(sentence)
    found = []
    for place, total in enumerate(numbers):
        if place < 2 or total.hedge or not CLOSES.search(without_brackets(total.before)):
            continue
        found += _in_turn(sentence, numbers, place) or _of_shares(sentence, total)
    return found


def _levels(sentence):
    return [n for n in sentence.numbers if n.unit not in (PERCENT, POINTS, TIMES)]


def _in_turn(sentence, numbers, place):
    """甲 n个、m元，乙 n个、m元，合计 n个、m元: one sum for each unit where the units come in the same turn."""
    closing = _closing(sentence, numbers[place:])
    units = [n.unit for n in closing]
    if len(units) < 2 or len(set(units)) < len(units):
        return []
    rows: list[list[Number]] = []
    stop = place
    while stop >= len(units) and [n.unit for n in numbers[stop - len(units) : stop]] == units:
        rows.insert(0, numbers[stop - len(units) : stop])
        stop -= len(units)
    if len(rows) < 2 or any(n.hedge or is_change(n) or "其中" in n.before for row in rows for n in row):
        return []
    sums = [sum_relation(total, [row[i] for row in rows]) for i, total in enumerate(closing)]
    if len(rows) > 2 and not any(r.holds for r in sums):  # the first row may be the whole of the others
        shorter = [sum_relation(total, [row[i] for row in rows[1:]]) for i, total in enumerate(closing)]
        sums = shorter if any(r.holds for r in shorter) else sums
    return sums


def _closing(sentence, numbers):
    """The total and what goes on with it in its clause: 合计100个、总投资460亿元."""
    found = numbers[:1]
    for following in numbers[1:]:
        if re.search(r"[。；;]|其中|增|降|比|较|占", sentence.between(found[-1], following)) or is_change(following):
            break
        found.append(following)
    return found


def _of_shares(sentence, total):
    """甲12个，占20.7%；乙31个，占53.4%；…；共58个: the sum of all that have a share."""
    before = [n for n in sentence.numbers if n.start < total.start]
    if len(before) < 4 or [n.unit == PERCENT for n in before] != [False, True] * (len(before) // 2):
        return []
    parts, shares = before[::2], before[1::2]
    is_list = all(n.unit == total.unit and not n.hedge for n in parts) and all(SHARE.search(n.lead) for n in shares)
    is_whole = abs(sum(n.amount for n in shares) - 100) <= 1
    return [sum_relation(total, parts)] if is_list and is_whole else []


def _of_parts_before(sentence, previous):
    """甲签约17个，总投资63亿元；乙签约21个，总投资88亿元。两县共签约38个，总投资151亿元: one sum for each unit."""
    match = BY_NUMBER.match(sentence.text.strip())
    if not match:
        return []
    rows: dict[int, list[Number]] = {}
    for number in _levels(previous):
        rows.setdefault(previous.segment_of(number), []).append(number)
    written = match["number"] or str(len(rows))
    stated = int(written) if written.isdigit() else han_value(written)
    closing = [n for n in _levels(sentence) if n.start > sentence.start + match.end()]
    if stated is None or len(rows) != stated or len(rows) < 2 or not closing:
        return []
    closing = _closing(sentence, closing)
    units = [n.unit for n in closing]
    if any([n.unit for n in row] != units or any(n.hedge or is_change(n) for n in row) for row in rows.values()):
        return []
    if any(n.hedge for n in closing):
        return []
    return [sum_relation(total, [row[i] for row in rows.values()]) for i, total in enumerate(closing)]
