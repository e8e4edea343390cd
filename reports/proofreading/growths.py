"""Growth (同比增长8.92%, 下降10.2%) and multiples (1.5倍) of two values that the text states."""

import re

from reports.proofreading import words
from reports.proofreading.levels import is_change
from reports.proofreading.numbers import PERCENT, POINTS, TIMES
from reports.proofreading.quotients import growth_relation, times_relation
from reports.proofreading.sides import COMPARED, is_moved, pair_named, sides_of

OWN_SUBJECT = re.compile(
    r"(?:20\d\d年|[\u4e00-\u9fff]{2})(?<!今年|本月|本期|目前|全市|累计|当前|本年|全年|上述)(?:比|较)[^，,]{2,}$"
)
AS_MUCH = re.compile(r"(?:是|为|相当于|达到)[^，,。；;\d]{0,16}的$")
GROWN_TIMES = re.compile(r"(?:增长|增加|提高|扩大|翻)(?:了)?$")
SERVICE_STATISTICS = re.compile(r"生产总值|GDP|增加值|可比价|不变价|可支配收入|实际增")


def growth_of(sentence, percent, previous):
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
    pool = [n for n in sentence.numbers[: place - 1] if n.unit == change.unit and not n.hedge and not is_moved(n)]
    if pair := pair_named(sentence, change, pool):
        return (
            growth_relation(pair[1], pair[0], percent, sign=sign) if not re.search("[；;]", percent.before) else None
        )
    match = words.CHANGE.search(change.lead)
    if (
        not match
        or COMPARED.search(level.lead)
        or OWN_SUBJECT.search(change.lead)
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


def times_of(sentence, times):
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
