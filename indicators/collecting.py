"""What may be entered for an indicator, whoever enters it: a form, the grid or a sheet. One check, one sentence."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from django.db.models import Q

from accounts.models import Organisation
from common import periods
from common.amounts import trim
from common.errors import UserError
from common.ledgers.words import squeeze
from common.models import PeriodLock
from indicators.models import Indicator, Observation
from indicators.values import departure as departure_of
from indicators.values import ratio, rounded

AREA = PeriodLock.Area.OBSERVATIONS
NOTE_LENGTH = 200
PLACES = 4  # what the database keeps
LARGEST = Decimal(10) ** 14
HISTORY = 24  # earlier periods that a value is held against
EDITABLE = (Observation.State.REPORTED, Observation.State.RETURNED)
_NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?\Z|[+-]?\.\d+\Z")
LABELS = {"value": "数值", "numerator": "分子", "denominator": "分母"}


@dataclass(frozen=True)
class Entry:
    """One cleaned row. ``value`` of a ratio follows from its parts. None in all numbers: nothing was entered."""

    value: Decimal | None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    note: str = ""

    @property
    def is_empty(self) -> bool:
        return self.value is None and self.numerator is None and self.denominator is None


# --- periods -----------------------------------------------------------------------------------------


def frequency_of(period: str) -> str:
    """Return the frequency that a period's form belongs to. Raises ValueError in one sentence for no period."""
    periods.span(period)
    return Indicator.Frequency.YEAR if len(period) == 4 else "quarter" if "Q" in period else "month"


def closing_month(period: str) -> str:
    """Return the month in which the period ends: its lock is the period's lock."""
    return periods.period_of(periods.span(period)[1])


def opens_on(period: str) -> date:
    """Return the first day on which a value of the period can be entered: that of its last month."""
    return periods.first_day(closing_month(period))


def due_on(indicator: Indicator, period: str) -> date:
    """Return the last day for reporting: so many days after the period's end."""
    return date.fromordinal(periods.span(period)[1].toordinal() + indicator.due_days)


def is_locked(period: str) -> bool:
    return PeriodLock.objects.filter(area=AREA, period=closing_month(period)).exists()


def span_at(frequency: str, day: date) -> str:
    """Return the month, quarter or year that ``day`` lies in."""
    if frequency == "year":
        return f"{day.year:04d}"
    return f"{day.year:04d}-Q{(day.month + 2) // 3}" if frequency == "quarter" else periods.period_of(day)


def calendar_before(period: str) -> str:
    """Return the period before this one, itself where it is no month, quarter or year."""
    return periods.shift_span(period, -1) if periods.SPAN.match(period) else period


def newest_open(frequency: str, day: date) -> str:
    """Return the newest period of the frequency that can be entered on ``day``."""
    this = span_at(frequency, day)
    return this if opens_on(this) <= day else periods.shift_span(this, -1)


def newest_ended(frequency: str, day: date) -> str:
    """Return the newest period of the frequency that was over by the end of ``day``."""
    this = span_at(frequency, day)
    return this if periods.span(this)[1] <= day else periods.shift_span(this, -1)


# --- who reports what --------------------------------------------------------------------------------


def reporting_kinds(organisation: Organisation) -> Q:
    """Return the condition on indicators that the organisation is to report."""
    wanted = Q(reported_by=Indicator.ReportedBy.OWNER, owner=organisation)
    if organisation.kind == "department":
        wanted |= Q(reported_by=Indicator.ReportedBy.DEPARTMENTS)
    if organisation.kind == "county" or (organisation.kind == "zone" and organisation.category == "县市区考核"):
        wanted |= Q(reported_by=Indicator.ReportedBy.COUNTIES)
    if organisation.kind == "city":
        wanted |= Q(reported_by=Indicator.ReportedBy.CITY)
    return wanted


def to_report(organisation: Organisation, period: str):
    """Return the entered indicators that the organisation reports for the period, in order."""
    first, last = periods.span(period)
    rows = Indicator.objects.valid_in(first, last).filter(rule="", frequency=frequency_of(period))
    return rows.filter(reporting_kinds(organisation)).select_related("owner").order_by("category", "code")


def reporting_organisations(indicator: Indicator):
    """Return the organisations that are to report the indicator, in order."""
    rows = Organisation.objects.current().order_by("order", "code")
    by = indicator.reported_by
    if by == Indicator.ReportedBy.COUNTIES:
        return Organisation.objects.counties_and_zones().order_by("order", "code")
    if by == Indicator.ReportedBy.DEPARTMENTS:
        return rows.filter(kind="department")
    if by == Indicator.ReportedBy.CITY:
        return rows.filter(kind="city")
    return rows.filter(pk=indicator.owner_id) if by == Indicator.ReportedBy.OWNER else rows.none()


# --- whether the period is open ----------------------------------------------------------------------


def why_closed(*, indicator: Indicator, period: str, on: date, locked: bool | None = None) -> str:
    """Return why nothing can be entered for the indicator and period on this day; empty when it can.

    ``locked`` is asked of the database unless given (for many rows of one period).
    """
    try:
        first, last = periods.span(period)
    except ValueError as wrong:
        return str(wrong)
    name = periods.span_label(period)
    if indicator.rule:
        return f"“{indicator.name}”由本站台账计算，不用填报。"
    if indicator.reported_by == Indicator.ReportedBy.NONE:
        return f"“{indicator.name}”不需填报。"
    if frequency_of(period) != indicator.frequency:
        return f"“{indicator.name}”按{indicator.get_frequency_display()}填报，{name}不是它的期间。"
    if indicator.valid_from and last < indicator.valid_from:
        return f"“{indicator.name}”自 {indicator.valid_from} 起用，{name}不用填报。"
    if indicator.valid_to and first > indicator.valid_to:
        return f"“{indicator.name}”已于 {indicator.valid_to} 停用，{name}不用填报。"
    if on < opens_on(period):
        return f"{name}还没有开放填报，{opens_on(period)} 起可填。"
    if is_locked(period) if locked is None else locked:
        return f"{name}已锁定，不能填报；确需修改的，请协调办更正。"
    return ""


