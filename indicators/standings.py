"""How the city and its parts stand in an indicator on a day: value, target, pace, light, growth, rank."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from accounts.models import Organisation
from common import periods as calendar
from common.amounts import trim
from common.remember import remembered
from indicators import collecting, values
from indicators.models import Indicator, Target
from indicators.reading import Values, read_values, shown_periods, year_to
from indicators.values import Total

# How many periods are read: two years and the one before, so that the year so far has its like.
READ = {"month": 25, "quarter": 9, "year": 4}
SPARK = {"month": 13, "quarter": 9, "year": 4}


@dataclass(frozen=True)
class Standing:
    """How an organisation stands in an indicator on a day.

    ``total`` is of the year so far where values add up, else of the newest period with a value; ``attained``,
    ``pace`` in percent, the pace as of the end of what is counted; yoy and mom are changes to the same time of
    last year and to the period before, where the newest period is over; ``since`` says from when the site's rows
    are, where a period lies before them.
    """

    period: str
    label: str
    total: Total
    newest: Total
    target: Target | None = None
    attained: Decimal | None = None
    met: bool | None = None
    pace: Decimal | None = None
    light: str = "grey"
    word: str = "没有数据"
    yoy: values.Change | None = None
    mom: values.Change | None = None
    span: tuple[str, ...] = ()
    since: str = ""

    @property
    def gaps(self) -> str:
        return self.since or gaps_text(self.total, len(self.span) > 1)


def standing(found: Values, indicator: Indicator, organisation: Organisation) -> Standing:
    """Return the organisation's standing; its periods must have been read for two years back."""
    periods = [p for p in known_periods(found, indicator) if found.of(indicator, organisation, p).value is not None]
    expected = expected_period(indicator, found.as_of)
    if not periods:
        nothing = Total(None, 1, 1)
        since = since_text(found, indicator, [expected])
        return Standing(expected, calendar.span_label(expected), nothing, nothing, since=since)
    newest = periods[-1]
    adds = indicator.over_time == values.SUM and len(newest) > 4
    span = year_to(max(newest, expected) if expected[:4] == newest[:4] else newest) if adds else [newest]
    total = found.over(indicator, organisation, span)
    last_year = [calendar.shift_span(p, -_in_year(p)) for p in span]
    before = found.over(indicator, organisation, last_year)
    target = found.target(indicator, organisation, newest[:4] if adds else newest) or (
        found.target(indicator, organisation, newest[:4])
    )
    label = f"{newest[:4]}年累计（至{_short(span[-1])}）" if adds else calendar.span_label(newest)
    now = found.of(indicator, organisation, newest)
    earlier = found.of(indicator, organisation, calendar.shift_span(newest, -1))
    until = min(found.as_of, calendar.span(span[-1])[1])
    judged = judge(indicator, total, target, until, adds)
    whole = calendar.span(newest)[1] <= found.as_of  # a period under way has no like to be held against
    return Standing(
        newest,
        label,
        total,
        now,
        target,
        *judged,
        yoy=None
        if before.missing or total.missing or not whole
        else values.change(total.value, before.value, indicator.unit),
        mom=values.change(now.value, earlier.value, indicator.unit) if whole else None,
        span=tuple(span),
        since=since_text(found, indicator, span),
    )


def since_text(found: Values, indicator: Indicator, span) -> str:
    """Return from when the rows that a computed indicator counts are, where a period of the span is before them."""
    if not any(found.before_ledger(indicator, period) for period in span):
        return ""
    since = found.begins[indicator.pk]
    return "台账还没有记录" if since == date.max else f"台账自{calendar.label(calendar.period_of(since))}起"


def judge(indicator, total, target, as_of, adds):
    """Return (attained, met, pace, light, word) of a total against its target."""
    if target is None:
        return None, None, None, "grey", "没有目标"
    first, last = calendar.span(target.period)
    pace = values.expected_pace(first, last, as_of) if adds or as_of < last else None
    attained = values.attainment(total.value, target.value, target.comparator, indicator.direction)
    met = values.is_met(total.value, target.value, target.comparator, indicator.direction)
    ceiling = values.is_ceiling(target.comparator, indicator.direction)
    if not adds or ceiling:  # a level is what it is; a ceiling is kept or broken
        light = ("blue", "达标") if met else ("red", "未达标") if met is False else ("grey", "无从判断")
        return attained, met, None, *light
    return attained, met, pace, *values.light_of(attained, met, pace)


