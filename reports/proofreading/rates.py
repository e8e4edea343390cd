"""Rates (完成率38.6%) and what was reached of a goal: the part, the whole and the percentage around each other."""

import re

from reports.proofreading import words
from reports.proofreading.levels import is_change, state
from reports.proofreading.numbers import PERCENT, POINTS, TIMES
from reports.proofreading.quotients import growth_relation, ratio_relation
from reports.proofreading.relations import Relation

RELATIVE = (PERCENT, POINTS, TIMES)
RATE = re.compile(
    r"(?P<stem>[\u4e00-\u9fff]{2,12}?)率(?:分别)?(?:仅|已|均|整体|总体|平均|稳定)?(?:为"
    r"|是|达到|达|在|到)?(?:约|近|超过|超)?$"
)
OF_GOAL = re.compile(
    r"(?:完成|达到|实现|占|达)(?:了)?(?P<of>[^，,。；;：:\d]{0,12}?(?:目标|计划|任务)"
    r"(?:任务|数|量|值|总数|开工|新开工|投资|总投资)?)的?(?:约|近)?$"
)
OF_INNER_GOAL = re.compile(r"(?:完成|达到|实现|为|相当于)[^，,。；;：:]{0,10}(?:目标|计划|任务)[^，,。；;：:]{0,4}$")
ACHIEVED = re.compile(r"完成|到位|实现|引进|新增|已|累计|开工|建成|投入|拨付|签约|达")
BEYOND = re.compile(r"(?:超额(?:完成)?|超(?:出|过)?(?:年度|全年|既定)?(?:目标|计划|任务)(?:任务)?)(?:了)?$")
OF_THESE = re.compile(r"^\s*(?:其中|[^，,。；;\d]{2,12}中)[，,：:]")  # 已办结事项中，按期办结…
SPECIAL = re.compile(r"按期|按时|及时|平均|综合|总体|整体|同期|当期")


def rate_of(sentence, percent, earlier) -> Relation | None:
    """The relation of a rate (完成率) or of a goal reached; None where the text does not state both sides."""
    place = sentence.numbers.index(percent)
    inner = sentence.numbers[place - 1] if place else None
    if inner is not None and OF_INNER_GOAL.search(inner.lead) and re.fullmatch(r"的(?:约|近)?", percent.before):
        parts = [n for n in sentence.numbers[: place - 1] if n.unit == inner.unit and not n.hedge and not is_change(n)]
        return ratio_relation("rate", parts[-1], inner, percent) if parts and not inner.hedge else None
    if BEYOND.search(percent.lead):
        sides = _goal_and_reached(sentence, percent, earlier)
        return growth_relation(*sides, percent) if sides else None
    goal = OF_GOAL.search(percent.lead) or re.fullmatch(r"(?:[，,]|已|累计)*完成(?:了)?(?P<of>)", percent.before)
    if goal:
        return _rate_of_goal(sentence, percent, earlier, goal["of"])
    match = RATE.search(percent.lead)
    if not match:
        return None
    stem = next((s for s in words.STEMS if match["stem"].endswith(s)), match["stem"][-2:])
    done_words = re.compile(f"(?<!基本)(?:{words.STEMS.get(stem, re.escape(stem))})(?!率)")
    place = sentence.numbers.index(percent)
    before = [n for n in sentence.numbers[:place] if n.unit not in RELATIVE and not n.hedge and not is_change(n)]
    after = [
        n
        for n in sentence.numbers[place + 1 : place + 3]
        if n.unit not in RELATIVE and not n.hedge and not is_change(n)
    ]
    named = [n for n in [*reversed(before), *after] if done_words.search(n.lead) or done_words.search(n.tail, 0, 14)]
    if not words.LATE.search(match["stem"]):
        named = [n for n in named if not words.LATE.search(n.lead) and state(n) not in ("rest", "ongoing", "idle")]
    if not named and earlier:
        named = [n for n in reversed(earlier) if done_words.search(n.lead) and not is_change(n) and not n.hedge]
    pool = [*before, *earlier, *after]
    special = SPECIAL.search(match["stem"])
    for part in named:
        for whole in reversed(pool):
            if whole is not part and whole.unit == part.unit and ratio_relation("rate", part, whole, percent).holds:
                return ratio_relation("rate", part, whole, percent)
    for part in named[:1]:
        own = SPECIAL.search(part.lead)
        if part.sentence is not sentence or (special and special[0]) != (own and own[0]):
            continue
        if part.start > percent.start and re.search(r"[（(]", sentence.between(percent, part)):
            continue
        if _foreign_clause(sentence, part, percent):
            continue
        wholes = [n for n in pool if n is not part and n.unit == part.unit and not n.hedge and not is_change(n)]
        wholes = [n for n in wholes if _is_rate_whole(n, part, done_words) and not _has_own_rate(n, part)]
        if (
            len(wholes) > 1
            and not any(n.sentence is sentence for n in wholes)
            or wholes
            and _is_open_list(part, wholes)
        ):
            continue
        if wholes:
            near = [n for n in wholes if n.sentence is sentence and n.start < part.start] or wholes
            whole = min(near, key=lambda n: abs(part.amount * 100 / n.amount - percent.amount) if n.amount else 1000)
            return ratio_relation("rate", part, whole, percent)
    if stem in ("完成", "实现", "达成") and not special and not named:
        sides = _goal_and_reached(sentence, percent, earlier)
        return ratio_relation("rate", sides[1], sides[0], percent) if sides else None
    if len(before) == 2 and before[0].unit == before[1].unit and not named:
        relations = [ratio_relation("rate", before[1], before[0], percent), ratio_relation("rate", *before, percent)]
        return next((r for r in relations if r.holds), None)
    return None