# --- what was typed ----------------------------------------------------------------------------------


def read_number(typed, field: str = "value", unit: str = "") -> Decimal | None:
    """Return the number typed into a cell, None for an empty one.

    Full-width digits, blanks, thousands separators and the indicator's own unit are taken; text, NaN and the
    infinite are refused with UserError at ``field``.
    """
    shown = " ".join(str("" if typed is None else typed).split())[:30]
    label = LABELS[field]
    if isinstance(typed, float):
        typed = repr(typed) if typed == typed and abs(typed) < 1e15 else str(typed)
    plain = squeeze(str("" if typed is None else typed)).replace("−", "-").replace("－", "-")
    if unit and plain.endswith(squeeze(unit)):
        plain = plain[: -len(squeeze(unit))]
    if plain in ("", "-", "--", "—", "——", "/", "–"):
        return None
    if re.fullmatch(r"[+-]?\d+(?:\.\d+)?[eE][+-]?\d{1,2}", plain):
        plain = f"{Decimal(plain):f}"
    if not _NUMBER.match(plain):
        raise UserError(f"{label}“{shown}”不是数，请只填数字，如 1234.5；没有数据的留空。", field=field)
    try:
        number = Decimal(plain.replace(",", ""))
    except InvalidOperation:
        raise UserError(f"{label}“{shown}”不是数，请只填数字，如 1234.5；没有数据的留空。", field=field) from None
    if abs(number) >= LARGEST:
        raise UserError(f"{label}“{shown}”太大，请核对单位。", field=field)
    if -number.normalize().as_tuple().exponent > PLACES:
        raise UserError(f"{label}“{shown}”的小数超过 {PLACES} 位，请四舍五入后填写。", field=field)
    return number


def check_entry(indicator: Indicator, *, value=None, numerator=None, denominator=None, note="") -> Entry:
    """Return the cleaned row; UserError at its field. A ratio is entered by its parts and its value follows."""
    text = str(note or "").replace("\r\n", "\n").strip()
    if len(text) > NOTE_LENGTH:
        raise UserError(f"说明最多 {NOTE_LENGTH} 字，现有 {len(text)} 字，未保存。", field="note")
    if any(ord(c) < 32 and c not in "\n\t" for c in text) or any(0xD800 <= ord(c) <= 0xDFFF for c in text):
        raise UserError("说明含有无法保存的字符，请删去后重试。", field="note")
    number = read_number(value, "value", indicator.unit)
    if not is_ratio(indicator):
        return Entry(number, note=text)
    top, bottom = read_number(numerator, "numerator"), read_number(denominator, "denominator")
    if number is None and top is None and bottom is None:
        return Entry(None, note=text)
    if top is None:
        raise UserError(f"请填写分子（{indicator.numerator_name or '分子'}）。", field="numerator")
    if bottom is None:
        raise UserError(f"请填写分母（{indicator.denominator_name or '分母'}）。", field="denominator")
    if bottom == 0:
        raise UserError("分母不能为 0；没有数据的，分子、分母都留空。", field="denominator")
    computed = rounded(ratio(top, bottom, indicator.unit), PLACES)
    if abs(computed) >= LARGEST:
        raise UserError("分子、分母相除的结果太大，请核对。", field="denominator")
    if number is not None and rounded(number, indicator.decimals) != rounded(computed, indicator.decimals):
        shown = trim(rounded(computed, indicator.decimals))
        raise UserError(
            f"数值 {trim(number)} 与分子、分母不符，应为 {shown}；数值可以留空，由分子、分母算出。", field="value"
        )
    return Entry(computed, top, bottom, text)


def is_ratio(indicator: Indicator) -> bool:
    """Whether a value is entered as numerator and denominator."""
    return bool(indicator.numerator_name and indicator.denominator_name)


# --- against history ---------------------------------------------------------------------------------


def histories(indicators, organisation: Organisation, period: str) -> dict[tuple[int, str], list[Decimal]]:
    """Return the earlier values by (indicator key, member), the newest first; one query."""
    rows = (
        Observation.objects.filter(indicator__in=indicators, organisation=organisation, period__lt=period)
        .exclude(state=Observation.State.RETURNED)
        .order_by("-period")
    )
    found = {}
    for indicator, member, value in rows.values_list("indicator_id", "member", "value"):
        kept = found.setdefault((indicator, member), [])
        if len(kept) < HISTORY:
            kept.append(value)
    return found


def departure_text(indicator: Indicator, value: Decimal | None, history: list[Decimal]) -> str:
    """Return what is to be asked before the value is saved, in one sentence; empty when nothing is odd."""
    if value is None:
        return ""
    odd = departure_of(value, history, indicator.decimals)
    if odd is None:
        return ""
    unit, shown = indicator.unit, trim(value)
    middle = trim(rounded(odd.middle, max(indicator.decimals, 0)))
    if odd.kind == "sign":
        return f"以往各期没有{'负' if value < 0 else '正'}数，本期填 {shown} {unit}。"
    if odd.kind == "fold":
        big = odd.times >= 1
        times = trim(rounded(odd.times if big else 1 / odd.times, 0))
        return f"本期填 {shown} {unit}，约为以往水平的{'' if big else '1/'}{times}{'倍' if big else ''}，请核对单位。"
    return f"本期填 {shown} {unit}，明显偏离以往水平（中位数 {middle} {unit}）。"
