"""The two sides of a change: what was before and what is now, as far as the text states both."""

import re

from reports.proofreading import words
from reports.proofreading.labels import labels_of
from reports.proofreading.levels import is_change, without_brackets
from reports.proofreading.numbers import PERCENT, POINTS

DATE = re.compile(r"(?:20\d\d年)?\d{1,2}月(?:份|底|末|初)?|20\d\d年")
COMPARED = re.compile(r"(?:(?<![占同环百])比(?![例重率])|较|与)[^，,。；;]{0,24}$")
NAMED = re.compile(
    r"(?P<one>[\u4e00-\u9fff\d]{2,12}?)(?:比|较)(?P<other>[\u4e00-\u9fff\d]{1,12}?)(?:的)?(?:多出|高出|高|多|低|少|领先|落后|增加|减少|增长|下降|提高)(?:了)?$"
)


def level_unit(number):
    """The unit of the two sides: percent for a difference in 百分点."""
    return PERCENT if number.unit == POINTS else number.unit


def _levels(sentence, unit, until, after=None):
    """Numbers of the unit in the sentence before `until` that are levels, not changes."""
    found = [n for n in sentence.numbers if n.unit == unit and n is not until and not n.hedge]
    return [n for n in found if not is_moved(n) and (n.start < until.start or after)]


def is_moved(number):
    if number.unit == PERCENT:
        return bool(words.GROWTH.search(number.lead))
    return is_change(number)


def sides_of(sentence, change, previous=None):
    """(before, now, sure) of a change: 由A到B, 比…的A, 去年同期A; None when the text does not state both."""
    unit = level_unit(change)
    before = _levels(sentence, unit, change)
    for first, second in zip(before, before[1:], strict=False):
        if (
            words.FROM.search(first.lead)
            and words.TO.search(DATE.sub("", second.lead))
            and _near(sentence, second, change)
        ):
            return first, second, True
    inner = before[-1] if before else None
    if inner is not None and len(before) > 1 and COMPARED.search(inner.lead) and verb_behind(sentence, inner, change):
        return inner, before[-2], True
    if inner is not None and previous and COMPARED.search(inner.lead) and verb_behind(sentence, inner, change):
        earlier = [n for n in previous.numbers if n.unit == unit and not n.hedge and not is_moved(n)]
        if len(earlier) == 1:
            return inner, earlier[0], True
    return _past_and_now(sentence, change, unit, previous)


def _near(sentence, number, change):
    between = sentence.text[number.stop - sentence.start : change.start - sentence.start]
    return len(between) <= 40 and not re.search(r"[；;]", between)


def verb_behind(sentence, inner, change):
    between = sentence.text[inner.stop - sentence.start : change.start - sentence.start]
    return bool(re.fullmatch(r"[^，,。；;\d]{0,12}[）)]?[，,]?[^，,。；;\d]{0,4}", between)) or bool(
        re.fullmatch(
            r"[^，,。；;]{0,8}(?:增加|减少|多|少)(?:了)?[\d.]+[^，,。；;]{0,4}[、，,](?:同比|环比)?(?:增长|下降)",
            between,
        )
    )


def _past_and_now(sentence, change, unit, previous):
    """A level of the past named so, and the present one beside it."""
    pool = [n for n in sentence.numbers if n.unit == unit and n is not change and not n.hedge and not is_moved(n)]
    pool = [n for n in pool if n.start < change.start or words.PAST_ONLY.search(n.lead) or _in_brackets(sentence, n)]
    if sides := _two_years(pool):
        return sides
    past = [n for n in pool if words.PAST_ONLY.search(_period_words(n)) and words.PAST.search(_period_words(n))]
    if len(past) != 1 or not _asks_for_past(change):
        return None
    rest = [n for n in pool if n is not past[0]]
    now = [n for n in rest if _alike(n, past[0])] or rest
    if len(now) > 1 and not words.TARGET.search(change.lead):
        now = [n for n in now if not words.TARGET.search(n.lead)] or now
    if len(now) > 1:
        now = [min(now, key=lambda n: abs(n.start - past[0].start))] if len({_subject(n) for n in now}) == 1 else now
    if not now and previous:
        now = [n for n in previous.numbers if n.unit == unit and not n.hedge and not is_moved(n)]
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


def pair_named(sentence, change, pool):
    """The two values that 甲比乙多 speaks of, by the names beside them or in the list before 分别."""
    match = NAMED.search(without_brackets(change.before))
    if not match:
        return None
    labels = labels_of(sentence)
    words_of = {n: labels.get(n) or without_brackets(n.before)[-16:] for n in pool}
    one = [n for n in pool if match["one"][-3 if n not in labels else 0 :] in words_of[n]]
    other = [n for n in pool if match["other"][: 3 if n not in labels else None] in words_of[n]]
    return (one[0], other[0]) if len(one) == 1 and len(other) == 1 and one[0] is not other[0] else None