def _goal_and_reached(sentence, percent, earlier):
    """(the goal, what was reached of it) where the sentence, or the one before it, states one of each."""
    own = [n for n in sentence.numbers if n.start < percent.start]
    if not own and not earlier:  # 完成计划的103.6%；计划125亿元，实际完成129.5亿元
        own = [n for n in sentence.numbers if n.start > percent.start]
    pool = own if len(own) > 1 else [*earlier, *own]
    pool = [n for n in pool if n.unit not in RELATIVE and not n.hedge and not is_change(n)]
    goals = [n for n in pool if words.TARGET.search(n.lead + n.tail[:6]) and n.amount]
    reached = [n for n in pool if n not in goals and len(goals) == 1 and n.unit == goals[0].unit]
    reached = [n for n in reached if state(n) not in ("rest", "ongoing", "idle")]
    return (goals[0], reached[0]) if len(reached) == 1 else None


def _is_open_list(part, wholes):
    """Whether the part closes a list of names (A、B等24个项目) and no whole stands in its sentence."""
    return "等" in part.lead[-2:] and not any(n.sentence is part.sentence for n in wholes)


def _foreign_clause(sentence, part, percent):
    """Whether a new subject stands between the part and its rate."""
    low, high = sorted((part, percent), key=lambda n: n.start)
    between = sentence.text[low.stop - sentence.start : high.start - sentence.start]
    return "其中" in between or "；" in between or bool(words.ORG_NAME.search(re.sub(r"全[市县区]", "", between)))


def _has_own_rate(number, part):
    """Whether a rate of its own follows the number before the part comes: a sibling, not the whole."""
    numbers = number.sentence.numbers
    place = numbers.index(number)
    following = numbers[place + 1] if place + 1 < len(numbers) else None
    if number.sentence is not part.sentence and OF_THESE.match(part.sentence.text):
        return False
    is_rate = following is not None and following.unit == PERCENT and RATE.search(following.lead)
    return bool(is_rate and following.start < part.start)


def _is_rate_whole(number, part, done_words):
    if number.amount < part.amount and not words.TARGET.search(number.lead + number.tail):
        return False
    if done_words.search(number.lead) and number.amount < part.amount:
        return False
    return not words.ONGOING.search(number.lead)


def _rate_of_goal(sentence, percent, earlier, of):
    """完成年度目标的109.1%: what was reached of a goal that the text states."""
    place = sentence.numbers.index(percent)
    pool = [n for n in sentence.numbers[:place] if n.unit not in RELATIVE and not n.hedge and not is_change(n)]
    goals = [n for n in [*pool, *earlier] if words.TARGET.search(n.lead) and not n.hedge]
    failing = []
    for goal in reversed(goals):
        others = [n for n in [*pool, *earlier] if n is not goal and n.unit == goal.unit and n not in goals]
        for part in reversed(others):
            relation = ratio_relation("rate", part, goal, percent)
            if relation.holds:
                return relation
            if part.sentence is sentence and len(others) == 1 and ACHIEVED.search(part.lead) and goal.amount:
                failing.append((abs(part.amount * 100 / goal.amount - percent.amount), relation))
    if failing:
        return min(failing, key=lambda found: found[0])[1]
    sides = _goal_and_reached(sentence, percent, earlier) if not pool and not earlier else None
    return ratio_relation("rate", sides[1], sides[0], percent) if sides else None
