"""Totals that close the list before them: 甲12个、乙15个，共27个."""

import re

from reports.proofreading import words
from reports.proofreading.levels import is_change
from reports.proofreading.relations import sum_relation

PERIOD = re.compile(r"季度|月份?|半年|[一二三四五六]批")
RUNNING_TOTAL = re.compile(r"[，,；;](?:今年|全年)?累计(?P<act>完成|到位|签约|开工|办结|引进|实现|)(?:了)?$")
FIRST_PERIOD = re.compile(r"一季度|(?<!\d)1月份?|上半年|首批|第一批")


def totals_behind(sentence, numbers):
    """A total that closes the list before it: A 12个、B 15个，共27个."""
    found = []
    for place, total in enumerate(numbers):
        if place < 2 or "共" not in total.before and "计" not in total.before and "总" not in total.before:
            continue
        parts, last = [], total
        for number in reversed(numbers[:place]):
            between = sentence.between(number, last)
            if last is total and number.unit != total.unit and not re.search(r"[，,；;：:、]", between):
                if re.search(r"(?:其余|其他|另外|另有)的?$", number.lead):
                    break  # 其余4场共116家: a total of others
                continue  # 三个季度合计
            if (
                number.unit != total.unit
                or is_change(number)
                or re.search(r"其中|[；;]", between)
                and last is not total
            ):
                break
            if (
                len(between) > 40
                or number.sentence.segment_of(number) != sentence.segment_of(total)
                and last is not total
            ):
                break
            has_parts = re.search(r"其中|[：:（(]|分为|包括", between) or words.WHOLE.search(number.before[-10:])
            if parts and has_parts and number.amount == sum(p.amount for p in parts):
                break  # a whole standing before its own parts
            parts.insert(0, number)
            last = number
        if periods := _periods(total, parts):
            found.append(sum_relation(total, periods))
            continue
        if len(parts) < 2 or total.hedge or not _is_total_word(total, parts[0]):
            continue
        relation = _best_tail(total, parts)
        if relation:
            found.append(relation)
    return found


def _periods(total, parts):
    """The periods that 累计 adds up: an unbroken list from the year's first one; else empty."""
    match = RUNNING_TOTAL.search(total.before)
    first = next((place for place, part in enumerate(parts) if FIRST_PERIOD.search(part.lead)), None)
    if not match or first is None or total.hedge:
        return []
    periods = parts[first:]
    is_list = len(periods) > 1 and all(PERIOD.search(n.lead) and not n.hedge for n in periods)
    return periods if is_list and match["act"] in periods[0].lead else []


def _is_total_word(number, first_part=None):
    if match := words.SUM_OF_ACTS.search(number.before):  # 三年共签约86个
        return first_part is not None and match["act"][:2] in first_part.lead
    if match := words.SUM_OF_KIND.search(number.before):  # 一期投资12亿元、二期投资18亿元，总投资30亿元
        return first_part is not None and match["kind"] in first_part.lead and "其中" not in first_part.before
    return bool(
        re.search(
            r"(?:^|[，,；;：:、）)])[^，,；;：:、\d]{0,4}(?:共计|合计|总计|一共|总共|共"
            r"|累计|总数|总量|总额|小计)(?:有|为|达|达到|是)?$",
            number.before,
        )
    )


def _best_tail(total, parts):
    """The sum of the parts, or of the last of them when earlier numbers belong to something else."""
    for start in range(max(0, len(parts) - 16), len(parts) - 1):
        relation = sum_relation(total, parts[start:])
        if relation.holds:
            return relation
    if any(part.hedge for part in parts) or "累计" in total.before[-4:]:
        return None  # 累计 counts from the beginning, not the list before it
    return sum_relation(total, parts)
