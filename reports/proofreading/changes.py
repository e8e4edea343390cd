"""Differences (增加18个, 高10.7个百分点, 还差28个) and growth (同比增长8.92%, 1.5倍) from two stated values."""

import re

from reports.proofreading import words
from reports.proofreading.levels import is_change, without_brackets
from reports.proofreading.numbers import PERCENT, POINTS, TIMES
from reports.proofreading.relations import (
    Relation,
    difference_relation,
    growth_relation,
    times_relation,
)

COMPARED = re.compile(r"(?:比|较|与)[^，,。；;]{0,24}$")
NAMED = re.compile(
    r"(?P<one>[\u4e00-\u9fff]{2,12}?)(?:比|较)(?P<other>[\u4e00-\u9fff]{1,12}?)(?:的)?(?:多出|高出|高|多|低|少|领先|落后|增加|减少|增长|下降|提高)(?:了)?$"
)
OF_TWO = re.compile(
    r"(?:前者比后者|二者|两者|两项|两地|首尾|最高与最低|最高和最低)[^，,]{0,8}$|(?:相差|差距(?:为|达)?)$"
)
AS_MUCH = re.compile(r"(?:是|为|相当于|达到)[^，,。；;\d]{0,16}的$")
GROWN_TIMES = re.compile(r"(?:增长|增加|提高|扩大|翻)(?:了)?$")
SERVICE_STATISTICS = re.compile(r"生产总值|GDP|增加值|可比价|不变价|可支配收入|实际增")


def find_changes(page) -> list[Relation]:
    """Every change whose two sides the text states."""
    relations = []
    for place, sentence in enumerate(page.sentences):
        previous = page.sentences[place - 1] if place and page.sentences[place - 1].line == sentence.line else None
        for number in sentence.numbers:
            if number.hedge == "range":
                continue
            if number.unit == TIMES:
                relation = _times(sentence, number)
            elif number.unit == PERCENT:
                relation = _growth(sentence, number, previous)
            else:
                relation = _difference(sentence, number, previous, page)
            if relation:
                relations.append(relation)
    return relations


def _level_unit(number):
    """The unit of the two sides: percent for a difference in 百分点."""
    return PERCENT if number.unit == POINTS else number.unit


def _levels(sentence, unit, until, after=None):
    """Numbers of the unit in the sentence before `until` that are levels, not changes."""
    found = [n for n in sentence.numbers if n.unit == unit and n is not until and not n.hedge]
    return [n for n in found if not _is_moved(n) and (n.start < until.start or after)]


def _is_moved(number):
    if number.unit == PERCENT:
        return bool(words.GROWTH.search(number.lead))
    return is_change(number)


def sides_of(sentence, change, previous=None):
    """(before, now, sure) of a change: 由A到B, 比…的A, 去年同期A; None when the text does not state both."""
    unit = _level_unit(change)
    before = _levels(sentence, unit, change)
    for first, second in zip(before, before[1:], strict=False):
        if words.FROM.search(first.lead) and words.TO.search(second.lead) and _near(sentence, second, change):
            return first, second, True
    inner = before[-1] if before else None
    if inner is not None and len(before) > 1 and COMPARED.search(inner.lead) and _verb_behind(sentence, inner, change):
        return inner, before[-2], True
    if inner is not None and previous and COMPARED.search(inner.lead) and _verb_behind(sentence, inner, change):
        earlier = [n for n in previous.numbers if n.unit == unit and not n.hedge and not _is_moved(n)]
        if len(earlier) == 1:
            return inner, earlier[0], True
    return _past_and_now(sentence, change, unit, previous)


def _near(sentence, number, change):
    between = sentence.text[number.stop - sentence.start : change.start - sentence.start]
    return len(between) <= 40 and not re.search(r"[；;]", between)


def _verb_behind(sentence, inner, change):
    between = sentence.text[inner.stop - sentence.start : change.start - sentence.start]
    return bool(re.fullmatch(r"[^，,。；;\d]{0,12}[）)]?[，,]?[^，,。；;\d]{0,4}", between)) or bool(
        re.fullmatch(
            r"[^，,。；;]{0,8}(?:增加|减少|多|少)(?:了)?[\d.]+[^，,。；;]{0,3}[、，,](?:同比)?(?:增长|下降)", between
        )
    )


def _past_and_now(sentence, change, unit, previous):
    """A level of the past named so, and the present one beside it."""
    pool = [n for n in sentence.numbers if n.unit == unit and n is not change and not n.hedge and not _is_moved(n)]
    pool = [n for n in pool if n.start < change.start or words.PAST_ONLY.search(n.lead) or _in_brackets(sentence, n)]
    if sides := _two_years(pool):
        return sides
    past = [n for n in pool if words.PAST_ONLY.search(_period_words(n)) and words.PAST.search(_period_words(n))]
    if len(past) != 1 or not _asks_for_past(change):
        return None
    rest = [n for n in pool if n is not past[0]]
    now = [n for n in rest if _alike(n, past[0])] or rest
    if len(now) > 1:
        now = [min(now, key=lambda n: abs(n.start - past[0].start))] if len({_subject(n) for n in now}) == 1 else now
    if not now and previous:
        now = [n for n in previous.numbers if n.unit == unit and not n.hedge and not _is_moved(n)]
    if len(now) != 1:
        return None
    return past[0], now[0], True


def _two_years(pool):
    """2022年132个，2023年150个: the earlier year is the past."""
    years = [(int(found[1]), n) for n in pool if (found := re.search(r"(20\d\d)年[^，,；;]{0,12}$", n.lead))]
    if len(years) != 2 or len(pool) != 2 or years[0][0] == years[1][0]:
        return None
    (_, before), (_, now) = sorted(years, key=lambda found: found[0])
    return before, now, True


