"""The proofreading of a text: every check over one page, then the blame."""

from collections import Counter

from reports.proofreading.blame import findings_of
from reports.proofreading.changes import find_changes
from reports.proofreading.columns import find_in_tables
from reports.proofreading.doubling import find_doublings
from reports.proofreading.grid import read_grids
from reports.proofreading.layout import Page, read_page
from reports.proofreading.lists import find_counts
from reports.proofreading.moves import find_moves
from reports.proofreading.relations import Relation
from reports.proofreading.report import Report, Unchecked
from reports.proofreading.same import find_same
from reports.proofreading.scopes import find_scopes
from reports.proofreading.shares import find_shares
from reports.proofreading.statements import statements_of
from reports.proofreading.sums import find_sums


def check_page(page: Page, further: list[Relation] = ()) -> Report:
    """Check a page against itself; `further` are relations known from elsewhere (this site's rows)."""
    return report_on(page, [*relations_of(page), *further])


def relations_of(page: Page) -> list[Relation]:
    """Every relation that the text states within itself."""
    grids = read_grids(page)
    statements = statements_of(page, grids)
    relations = [*find_sums(page), *find_shares(page), *find_changes(page), *find_doublings(page)]
    relations += [*find_moves(page), *find_counts(page)]
    return relations + find_in_tables(grids) + find_same(page, statements) + find_scopes(statements)


def report_on(page: Page, relations: list[Relation]) -> Report:
    findings = sorted(findings_of(relations, page.text), key=lambda finding: finding.start)
    numbers = [number for number in page.numbers if not number.bare]
    counted = [relation for relation in relations if relation.counted]
    related = {number for relation in relations for number in relation.numbers}
    return Report(
        findings=findings,
        checked=len(counted),
        by_kind=dict(Counter(relation.kind for relation in counted)),
        numbers=len(numbers),
        unchecked=[Unchecked(n.start, n.stop, page.text[n.start : n.stop]) for n in numbers if n not in related],
    )


def check_text(text: str) -> Report:
    """Check a text against itself alone."""
    return check_page(read_page(text))
