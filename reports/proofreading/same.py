"""The same thing stated twice differently.

Two statements are compared only when their words are the same and nothing around them speaks of another
organisation, event, kind or period.
"""

import re
from collections import defaultdict
from itertools import combinations

from reports.proofreading.levels import is_change
from reports.proofreading.numbers import PERCENT, POINTS, TIMES
from reports.proofreading.relations import Relation, same_relation
from reports.proofreading.statements import BACK, place_of, shown_words

NEAREST, FARTHEST = 67, 150  # within these percents of each other two statements may speak of the same thing
WITHIN = re.compile(r"^(?P<noun>[\u4e00-\u9fff]{2,10}?)(?:当中|之中|中|里)$")


def find_same(page, statements) -> list[Relation]:
    """Every pair of statements of the same thing, and every number that refers back to another."""
    return _totals(statements) + _references(page) + _title(page)


def _totals(statements):
    found, groups = [], defaultdict(list)
    for statement in statements:
        groups[(statement.name, statement.unit, statement.place)].append(statement)
    for group in groups.values():
        done = set()
        for first, second in combinations(group[:12], 2):
            if not _comparable(first, second):
                continue
            counted = second.number not in done
            done.add(second.number)
            found.append(same_relation(first.number, second.number, first.shown, counted))
    return found


def _comparable(first, second):
    if first.number.sentence and first.number.sentence is second.number.sentence:
        return False  # items of one enumeration
    if None not in (first.topic, second.topic) and first.topic != second.topic:
        return False  # the same measure of two things
    if first.apart != second.apart or (first.in_table and second.in_table):
        return False  # two tables of the same columns may speak of different months
    if not NEAREST * first.number.amount <= second.number.amount * 100 <= first.number.amount * FARTHEST:
        return False  # so far apart, the two speak of different things
    return first.period == second.period or not first.period or not second.period


def _references(page):
    """上述42个项目 and 151项重点任务中: a number of that unit and noun stated before must say the same."""
    found = []
    for sentence in page.sentences:
        for number in sentence.numbers:
            if number.hedge or not number.tail or number.unit in (PERCENT, POINTS, TIMES):
                continue
            if BACK.search(number.before[-4:]):
                kin = _kin(_numbers_before(page, number, lines=1), number, number.tail[:2])
            elif (
                (inside := WITHIN.match(number.tail)) and number.lead in ("", "在", "这") and len(inside["noun"]) >= 4
            ):
                kin = _kin(_numbers_before(page, number, lines=len(page.lines)), number, inside["noun"])
                if place_of(page, sentence, number) or any(place_of(page, n.sentence, n) for n in kin):
                    continue
            else:
                continue
            match = next((n for n in kin if n.amount == number.amount), None)
            kin = [n for n in kin if NEAREST * n.amount <= number.amount * 100 <= FARTHEST * n.amount]
            if match or len({n.amount for n in kin}) == 1:
                other = match or kin[-1]
                found.append(same_relation(other, number, shown_words(other) or other.tail))
    return found


def _title(page):
    """A number in the title (关于150项重点任务…) and the same noun's whole in the text."""
    found = []
    for sentence in page.sentences[:1]:
        for number in sentence.numbers if sentence.line == 0 else ():
            noun = number.tail[:4]
            if number.hedge or len(noun) < 4 or place_of(page, sentence, number):
                continue
            kin = [n for s in page.sentences[1:] for n in s.numbers if n.unit == number.unit and not n.hedge]
            kin = [n for n in kin if noun in n.tail or (noun in n.lead and re.search(r"共|计|总", n.lead))]
            if any(n.amount == number.amount for n in kin):
                continue
            near = [n for n in kin if NEAREST * number.amount <= n.amount * 100 <= FARTHEST * number.amount]
            found += [same_relation(number, near[0], f"{number.written}{number.unit}{noun}")] if near else []
    return found


def _numbers_before(page, number, lines):
    return [
        n
        for s in page.sentences
        if number.line - lines <= s.line <= number.line
        for n in s.numbers
        if n.start < number.start
    ]


def _kin(numbers, number, noun):
    return [
        n
        for n in numbers
        if n.unit == number.unit and not n.hedge and not is_change(n) and (noun in n.tail or noun in n.lead)
    ]