def _in_brackets(sentence, number):
    return sentence.text[: number.start - sentence.start].rfind("（") > sentence.text[
        : number.start - sentence.start
    ].rfind("）")


def _period_words(number):
    """The words before it in its clause and, when that clause is short, the opening bracket's words."""
    return number.lead


def _asks_for_past(change):
    """Whether the change is against the past or a plain 增加 behind both values, not against another place."""
    return not re.search(
        r"(?<![同环])(?:比|较)(?!去年|上年|上月|上个月|年初|同期|上季|上期|前年|此前|原|上一)[\u4e00-\u9fff]{2,}",
        change.lead,
    )


def _subject(number):
    return re.sub(r"^.*?(?:今年|目前|当前|累计|已)", "", number.lead)


def _alike(number, other):
    """Whether two levels are named by the same noun."""
    mine, theirs = number.lead + number.tail, other.lead + other.tail
    return any(mine[i : i + 2] in theirs for i in range(len(mine) - 1))


def _difference(sentence, change, previous, page):
    match = words.CHANGE.search(change.lead)
    if change.lead.endswith("净增") and (flows := _flows(sentence, change)):
        return difference_relation(*flows, change, ordered=True)
    if not match and not words.NEUTRAL.search(change.lead):
        return None
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
    unit = _level_unit(change)
    pool = [
        n for s in (previous, sentence) if s for n in s.numbers if n.unit == unit and not n.hedge and not _is_moved(n)
    ]
    pool = [n for n in pool if n.start < change.start]
    if match := NAMED.search(without_brackets(change.before)):
        one = [n for n in pool if match["one"][-3:] in without_brackets(n.before)[-16:]]
        other = [n for n in pool if match["other"][:3] in without_brackets(n.before)[-16:]]
        if len(one) == 1 and len(other) == 1 and one[0] is not other[0]:
            return difference_relation(one[0], other[0], change)
    own = [n for n in pool if n.sentence is sentence]
    if len(own) > 2 and re.search(r"(?:首尾|最高与最低|最高和最低)[^，,]{0,8}$", change.lead):
        ranked = sorted(own, key=lambda n: n.amount)
        return difference_relation(ranked[-1], ranked[0], change)
    if len(own) == 2 and OF_TWO.search(change.lead):
        return difference_relation(own[0], own[1], change)
    inner = [
        n for n in sentence.numbers if n.unit == unit and n.start < change.start and not n.hedge and not _is_moved(n)
    ]
    if (
        len(inner) >= 2
        and COMPARED.search(re.split(r"[（(]$", inner[-1].before)[0][-26:])
        and _verb_behind(sentence, inner[-1], change)
    ):
        return difference_relation(inner[-2], inner[-1], change)
    return None


def _growth(sentence, percent, previous):
    match = words.GROWTH.search(percent.lead)
    if not match or SERVICE_STATISTICS.search(sentence.text):
        return None
    sign = 1 if match["up"] else -1
    place = sentence.numbers.index(percent)
    for unit in dict.fromkeys(
        n.unit for n in reversed(sentence.numbers[:place]) if n.unit not in (PERCENT, POINTS, TIMES)
    ):
        stand_in = _StandIn(percent, unit)
        sides = sides_of(sentence, stand_in, previous)
        if sides:
            before, now, _ = sides
            return growth_relation(before, now, percent, sign=sign)
    return _from_change(sentence, percent, sign)


def _from_change(sentence, percent, sign):
    """109.1亿元，同比增加12.1亿元、增长12.5%: the base is the level less its change."""
    place = sentence.numbers.index(percent)
    if place < 2:
        return None
    change = sentence.numbers[place - 1]
    levels = [n for n in sentence.numbers[: place - 1] if n.unit == change.unit and "占" not in n.lead]
    if not levels:
        return None
    level = levels[-1]
    if change.unit != level.unit or change.unit in (PERCENT, POINTS, TIMES) or change.hedge or level.hedge:
        return None
    match = words.CHANGE.search(change.lead)
    if (
        not match
        or is_change(level)
        or bool(match["up"]) != (sign > 0)
        or not re.fullmatch(r"[，,、]?(?:同比|环比)?[\u4e00-\u9fff]{2,5}", percent.before)
    ):
        return None
    if len(change.before) > 24 or not re.search(r"同比|环比|比|较", change.before + percent.before):
        return None
    return growth_relation(change, level, percent, by=change, sign=sign)


class _StandIn:
    """A percentage looked at as a change in the unit of the values it was made from."""

    def __init__(self, percent, unit):
        self.unit, self.start, self.stop = unit, percent.start, percent.stop
        self.lead, self.before, self.sentence = percent.lead, percent.before, percent.sentence


def _times(sentence, times):
    lead = times.lead
    place = sentence.numbers.index(times)
    inner = sentence.numbers[place - 1] if place else None
    if inner is not None and re.search(r"(?:是|为|相当于|达到)[^，,。；;]{0,20}$", inner.lead) and lead == "的":
        levels = [n for n in sentence.numbers[: place - 1] if n.unit == inner.unit and not n.hedge]
        return times_relation(levels[-1], inner, times) if levels and not inner.hedge else None
    units = dict.fromkeys(n.unit for n in reversed(sentence.numbers[:place]) if n.unit not in (PERCENT, POINTS, TIMES))
    for unit in units:
        if AS_MUCH.search(lead):
            sides = sides_of(sentence, _StandIn(times, unit))
            if sides:
                return times_relation(sides[1], sides[0], times)
        if GROWN_TIMES.search(lead):
            sides = sides_of(sentence, _StandIn(times, unit))
            if sides:
                return times_relation(sides[1], sides[0], times, minus=1)
    return None
