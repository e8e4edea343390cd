"""Figures for an editor to put into the text: by words of the label, by key, by county, department or origin."""

from collections.abc import Iterator
from datetime import date

from accounts.models import Organisation
from common.figures import Figure
from projects import figures as project_figures
from projects.origin_shares import SHARE, STARTED
from projects.querysets import CAPITAL_REGION
from projects.service import figures as service_figures
from reports.figures import figure_by_reference, find_figure, headline_figures

MOST = 40
TASK_MEASURES = ("total", "done", "rate")


def find_figures(text: str, as_of: date) -> list[Figure]:
    """Return the figures whose label, key and unit hold every word, the headline ones first; at most MOST.

    The name of a county, a department or a province brings its own figures; a whole key brings that figure.
    """
    words = text.replace("，", " ").replace(",", " ").split()
    exact = figure_by_reference(text.strip(), as_of) if "." in text else None
    found = {exact.reference: exact} if exact else {}
    for figure in _candidates(words, as_of):
        if figure is not None and figure.value is not None and _has(figure, words):
            found.setdefault(figure.reference, figure)
        if len(found) == MOST:
            break
    return list(found.values())


def _has(figure, words):
    said = f"{figure.label} {figure.reference} {figure.key} {figure.unit} {figure.parameters}"
    return all(word in said for word in words)


def _candidates(words: list[str], as_of: date) -> Iterator[Figure | None]:
    for organisation in _named(words):
        yield from _of_organisation(organisation, as_of)
    for name in CAPITAL_REGION:
        if any(word in name for word in words if len(word) > 1):
            yield find_figure(STARTED, as_of, origin=name)
            yield find_figure(SHARE, as_of, origin=name)
    yield from headline_figures(as_of)


def _named(words):
    """Return the counties and departments that a word names: 齐河, 齐河县, 市商务局, 商务局."""
    organisations = Organisation.objects.current().filter(kind__in=("county", "zone", "department"))
    return [o for o in organisations if any(len(word) > 1 and word in o.short for word in words)][:3]


def _of_organisation(organisation, as_of):
    for measure in TASK_MEASURES:
        yield find_figure(f"organisations.{organisation.code}.{measure}", as_of)
    if organisation.kind == Organisation.Kind.DEPARTMENT:
        return
    for key in (*project_figures.MEASURES, *service_figures.MEASURES):
        yield find_figure(key, as_of, county=organisation.code)
