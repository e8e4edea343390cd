"""Averages (平均每个部门2.6项, 人均产值150万元) from a sum and a number that the text states."""

import re

from reports.proofreading.levels import is_change, without_brackets
from reports.proofreading.numbers import COUNT_UNITS, DURATION, MONEY, PERCENT, POINTS, TIMES
from reports.proofreading.quotients import quotient_relation
from reports.proofreading.relations import Relation

PER = re.compile(rf"(?:平均|均)?每(?:一)?(?P<unit>{COUNT_UNITS})?(?P<noun>[^，,。；;\d]{{0,14}})$")
PER_HEAD = re.compile(r"(?P<of>人|户|亩|企|县|家|村|批|场|期)均(?P<noun>[^，,。；;\d]{0,10})$")
SINGLE = re.compile(r"(?:单体|单个项目|项目平均|平均单个|平均单项|单项目|平均每个项目)[^，,。；;\d]{0,10}$")
PLAIN = re.compile(r"(?:平均|均)[^，,。；;\d每]{0,10}$")
HEADS = {
    "人": "人|名|位",
    "户": "户",
    "亩": "亩",
    "企": "家|户|个",
    "县": "个|县",
    "家": "家",
    "村": "个|村",
    "批": "批|批次",
    "场": "场|场次",
    "期": "期",
}
NO_AVERAGE = re.compile(
    r"全[省国市]平均|平均(?:水平|值|用时|时长|年龄|分)|高于|低于|同期|月均|日均|年均|季均|平均每[月天日年季周]"
)


def find_averages(sentence, earlier) -> list[Relation]:
    """Every average of the sentence whose sum and number the text states before it."""
    found = []
    for number in sentence.numbers:
        lead = re.split(r"[，,；;：:。]", without_brackets(number.before))[-1]
        if number.unit in (PERCENT, POINTS, TIMES) or is_change(number) or NO_AVERAGE.search(lead):
            continue
        if not re.search("[均每单]", lead):
            continue
        before = [n for n in sentence.numbers if n.start < number.start] or earlier
        before = [
            n for n in before if not n.hedge and not is_change(n) and n.amount and n.unit not in (PERCENT, POINTS)
        ]
        sums = [n for n in before if _is_of_kind(n, number)]
        counts = [n for n in before if n.unit != MONEY and _counts_of(number, lead, n)]
        if relation := _one(number, sums, counts):
            found.append(relation)
    return found


def _is_of_kind(number, average):
    return number.unit == average.unit and number.unit not in DURATION.split("|")


def _counts_of(average, lead, number):
    """Whether the average may be per unit of what `number` counts."""
    if match := PER_HEAD.search(lead):
        return re.fullmatch(HEADS[match["of"]], number.unit) is not None
    if SINGLE.search(lead):
        return number.unit in "个项" and re.search("项目", number.lead + number.tail) is not None
    if match := PER.search(lead):
        if match["unit"] and match["unit"] != number.unit and match["unit"] + "次" != number.unit:
            return False
        noun = re.sub(r"[（(].*", "", match["noun"])[:2]
        return not noun or noun in number.tail + number.lead or not number.tail
    return bool(PLAIN.search(lead)) and average.unit == MONEY and number.unit in "个项家"


def _one(average, sums, counts):
    """The relation that holds; else the only possible one."""
    pairs = [(a, b) for a in sums for b in counts if a is not b and a.amount > average.amount]
    relations = [quotient_relation(a, b, average) for a, b in pairs]
    return next((r for r in relations if r.holds), relations[0] if len(relations) == 1 else None)
