"""A whole with what is done, what is running and what remains of it."""

import re

from reports.proofreading import words
from reports.proofreading.levels import depth_of, is_change, last_state, overlaps, state, without_brackets
from reports.proofreading.relations import Relation, difference_relation, sum_relation

GROUP = re.compile(
    r"(?:^|[；;])(?:其中)?(?:[^，,。；;\d]{0,14}中|(?:从|按|分|就)[^，,。；;\d]{1,12}(?:看|分|划分|统计))[，,：:][^，,；;]*$"
)
COMPARED = re.compile(
    r"(?:去年|上年|上月|上个月|上季|年初|上期|前年)[^，,]{0,8}$"
    r"|(?:比|较)(?:第?[一二三四]季度|上半年|\d{1,2}月)[^，,]{0,10}的?$"
)
OF_INNER = re.compile(r"占[^，,。；;\d]{0,16}$")


def states_of(sentence, numbers, earlier, known) -> list[Relation]:
    """A whole with its done, its running and its remaining part: a sum, or a difference for what remains."""
    used = {(r.derived, n) for r in known for n in r.numbers}
    found = _grouped(sentence, numbers, earlier)
    grouped = {relation.derived for relation in found}
    everything = [(n, depth_of(sentence, n)) for n in numbers]
    for done, depth in everything:
        numbers = [n for n, other in everything if other == depth]
        place = numbers.index(done)
        rest = [n for n in numbers[place + 1 :] if n.unit == done.unit and not is_change(n)]
        rest = _until_new_whole(sentence, done, rest)
        states = [(n, state(n)) for n in rest]
        remainder = next((n for n, state in states if state == "rest" and n not in grouped), None)
        ongoing = next((n for n, state in states if state == "ongoing"), None)
        if is_change(done) or done.hedge or (remainder is None and state(done) != "done"):
            continue
        if remainder is not None and state(done) == "rest":
            continue
        whole = _inner_whole(done, rest, remainder) or _whole_of(done, numbers[:place], earlier)
        if whole is None or (whole, done) in used:
            continue
        if remainder is not None and (remainder.amount >= whole.amount or _is_done_itself(whole, remainder)):
            continue
        leading = numbers[numbers.index(whole) + 1 : place] if whole in numbers[:place] else []
        leading = [n for n in leading if n.unit == done.unit and not n.hedge]
        idle = [n for n, state in states if state == "idle"]
        if remainder is not None and not remainder.hedge:
            behind = _listed_behind(sentence, remainder, rest)
            taken = (
                [n for n in rest[: rest.index(remainder)] if n is not whole],
                [n for n in behind if state(n) == "idle"],
            )
            if relation := _remainder(whole, done, leading, *taken, remainder):
                if not relation.holds:
                    wholes = [n for n in numbers[:place] if n.unit == done.unit and _can_be_whole(n, done)]
                    others = [_remainder(other, done, [], *taken, remainder) for other in wholes]
                    relation = next((other for other in others if other.holds), relation)
                if not relation.holds and state(done) != "done" and any(state(n) == "done" for n in taken[0]):
                    continue  # what is done stands farther on: 限期整改88个，已完成72个，未完成16个
                found.append(relation)
                used |= {(whole, n) for n in relation.numbers}
                break
        elif ongoing is not None and not ongoing.hedge and (whole, ongoing) not in used:
            listed = _named_parts(sentence, done, ongoing, rest)
            late = [n for n in rest[: rest.index(ongoing)] if n not in listed and words.LATE.search(n.lead)]
            named = [n for n in leading if state(n) == "idle"]
            options = [[done, ongoing, *idle], [done, ongoing], [done, *listed], [done, *late, *listed]]
            options += [[*named, *option] for option in options] if named else []
            relations = [sum_relation(whole, parts, derived=last_state(whole, parts)) for parts in options]
            chosen = min(relations, key=lambda r: (not r.holds, abs(r.expect(whole)[0] - whole.amount)))
            found.append(chosen)
            used |= {(whole, n) for n in chosen.numbers}
    return found


