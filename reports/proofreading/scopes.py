"""One number under two scopes (口径): 150个过亿元项目 and, elsewhere, 150个项目."""

import re
from collections import defaultdict
from itertools import combinations

from reports.proofreading.numbers import MONEY
from reports.proofreading.relations import Relation, Span

ACT = re.compile(r"开工|签约|投产|引进|落地|注册|新增|培育|落户|竣工|洽谈")
HEAD_NOUN = re.compile(r"项目|企业|平台|机构|园区")
SCOPE_LEAST = 10  # smaller numbers meet by chance


def find_scopes(statements) -> list[Relation]:
    """Every pair of statements that differ by their threshold alone; those with one number do not hold."""
    found, groups = [], defaultdict(list)
    for statement in statements:
        if not statement.in_table and len(statement.plain) >= 4:
            groups[(statement.plain, statement.unit, statement.place)].append(statement)
    for statement in statements:  # the same stage and noun in other words count only with the same number
        act, noun = ACT.search(statement.plain), HEAD_NOUN.search(statement.plain)
        if act and noun and not statement.in_table:
            groups[(act[0], noun[0], statement.unit, statement.number.amount)].append(statement)
    reported = set()
    for group in groups.values():
        for first, second in combinations(group[:12], 2):
            if (
                first.threshold == second.threshold
                or first.apart != second.apart
                and first.number.amount != second.number.amount
            ):
                continue
            if first.number.sentence is second.number.sentence or first.number.hedge or second.number.hedge:
                continue
            later = second if second.number not in reported else None
            if later is None:
                continue
            reported.add(second.number)
            found.append(_scope_relation(*sorted((first, second), key=lambda s: s.number.start)))
    return found


def _scope_relation(first, second):
    number = second.number
    same = first.number.amount == number.amount and number.amount >= SCOPE_LEAST
    relation = Relation("scope", (first.number, number), number, lambda _: not same, lambda _: None)
    limited, free = (first, second) if first.threshold else (second, first)
    one, other = (f"“{s.shown}{s.number.written}{_spoken(s.number)}”" for s in (first, second))
    unlike = f"另一处限定“{free.threshold}”" if free.threshold else "另一处没有限定"
    because = f"前文{one}与此处{other}数字相同、口径不同（一处限定“{limited.threshold}”，{unlike}）"
    relation.span = Span(
        number.start,
        number.end,
        number.written,
        f"{limited.shown}{limited.number.written}{_spoken(number)}",
        because,
    )
    return relation


def _spoken(number):
    """The number's unit as it is read, money in 万元 or 亿元."""
    if number.unit != MONEY:
        return number.unit
    return {10000: "万元", 10**8: "亿元"}.get(int(number.scale), "元")
