"""What indicators were on a day: stored values and computed ones read alike, by organisation and period.

City totals come from the parts by the indicator's rule; each says how many parts are missing. As of a date only
what the office had locked by then counts, with the values that stood then.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from accounts.models import Organisation
from common import periods as calendar
from indicators import collecting, values
from indicators.computing import CITY, RULES, begin_of, computed
from indicators.models import Indicator, Observation, Target
from indicators.values import Reading, Total


@dataclass
class Values:
    """Readings of some indicators on a day: ``rows[indicator key][(organisation key, period, member)]``.

    ``begins[indicator key]`` is the day from which the rows of a computed one are on this site.
    """

    as_of: date
    city: Organisation | None
    organisations: dict[int, Organisation]
    rows: dict[int, dict] = field(default_factory=dict)
    demo: set[int] = field(default_factory=set)
    begins: dict[int, date] = field(default_factory=dict)
    targets: dict[tuple[int, int, str], Target] = field(default_factory=dict)

    def reading(self, indicator: Indicator, organisation: Organisation, period: str, member="") -> Reading | None:
        """Return an organisation's value of a period, None when it is not known."""
        found = self.rows[indicator.pk].get((organisation.pk, period, member))
        counted = indicator.rule and RULES[indicator.rule].counted and organisation.kind in ("county", "zone")
        if found is None and counted and not member and calendar.span(period)[0] <= self.as_of:
            return None if self.before_ledger(indicator, period) else Reading(Decimal(0))
        return found

    def before_ledger(self, indicator: Indicator, period: str) -> bool:
        """Whether the period ended before this site had any row that a computed indicator counts."""
        since = self.begins.get(indicator.pk)
        return since is not None and calendar.span(period)[1] < since

    def parts(self, indicator: Indicator) -> list[Organisation]:
        """Return the organisations that the city is made up of, in order."""
        return [row for row in self.organisations.values() if is_part(indicator, row)]

    def of_city(self, indicator: Indicator, period: str, member="") -> Total:
        """Return the city's value of a period: its own where there is one, else its parts added up."""
        own = self.city and self.rows[indicator.pk].get((self.city.pk, period, member))
        if own:
            return values.total([own], values.NONE)
        if indicator.rule:
            return Total(None, 1, 1)
        rows = [self.reading(indicator, row, period, member) for row in self.parts(indicator)]
        return values.total(rows, indicator.over_organisations, indicator.unit)

    def of(self, indicator: Indicator, organisation: Organisation, period: str, member="") -> Total:
        """Return the value of a period of the city or of one organisation."""
        if organisation.kind == "city":
            return self.of_city(indicator, period, member)
        return values.total([self.reading(indicator, organisation, period, member)], values.NONE)

    def over(self, indicator: Indicator, organisation: Organisation, periods: list[str]) -> Total:
        """Return what several periods come to by the indicator's rule over time."""
        totals = [self.of(indicator, organisation, period) for period in periods]
        rows = [None if t.value is None else Reading(t.value, t.numerator, t.denominator) for t in totals]
        found = values.total(rows, indicator.over_time, indicator.unit)
        gaps = found.missing + sum(bool(t.missing) and t.value is not None for t in totals)
        return Total(found.value, gaps, found.of, found.numerator, found.denominator)

    def target(self, indicator: Indicator, organisation: Organisation | None, period: str) -> Target | None:
        return organisation and self.targets.get((indicator.pk, organisation.pk, period))


def is_part(indicator: Indicator, organisation: Organisation) -> bool:
    """Whether the organisation is one of those that the indicator's city value is made up of."""
    by = Indicator.ReportedBy
    in_table = organisation.kind == "county" or (organisation.kind == "zone" and organisation.category == "县市区考核")
    if indicator.rule or indicator.reported_by == by.COUNTIES:
        return in_table
    if indicator.reported_by == by.DEPARTMENTS:
        return organisation.kind == "department"
    return indicator.reported_by == by.OWNER and organisation.pk == indicator.owner_id


def read_values(indicators: list[Indicator], periods: dict[str, list[str]], as_of: date) -> Values:
    """Return the readings of the indicators in the periods of their frequency, as they stood on ``as_of``.

    Three queries and those of the rules, whatever the rows.
    """
    organisations = {row.pk: row for row in Organisation.objects.current().order_by("order", "code")}
    city = next((row for row in organisations.values() if row.kind == "city"), None)
    found = Values(as_of, city, organisations, rows={row.pk: {} for row in indicators})
    wanted = {period for row in indicators for period in periods[row.frequency]}
    stored = Observation.objects.counted(as_of).filter(indicator__in=indicators, period__in=wanted).order_by("pk")
    for key, place, period, member, *numbers, demo in stored.values_list(
        "indicator_id", "organisation_id", "period", "member", "known", "known_numerator", "known_denominator",
        "is_demo",
    ):  # fmt: skip
        found.rows[key][(place, period, member)] = Reading(*numbers)
        if demo:
            found.demo.add(key)
    by_code = {row.code: row.pk for row in organisations.values()} | ({CITY: city.pk} if city else {})
    for row in indicators:
        if row.rule:
            if since := begin_of(row.rule):
                found.begins[row.pk] = since
            readings = computed(row.rule, periods[row.frequency], as_of, _dimension(row))
            if any(reading.demo for reading in readings.values()):
                found.demo.add(row.pk)
            found.rows[row.pk] |= {
                (by_code[code], period, member): reading
                for (code, period, member), reading in readings.items()
                if code in by_code
            }
    years = {period[:4] for some in periods.values() for period in some}
    targets = Target.objects.filter(indicator__in=indicators, period__in=wanted | years)
    found.targets = {(t.indicator_id, t.organisation_id, t.period): t for t in targets}
    return found


def _dimension(indicator: Indicator) -> str:
    """The dimension that a computed indicator is broken down by, where its rule can."""
    return indicator.split_by if indicator.split_by in RULES[indicator.rule].splits else ""


def shown_periods(frequency: str, as_of: date, count: int) -> list[str]:
    """Return the last ``count`` periods up to the one that is open on ``as_of``, oldest first."""
    last = collecting.newest_open(frequency, as_of) if frequency != Indicator.Frequency.ONCE else ""
    return [calendar.shift_span(last, -back) for back in reversed(range(count))] if last else []


def year_to(period: str) -> list[str]:
    """Return the periods of the year up to and including this one."""
    if len(period) == 4:
        return [period]
    found = [period]
    while calendar.shift_span(found[0], -1)[:4] == period[:4]:
        found.insert(0, calendar.shift_span(found[0], -1))
    return found
