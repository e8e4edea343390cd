"""Assessing: a scheme's groups and terms, a period and a date give scores and ranks. Nothing is written."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from accounts.models import Organisation
from indicators.assessment.indicator_measures import measures_of
from indicators.assessment.measures import Measure, Question, readings_of
from indicators.assessment.scoring import MISSING, Row, Term, score_group
from indicators.assessment.spans import Span
from indicators.models import Scheme, SchemeGroup, SchemeTerm, SchemeVersion


@dataclass(frozen=True)
class Group:
    """One peer group: its organisations' rows, best first, and the readings that gave them."""

    name: str
    organisations: dict[int, Organisation]
    readings: dict[int, list] = field(repr=False)
    rows: list[Row]

    def row_of(self, key: int) -> Row | None:
        return next((row for row in self.rows if row.key == key), None)


@dataclass(frozen=True)
class Assessment:
    scheme: Scheme
    version: SchemeVersion
    span: Span
    as_of: date
    terms: tuple[Term, ...]
    measures: dict[str, Measure] = field(repr=False)
    groups: list[Group]
    decimals: int

    @property
    def demo(self) -> bool:
        """Whether the scheme is an example or any reading comes from demonstration rows."""
        return self.scheme.is_example or any(
            reading.demo for group in self.groups for own in group.readings.values() for reading in own
        )

    def group_of(self, key: int) -> Group | None:
        return next((group for group in self.groups if key in group.organisations), None)

    def measure(self, term: Term) -> Measure | None:
        return self.measures.get(term.measure)


def version_in_force(scheme: Scheme) -> SchemeVersion | None:
    return scheme.versions.filter(state=SchemeVersion.State.IN_FORCE).first()


def terms_of(version: SchemeVersion) -> tuple[Term, ...]:
    """Return the version's terms as plain values, in order."""
    return tuple(_term(row) for row in version.terms.order_by("order"))


def _term(row: SchemeTerm) -> Term:
    return Term(
        name=row.name,
        measure=row.measure,
        formula=row.formula,
        weight=row.weight,
        cap=row.cap,
        floor=row.floor,
        lower_is_better=row.lower_is_better,
        points_each=row.points_each,
        ceiling=row.ceiling,
        note=row.note,
    )


def groups_of(version: SchemeVersion) -> list[tuple[str, list[Organisation]]]:
    """Return the version's groups with their organisations, in order."""
    return [_members(row) for row in version.groups.order_by("order").prefetch_related("organisations")]


def _members(group: SchemeGroup) -> tuple[str, list[Organisation]]:
    return group.name, sorted(group.organisations.all(), key=lambda o: (o.order, o.code))


def assess(version: SchemeVersion, span: Span, as_of: date) -> Assessment:
    """Return the scores and ranks of the period as known on ``as_of``, read anew from the rows."""
    terms, groups = terms_of(version), groups_of(version)
    measures = measures_of(sorted({term.measure for term in terms}))
    readings = read_groups(groups, measures, span, as_of)
    return _scored(version, terms, groups, measures, readings, span, as_of)


def assess_together(versions: list[SchemeVersion], span: Span, as_of: date) -> list[Assessment]:
    """Return the assessments of several versions, in order; every measure is read once for all of them."""
    terms, groups = defaultdict(list), defaultdict(list)
    for row in SchemeTerm.objects.filter(scheme_version__in=versions).order_by("order"):
        terms[row.scheme_version_id].append(_term(row))
    rows = SchemeGroup.objects.filter(scheme_version__in=versions).order_by("order")
    for row in rows.prefetch_related("organisations"):
        groups[row.scheme_version_id].append(_members(row))
    measures = measures_of(sorted({term.measure for some in terms.values() for term in some}))
    members = {o.pk: o for some in groups.values() for _, organisations in some for o in organisations}
    readings = read_groups([("", list(members.values()))], measures, span, as_of)
    return [
        _scored(version, tuple(terms[version.pk]), groups[version.pk], measures, readings, span, as_of)
        for version in versions
    ]


def _scored(version, terms, groups, measures, readings, span, as_of) -> Assessment:
    made = []
    for name, organisations in groups:
        own = {
            organisation.pk: [readings.get(term.measure, {}).get(organisation.pk, MISSING) for term in terms]
            for organisation in organisations
        }
        rows = score_group(terms, own, version.decimals)
        made.append(Group(name, {o.pk: o for o in organisations}, own, rows))
    return Assessment(version.scheme, version, span, as_of, terms, measures, made, version.decimals)


def under_terms(assessment: Assessment, terms) -> Assessment:
    """Return the assessment under other weights and limits of the same terms; its readings stay, nothing is read."""
    groups = [
        replace(group, rows=score_group(terms, group.readings, assessment.decimals)) for group in assessment.groups
    ]
    return replace(assessment, terms=tuple(terms), groups=groups)


def read_groups(groups, measures, span, as_of) -> dict[str, dict]:
    """Return every measure's readings for all organisations of the groups, each measure read once."""
    organisations = [organisation for _, members in groups for organisation in members]
    return readings_of(list(measures.values()), Question(organisations, span, as_of))


def full_marks(terms) -> Decimal:
    """Return the most points that the terms can give together."""
    return sum((term.most for term in terms), Decimal(0))
