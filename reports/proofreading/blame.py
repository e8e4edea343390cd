"""From relations that do not hold to findings: one fault, one finding, at the number that explains most."""

from decimal import Decimal

from reports.proofreading.numbers import Number
from reports.proofreading.relations import Relation
from reports.proofreading.report import Finding

MOST_WEIGHED = 8
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
    for group in _connected(open_ones):
        findings += _blame(group, by_number, text)
    return findings


def _blame(open_ones, by_number, text):
    """The findings of relations that hang together; each at its own result where there are too many to weigh."""
    findings = []
    while open_ones:
        weighed = open_ones if len(open_ones) <= MOST_WEIGHED else open_ones[:1]
        blamed = max(_candidates(weighed, by_number), key=lambda found: found[0], default=None)
        if blamed is None:
            open_ones = open_ones[len(weighed) :]
            continue
        _, number, amount, because, relation, mended = blamed
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
    start, end, written, expected, because = relation.span
    replacement = expected if text[start:end] == written and relation.kind != "scope" else ""
    line = text.count("\n", 0, start) + 1
    return Finding(relation.kind, quote(text, start, end), written, expected, because, start, end, replacement, line)


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
    return min(
        [relation, *mended], key=lambda r: (r.kind in ("data", "total"), number is not r.derived, ORDER.index(r.kind))
    )


def finding_at(number: Number, amount: Decimal, because: str, kind: str, text: str) -> Finding:
    expected = number.render(amount)
    return Finding(
        kind=kind,
        quote=quote(text, number.start, number.stop),
        written=number.written,
        expected=expected,
        because=because,
        start=number.start,
        end=number.end,
        replacement=expected,
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
