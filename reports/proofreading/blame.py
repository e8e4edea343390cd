"""From relations that do not hold to findings: one fault, one finding, at the number that explains most."""

import re
from dataclasses import asdict
from decimal import Decimal

from common.amounts import trim
from reports.proofreading.numbers import Number
from reports.proofreading.relations import Relation
from reports.proofreading.report import Finding

UP = ("增加", "增长", "提高", "上升", "提升", "扩大", "净增", "升")
DOWN = ("减少", "下降", "降低", "下降", "降低", "缩小", "净减", "降")
OPPOSITES = dict(zip(DOWN, UP, strict=True)) | dict(zip(UP, DOWN, strict=True)) | {"多": "少", "少": "多"}
MOST_WEIGHED = 8
MOST_QUOTED = 200  # characters of a relation quoted as a whole
ORDER = ("sum", "share", "rate", "difference", "growth", "count", "total", "data", "scope")


def findings_of(relations: list[Relation], text: str) -> list[Finding]:
    """Blame numbers one by one until every failing relation is explained."""
    by_number: dict[Number, list[Relation]] = {}
    for relation in relations:
        for number in relation.numbers:
            by_number.setdefault(number, []).append(relation)
    open_ones = [relation for relation in relations if not relation.holds]
    findings = [_spanned(relation, text) for relation in open_ones if relation.span]
    open_ones = [relation for relation in open_ones if not relation.span]
    turned = [relation for relation in open_ones if _is_turned(relation)]
    findings += [finding_at(r.derived, *r.expect(r.derived), r.kind, text) for r in turned]
    open_ones = [relation for relation in open_ones if relation not in turned]
    for group in _connected(open_ones):
        findings += _blame(group, by_number, text)
    return findings


def _is_turned(relation):
    """Whether the change is right but for its direction: 238件，比265件增加27件."""
    if relation.kind not in ("difference", "growth") or relation.derived.hedge:
        return False
    expected = relation.expect(relation.derived)
    return (
        expected is not None and expected[0] < 0 and relation.derived.rounded(-expected[0]) == relation.derived.amount
    )


def _turned_words(number):
    """What the reason adds where the direction is wrong: the other verb."""
    verb = next((verb for verb in OPPOSITES if re.search(rf"{verb}了?$", number.lead)), None)
    return f"，方向相反，“{verb}”应为“{OPPOSITES[verb]}”" if verb else "，方向相反"


def _blame(open_ones, by_number, text):
    """The findings of relations that hang together; each at its own result where there are too many to weigh."""
    findings = []
    while open_ones:
        weighed = open_ones if len(open_ones) <= MOST_WEIGHED else open_ones[:1]
        candidates = list(_candidates(weighed, by_number))
        blamed = max(candidates, key=lambda found: found[0], default=None)
        if blamed is None:
            open_ones = open_ones[len(weighed) :]
            continue
        score, number, amount, because, relation, mended = blamed
        if relation.kind in ("sum", "difference") and _one_of_several(candidates, score, relation):
            findings.append(_undetermined(relation, text))
            open_ones = [r for r in open_ones if r is not relation]
            continue
        said = relation.expect(number)
        if said and number.rounded(said[0]) == number.rounded(amount):
            because = said[1]
        findings.append(finding_at(number, amount, because, relation.kind, text))
        open_ones = [r for r in open_ones if r not in mended and number not in r.numbers]
    return findings


def _connected(relations: list[Relation]) -> list[list[Relation]]:
    """The relations in groups that share numbers, directly or by others."""
    groups: list[tuple[set, list]] = []
    for relation in relations:
        numbers, members = set(relation.numbers), [relation]
        apart = []
        for group in groups:
            if group[0] & numbers:
                numbers |= group[0]
                members = group[1] + members
            else:
                apart.append(group)
        groups = [*apart, (numbers, members)]
    return [members for _, members in groups]


def _spanned(relation, text):
    """The finding of a relation about a stretch of text rather than one number."""
    span = relation.span
    return Finding(
        kind=relation.kind,
        quote=quote(text, span.start, span.end),
        line=text.count("\n", 0, span.start) + 1,
        **asdict(span),
    )


def _candidates(open_ones, by_number):
    for relation in open_ones:
        for number in relation.numbers:
            expected = relation.expect(number)
            if expected is None or expected[0] < 0 or expected[0] == number.amount:
                continue
            amount, because = expected
            if amount % 1 and all(n.digits == 0 and n.scale == 1 for n in relation.numbers if n.unit == number.unit):
                continue  # things are counted whole
            around = by_number[number]
            put_in = {number: _as_written(number, amount)}
            mended = [r for r in around if not r.holds and r.test(put_in)]
            broken = [r for r in around if r.holds and not r.test(put_in)]
            if relation not in mended:
                mended.append(relation)
            supported = sum(r.holds for r in around)
            is_derived = number is relation.derived
            score = (
                len(mended) - 2 * len(broken),
                is_derived,
                -supported,
                -ORDER.index(relation.kind),
                -number.start,
            )
            yield score, number, amount, because, _kind_relation(number, relation, mended), mended


def _as_written(number, amount):
    return number.rounded(amount) if not number.hedge else amount


def _kind_relation(number, relation, mended):
    """The relation that names the finding: one in which the number is derived, then by the kinds' order."""
    told = [r for r in mended if r.expect(number) is not None]
    return min(
        [relation, *told], key=lambda r: (r.kind in ("data", "total"), number is not r.derived, ORDER.index(r.kind))
    )


def _one_of_several(candidates, score, relation):
    """Whether any one of several parts may be wrong: the whole is confirmed elsewhere, and none of them is."""
    if score[1] or len(relation.numbers) < 3:
        return False
    alike = {found[1] for found in candidates if found[4] is relation and found[0][:2] == score[:2]}
    return len(alike) > 1 and alike <= set(relation.numbers[1:])


def _undetermined(relation, text):
    """The finding of a sum of which any part may be wrong: the whole relation, and no correction."""
    whole, *parts = relation.numbers
    exact = sum(part.amount for part in parts)
    added = " + ".join(trim(part.amount / whole.scale) for part in parts)
    because = f"{added} = {trim(exact / whole.scale)}，“{whole.written}”在文中另有印证，请核对各分项"
    finding = finding_at(whole, exact, because, "sum", text)
    finding.replacement = ""
    first, last = min(n.start for n in relation.numbers), max(n.stop for n in relation.numbers)
    if not any(n.cell for n in relation.numbers) and last - first <= MOST_QUOTED:
        finding.quote = quote(text, first, last)
    return finding


def finding_at(number: Number, amount: Decimal, because: str, kind: str, text: str) -> Finding:
    expected = number.render(amount)
    if amount < 0:
        because += _turned_words(number)
    return Finding(
        kind=kind,
        quote=quote(text, number.start, number.stop),
        written=number.written,
        expected=expected,
        because=because,
        start=number.start,
        end=number.end,
        replacement=expected if amount >= 0 else "",
        line=text.count("\n", 0, number.start) + 1,
    )


def quote(text: str, start: int, stop: int, reach: int = 24) -> str:
    """The words around a place, cut at the clause or line."""
    left = start
    while left > max(0, start - reach) and text[left - 1] not in "，。；！？\n" and not _cuts(text, left - 1):
        left -= 1
    right = stop
    while right < min(len(text), stop + reach // 2) and text[right] not in "，。；！？\n、" and not _cuts(text, right):
        right += 1
    return text[left:right].strip()


def _cuts(text, place):
    """Whether a half-width comma or semicolon ends a clause here, not a group of digits."""
    return text[place] in ",;" and not text[place + 1 : place + 2].isdigit()