def _is_done_itself(whole, remainder):
    """Whether the remainder names as undone what the whole counts: 采纳45条，部分采纳12条，未采纳8条."""
    undone = re.search(words.UNDONE.replace("(?:", "(?P<act>", 1), remainder.lead)
    return bool(undone) and re.search(rf"(?<![未应需计划]){undone['act']}", whole.lead) is not None


def _grouped(sentence, numbers, earlier):
    """The remainder of a list with a heading of its own: 按产业分，甲21个、乙14个、其他15个."""
    found = []
    for remainder in numbers:
        place = sentence.segment_of(remainder)
        before = [n for n in numbers if n.start < remainder.start and n.unit == remainder.unit]
        run = [n for n in before if sentence.segment_of(n) == place and not is_change(n)]
        if state(remainder) != "rest" or len(run) < 2 or any(n.hedge for n in (*run, remainder)):
            continue
        if not GROUP.search(run[0].before):
            continue
        wholes = [n for n in [*earlier, *before] if n.unit == remainder.unit and n not in run and _may_have(n, run)]
        total = sum(n.amount for n in run) + remainder.amount
        whole = min(wholes, key=lambda n: abs(n.amount - total), default=None)
        if whole is not None and abs(whole.amount - total) * 10 <= whole.amount:
            found.append(_less(whole, run, remainder))
    return found


def _may_have(number, parts):
    return not (number.hedge or is_change(number)) and number.amount >= sum(n.amount for n in parts)


def _inner_whole(done, rest, remainder):
    """The whole that stands behind what is done: 解决176个，占191个的92.1%，其余15个."""
    if remainder is None:
        return None
    between = rest[: rest.index(remainder)]
    return next((n for n in between if n.amount >= done.amount and OF_INNER.search(n.lead) and not n.hedge), None)


def _until_new_whole(sentence, done, rest):
    """The numbers behind, up to one that starts a new whole (larger, with 共 or a new clause behind 。)."""
    kept = []
    for number in rest:
        if re.search(r"共$|总计$|合计$", number.lead) and number.amount > done.amount:
            break
        kept.append(number)
    return kept


def _named_parts(sentence, done, ongoing, rest):
    """What the list names between and right behind what is done and what is running: 转办5件、在办15件."""
    between = [n for n in rest[: rest.index(ongoing)] if not re.search(r"其中|[（(]", n.before) and not overlaps(n)]
    return [*between, ongoing, *_listed_behind(sentence, ongoing, rest)]


def _listed_behind(sentence, number, rest):
    """The numbers that go on the list behind the number, with a name of their own."""
    found = []
    for following in rest[rest.index(number) + 1 :]:
        between = without_brackets(sentence.between(number, following))
        if not re.fullmatch(r"[^，,、；;。]{0,8}[，,、][^，,、；;。：:（(]{2,12}", between) or overlaps(following):
            break
        found.append(following)
        number = following
    return found


def _remainder(whole, done, leading, between, behind, remainder):
    lead, tail = remainder.lead, remainder.tail
    is_left = words.LEFT_OVER.search(lead + tail) or re.search(r"其余|其他|另外", lead)
    if words.SOFT_REMAINDER.search(lead) and not is_left:
        return None
    disjoint = [n for n in between if not overlaps(n)]
    options = [[done, *between], [done, *disjoint], [done], [done, *disjoint, *behind], [*leading, done, *disjoint]]
    options = [_less(whole, taken, remainder) for taken in options]
    return min(options, key=lambda r: abs(r.expect(remainder)[0] - remainder.amount))


def _less(whole, parts, remainder):
    """`remainder` is the whole less the parts: a difference that can also be blamed on another number."""
    if len(parts) == 1:
        return difference_relation(whole, parts[0], remainder, ordered=True)
    return sum_relation(whole, [*parts, remainder], kind="difference", derived=remainder)


def _whole_of(done, before, earlier):
    """The nearest number before it, of its unit, that can be its whole."""
    for number in reversed(before):
        if number.unit == done.unit and _can_be_whole(number, done):
            return number
    for number in reversed(earlier):
        if number.unit == done.unit and _can_be_whole(number, done) and not any(n.unit == done.unit for n in before):
            return number
    return None


def _can_be_whole(number, done):
    if number.hedge or is_change(number) or state(number) or number.amount < done.amount:
        return False
    return not COMPARED.search(number.lead)
