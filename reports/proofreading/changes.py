"""Changes whose two sides the text states: differences (增加18个, 高10.7个百分点, 还差28个); growth stands beside."""

import re

from reports.proofreading import words
from reports.proofreading.growths import growth_of, times_of
from reports.proofreading.levels import is_change
from reports.proofreading.numbers import PERCENT, POINTS, TIMES
from reports.proofreading.relations import Relation, difference_relation, over_hundred_relation
from reports.proofreading.sides import COMPARED, is_moved, level_unit, pair_named, sides_of, verb_behind

OVER_GOAL = re.compile(r"超(?:出|过|额)?(?:年度|全年)?(?:目标|计划|任务)(?:任务)?$")
OF_TWO = re.compile(
    r"(?:前者比后者|二者|两者|两项|两地|首尾|最高与最低|最高和最低)[^，,]{0,8}$|(?:相差|差距(?:为|达)?)$"
)


def find_changes(page) -> list[Relation]:
    """Every change whose two sides the text states."""
    relations = []
    for place, sentence in enumerate(page.sentences):
        previous = page.sentences[place - 1] if place and page.sentences[place - 1].line == sentence.line else None
        for number in sentence.numbers:
            if number.hedge == "range":
                continue
            if number.unit == TIMES:
                relation = times_of(sentence, number)
            elif number.unit == PERCENT:
                relation = growth_of(sentence, number, previous)
            else:
                relation = _difference(sentence, number, previous, page)
            if relation:
                relations.append(relation)
    return relations


def _difference(sentence, change, previous, page):
    match = words.CHANGE.search(change.lead)
    if change.lead.endswith("净增") and (flows := _flows(sentence, change)):
        return difference_relation(*flows, change, ordered=True)
    if not match and not words.NEUTRAL.search(change.lead):
        return None
    if change.unit == POINTS and OVER_GOAL.search(change.lead):
        return _over_goal(sentence, change)
    if change.unit != POINTS and not change.lead.endswith(("相差", "相差了")) and words.GAP.search(change.lead):
        return _gap(sentence, change, previous)
    sides = sides_of(sentence, change, previous)
    if sides:
        before, now, _ = sides
        up = bool(match and match["up"]) if match else None
        if up is None:
            return difference_relation(now, before, change)
        return (
            difference_relation(now, before, change, ordered=True)
            if up
            else difference_relation(before, now, change, ordered=True)
        )
    return _between_names(sentence, change, previous)


def _over_goal(sentence, points):
    """占年度目标的109.1%，超目标9.1个百分点: the share of the goal less all of it."""
    rates = [n for n in sentence.numbers if n.unit == PERCENT and n.start < points.start and not n.hedge]
    before = sentence.text[: rates[-1].start - sentence.start] if rates else ""
    is_of_goal = re.search(r"(?:目标|计划|任务)[^，。；;]{0,12}$", before)
    return over_hundred_relation(rates[-1], points) if is_of_goal else None


def _flows(sentence, change):
    """新入库24个、出库9个，净增15个: what came in and what went out right before the net gain."""
    before = [n for n in sentence.numbers if n.start < change.start and not n.hedge][-2:]
    if len(before) < 2 or any(n.unit != change.unit for n in before):
        return None
    came, went = before
    return before if words.CAME_IN.search(came.lead) and words.WENT_OUT.search(went.lead) else None


def _gap(sentence, change, previous):
    """目标200个，已完成172个，还差28个; 超额9.1亿元."""
    place = sentence.numbers.index(change)
    pool = [n for n in sentence.numbers[:place] if n.unit == change.unit and not n.hedge and not is_change(n)]
    goals = [n for n in pool if words.TARGET.search(n.lead) or words.TARGET.search(n.tail[:6])]
    others = [n for n in pool if n not in goals]
    if not goals and previous:
        goals = [n for n in previous.numbers if n.unit == change.unit and words.TARGET.search(n.lead) and not n.hedge]
    if len(goals) != 1 or not others:
        return None
    choices = [difference_relation(goals[0], n, change) for n in others]
    return next((r for r in choices if r.holds), choices[-1] if len(choices) == 1 else None)


def _between_names(sentence, change, previous):
    """甲16.8亿元、乙15.2亿元，甲比乙多1.6亿元: the numbers behind the two names."""
    unit = level_unit(change)
    pool = [
        n for s in (previous, sentence) if s for n in s.numbers if n.unit == unit and not n.hedge and not is_moved(n)
    ]
    pool = [n for n in pool if n.start < change.start]
    if pair := pair_named(sentence, change, pool):
        return difference_relation(*pair, change)
    own = [n for n in pool if n.sentence is sentence]
    if len(own) > 2 and re.search(r"(?:首尾|最高与最低|最高和最低)[^，,]{0,8}$", change.lead):
        ranked = sorted(own, key=lambda n: n.amount)
        return difference_relation(ranked[-1], ranked[0], change)
    if len(own) == 2 and OF_TWO.search(change.lead):
        return difference_relation(own[0], own[1], change)
    if change.unit == POINTS and OF_TWO.search(change.lead) and not own:
        rates = [n for n in sentence.numbers if n.unit == PERCENT and n.start < change.start and not n.hedge]
        verbs = {words.GROWTH.search(n.lead).lastgroup for n in rates}
        return difference_relation(*rates, change) if len(rates) == 2 and len(verbs) == 1 else None
    inner = [
        n for n in sentence.numbers if n.unit == unit and n.start < change.start and not n.hedge and not is_moved(n)
    ]
    if (
        len(inner) >= 2
        and COMPARED.search(re.split(r"[（(]$", inner[-1].before)[0][-26:])
        and verb_behind(sentence, inner[-1], change)
    ):
        return difference_relation(inner[-2], inner[-1], change)
    return None
