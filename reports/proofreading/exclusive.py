"""Parts that exclude each other and leave nothing out: 采用19条、未采用44条; 满意、基本满意、不满意; bands."""

import re

from reports.proofreading.levels import is_change
from reports.proofreading.numbers import Number
from reports.proofreading.relations import Relation, sum_relation

NEAR = 5  # the whole is the number that the parts miss by no more than a fifth
FILLER = re.compile(r"其中|目前|^[，,、]|(?:^|[，,、])有|已经?|均|共|仍|尚|还|的|了|为|企业|项目|任务|单位|部门")
NEGATED = re.compile(r"^(?:未|不|非|没有|没)(?P<core>[\u4e00-\u9fff]{2,})$")
BY_DEGREE = re.compile(r"^(?:基本|比较|较|非常|很|部分)(?P<core>[\u4e00-\u9fff]{2,})$")
LOWEST = re.compile(
    r"\d[^，,；;。\d]{0,5}(?:以内|以下|之内|及以下)的?[^，,；;。\d]{0,6}$|(?:不足|不到)\d[\d.]*[^，,；;。\d]{0,8}$"
)
HIGHEST = re.compile(
    r"\d[^，,；;。\d]{0,5}(?:以上|及以上)的?[^，,；;。\d]{0,6}$|(?:超过|超)\d[\d.]*[^，,；;。\d]{0,8}$"
)
BETWEEN = re.compile(r"\d[^，,；;。\d]{0,5}(?:至|到|—|–|-|~|～)\d[^，,；;。]{0,10}$")


def find_exclusive(sentence, numbers: list[Number], earlier: list[Number]) -> list[Relation]:
    """The sums of such parts, each to the number before them that they come near to."""
    found = [_sum(parts, numbers, earlier, last=True) for parts in _negations(numbers, earlier)]
    found += [_sum(parts, numbers, earlier) for parts in _bands(sentence, numbers)]
    return [relation for relation in found if relation]


def _sum(parts, numbers, earlier, last=False):
    if any(n.hedge or is_change(n) for n in parts):
        return None
    total = sum(n.amount for n in parts)
    wholes = [n for n in [*earlier, *numbers] if n.unit == parts[0].unit and n.start < parts[0].start]
    wholes = [n for n in wholes if not n.hedge and not is_change(n) and abs(n.amount - total) * NEAR <= n.amount]
    wholes = [n for n in wholes if n.amount > max(part.amount for part in parts)]
    if not wholes:
        return None
    whole = next((n for n in reversed(wholes) if n.amount == total), wholes[-1])
    return sum_relation(whole, parts, derived=parts[-1] if last and len(parts) == 2 else whole)


def _core(number):
    """The one word that names the number, behind it where none stands before it."""
    return FILLER.sub("", re.sub(r"[（(].*$", "", number.lead)) or FILLER.sub("", number.tail)


def _negations(numbers, earlier):
    cores = {n: _core(n) for n in [*earlier, *numbers]}
    for number in numbers:
        negated = NEGATED.match(cores[number])
        if not negated:
            continue
        kin = [n for n, core in cores.items() if n.unit == number.unit and _is_kin(core, negated["core"])]
        kin = [n for n in kin if _is_beside(n, number)] or kin
        if any(cores[n] == negated["core"] for n in kin):
            yield sorted([*kin, number], key=lambda n: n.start)


def _is_beside(number, other):
    """Whether both stand in the same part of a sentence, between semicolons."""
    sentence = number.sentence
    return sentence is other.sentence and sentence.segment_of(number) == sentence.segment_of(other)


def _is_kin(core, plain):
    degree = BY_DEGREE.match(core)
    return core == plain or bool(degree and degree["core"] == plain)


def _bands(sentence, numbers):
    """The runs of numbers behind bands, from one below a bound to one above another."""
    run, bounds = [], set()
    for number in numbers:
        clause = re.split(r"[，,；;：:、]", sentence.text[: number.start - sentence.start])[-1]
        band = next((b for b in (BETWEEN, LOWEST, HIGHEST) if b.search(clause)), None)
        if band is None:
            continue
        if run and (number.unit != run[0].unit or band is not BETWEEN and band in bounds):
            run, bounds = [], set()
        run, bounds = [*run, number], bounds | {band}
        if len(run) > 1 and {LOWEST, HIGHEST} <= bounds:
            yield run
            run, bounds = [], set()