def known_periods(found: Values, indicator: Indicator) -> list[str]:
    return sorted({period for _, period, _ in found.rows[indicator.pk]})


def expected_period(indicator: Indicator, as_of: date) -> str:
    """The newest period of which a value is to be there: past its deadline; for computed ones the one under way."""
    if indicator.rule:
        return collecting.span_at(indicator.frequency, as_of)
    return collecting.newest_ended(indicator.frequency, as_of - timedelta(days=indicator.due_days + 1))


def _in_year(period: str) -> int:
    return 1 if len(period) == 4 else 4 if "Q" in period else 12


def _short(period: str) -> str:
    return calendar.span_label(period).partition("年")[2] or calendar.span_label(period)


# --- the city and its parts ------------------------------------------------------------------------------


def followed(as_of: date):
    """Return the indicators that are reported or computed period by period and in use on the day, in order."""
    rows = Indicator.objects.valid_on(as_of).exclude(frequency=Indicator.Frequency.ONCE)
    return rows.exclude(rule="", reported_by=Indicator.ReportedBy.NONE).order_by("category", "code")


def periods_read(as_of: date) -> dict[str, list[str]]:
    """Return by frequency the periods that a standing needs."""
    return {frequency: shown_periods(frequency, as_of, count) for frequency, count in READ.items()}


@dataclass(frozen=True)
class CityCard:
    """An indicator's standing for the city, with the course of its values; None where one is not known."""

    indicator: Indicator
    standing: Standing
    course: tuple[tuple[str, Decimal | None], ...]
    demo: bool

    @property
    def value(self) -> str:
        return number(self.indicator, self.standing.total.value)

    @property
    def spark(self) -> list[Decimal]:
        return [value for _, value in self.course if value is not None]


def city_cards(as_of: date) -> list[CityCard]:
    """Return a card per followed indicator; once per state of the data."""
    return remembered(f"indicator-cards:{as_of}", lambda: _cards(as_of))


def _cards(as_of):
    indicators = list(followed(as_of).select_related("owner"))
    found = read_values(indicators, periods_read(as_of), as_of)
    if found.city is None:
        return []
    cards = []
    for row in indicators:
        course = tuple(
            (period, values.rounded(found.of_city(row, period).value, row.decimals))
            for period in shown_periods(row.frequency, as_of, SPARK[row.frequency])
        )
        standing_ = standing(found, row, found.city)
        demo = row.is_demo or row.pk in found.demo or bool(standing_.target and standing_.target.is_demo)
        cards.append(CityCard(row, standing_, course, demo))
    return cards


@dataclass(frozen=True)
class PartLine:
    """One organisation's place among the parts of the city."""

    organisation: Organisation
    standing: Standing
    rank: int | None
    value: str


def part_lines(found: Values, indicator: Indicator, period: str = "") -> list[PartLine]:
    """Return the standing of every part of the city, ranked, the best first, those without a value last."""
    parts = found.parts(indicator)
    standings = {row.pk: standing(found, indicator, row) for row in parts}
    shown = {key: values.rounded(s.total.value, indicator.decimals) for key, s in standings.items()}
    rank = values.ranks(shown, indicator.direction)
    ordered = sorted(parts, key=lambda row: (rank[row.pk] is None, rank[row.pk] or 0, row.order, row.code))
    return [
        PartLine(row, standings[row.pk], rank[row.pk], number(indicator, standings[row.pk].total.value))
        for row in ordered
    ]


def number(indicator: Indicator, value) -> str:
    """Return a value as it is read, rounded last; – where it is not known."""
    return "–" if value is None else trim(values.rounded(value, indicator.decimals))


def change_text(change: values.Change | None) -> str:
    """Return a change with its sign and unit; empty where it is not known: +8.9%, −1.2 个百分点."""
    if change is None:
        return ""
    value = values.rounded(change.value, 1)
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{trim(abs(value))}{'' if change.unit == '%' else ' '}{change.unit}"


def gaps_text(total: Total, over_periods: bool) -> str:
    """Return what is missing, in words; empty when all is there: 2期不全, 缺1个单位."""
    if not total.missing or total.value is None:
        return ""
    return f"{total.missing}期不全" if over_periods else f"缺{total.missing}个单位"
