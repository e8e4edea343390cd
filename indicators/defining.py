"""Definitions and targets: made and changed by the office; what is in use is retired, never deleted."""

import re
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction

from accounts.models import Organisation
from common import audit
from common import periods as calendar
from common.errors import UserError
from common.versions import StaleVersion, save_over
from indicators import collecting
from indicators.assessment.schemes import terms_using
from indicators.computing import RULES
from indicators.models import Comparator, Indicator, Observation, Target

FIELDS = (
    "name", "unit", "scope", "category", "direction", "frequency", "over_time", "over_organisations", "decimals",
    "rule", "reported_by", "owner", "is_required", "due_days", "numerator_name", "denominator_name", "split_by",
    "valid_from", "valid_to", "benchmark_of",
)  # fmt: skip
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{1,39}\Z")
# What the values were entered under: it stands once there are any.
FIXED = {
    "unit": "计量单位",
    "frequency": "频率",
    "numerator_name": "分子",
    "denominator_name": "分母",
    "rule": "计算规则",
}


# The words that the site's own addresses under /indicators/ use; no indicator can bear one of them.
RESERVED = {
    "grid", "review", "periods", "values", "published", "wall", "compare", "peers", "new", "correct", "assessment",
    "scorecards", "counties", "departments",
}  # fmt: skip


def check_definition(values: dict, indicator: Indicator | None = None) -> dict:
    """Return the values as they are stored; raise UserError at the field that cannot stand so."""
    values = dict(values)
    rule = values.get("rule") or ""
    if rule:
        if rule not in RULES:
            raise UserError("没有这条计算规则，请从列出的规则中选择。", field="rule")
        if values["reported_by"] != Indicator.ReportedBy.NONE:
            raise UserError("由台账计算的指标不用填报，填报单位应选“不填报”。", field="reported_by")
        if values["unit"] != RULES[rule].unit:
            raise UserError(f"这条规则按“{RULES[rule].unit}”计算，计量单位应为“{RULES[rule].unit}”。", field="unit")
        if values["frequency"] == Indicator.Frequency.ONCE:
            raise UserError("由台账计算的指标须按月、季或年。", field="frequency")
        if values["split_by"] and values["split_by"] not in RULES[rule].splits:
            raise UserError("这条规则不能按所选维度分组。", field="split_by")
        values |= {"numerator_name": "", "denominator_name": "", "is_required": False}
    elif values["reported_by"] != Indicator.ReportedBy.NONE and values["frequency"] == Indicator.Frequency.ONCE:
        raise UserError("要填报的指标须选月、季或年。", field="frequency")
    if values["reported_by"] == Indicator.ReportedBy.OWNER and not values["owner"]:
        raise UserError("由责任单位填报的，请选择责任单位。", field="owner")
    if bool(values["numerator_name"]) != bool(values["denominator_name"]):
        missing = "denominator_name" if values["numerator_name"] else "numerator_name"
        raise UserError("分子和分母要么都写，要么都不写。", field=missing)
    ratio = Indicator.Aggregation.RATIO
    for name in ("over_time", "over_organisations"):
        if values[name] == ratio and not rule and not values["numerator_name"]:
            raise UserError("按分子、分母汇总的，请写明分子和分母。", field="numerator_name")
    if values["over_organisations"] == Indicator.Aggregation.LAST:
        raise UserError("“取期末”只用于时间汇总。", field="over_organisations")
    if values["valid_from"] and values["valid_to"] and values["valid_to"] < values["valid_from"]:
        raise UserError("停用日期早于起用日期。", field="valid_to")
    if indicator and values["benchmark_of"] == indicator:
        raise UserError("指标不能以自己为对标。", field="benchmark_of")
    if indicator and Observation.objects.filter(indicator=indicator).exists():
        for name, label in FIXED.items():
            if values[name] != getattr(indicator, name):
                raise UserError(f"已有数值的指标不能改{label}；口径变了，请停用后另建一项。", field=name)
    return values


@transaction.atomic
def create_indicator(*, code: str, values: dict, by) -> Indicator:
    """Create a definition. Sent again with the same values it is one act."""
    code = (code or "").strip()
    if not CODE.match(code):
        raise UserError("代码为 2—40 个字母、数字、点、横线，以字母或数字开头。", field="code")
    if code.lower() in RESERVED:
        raise UserError(f"“{code}”是本站网址用词，请换一个代码。", field="code")
    values = check_definition(values)
    found = Indicator.objects.filter(code=code).first()
    if found:
        if all(getattr(found, name) == value for name, value in values.items()):
            return found
        raise UserError(f"代码“{code}”已用于“{found.name}”，请换一个。", field="code")
    try:
        with transaction.atomic():
            made = Indicator.objects.create(code=code, **values)
    except IntegrityError:
        raise UserError(f"代码“{code}”刚被他人使用，请换一个。", field="code") from None
    audit.record(by=by, action="新增指标", target=made, after=_plain(made))
    return made


@transaction.atomic
def change_indicator(*, indicator: Indicator, version: int, values: dict, by) -> Indicator:
    """Write a definition over the version its editor has seen; StaleVersion when it has moved on."""
    values = check_definition(values, indicator)
    before = _plain(indicator)
    done = save_over(indicator, version=version, **values)
    if _plain(done) != before:
        audit.record(by=by, action="修改指标", target=done, before=before, after=_plain(done))
    return done


def _plain(indicator) -> dict:
    return {name: getattr(indicator, f"{name}_id" if name in ("owner", "benchmark_of") else name) for name in FIELDS}


def uses_of(indicator: Indicator) -> list[str]:
    """Return in words what holds on to the indicator; empty when nothing does."""
    found = [
        (Observation.objects.filter(indicator=indicator).count(), "个数值"),
        (Target.objects.filter(indicator=indicator).count(), "个目标"),
        (Indicator.objects.filter(benchmark_of=indicator).count(), "项对标指标"),
        (len(terms_using(indicator)), "个考核项"),
    ]
    return [f"{number} {noun}" for number, noun in found if number]


@transaction.atomic
def delete_indicator(*, indicator: Indicator, by) -> None:
    """Take away a definition that nothing uses; refused with what uses it."""
    if used := uses_of(indicator):
        raise UserError(f"“{indicator.name}”已有{'、'.join(used)}，不能删除，只能停用。")
    audit.record(by=by, action="删除指标", target=indicator, before=_plain(indicator))
    indicator.delete()


@transaction.atomic
def retire_indicator(*, indicator: Indicator, version: int, last: date, by) -> Indicator:
    """Keep the indicator's values and ask for no more of them after ``last``."""
    if indicator.valid_from and last < indicator.valid_from:
        raise UserError("停用日期早于起用日期。", field="valid_to")
    if indicator.valid_to == last:
        return indicator
    before = _plain(indicator)
    done = save_over(indicator, version=version, valid_to=last)
    audit.record(by=by, action="停用指标", target=done, before=before, after=_plain(done))
    return done


# --- targets -----------------------------------------------------------------------------------------


def target_places(indicator: Indicator) -> list[Organisation]:
    """Return the organisations that can have a target: the city, then those that report or are counted."""
    city = list(Organisation.objects.filter(kind="city"))
    if indicator.rule:
        return city + list(Organisation.objects.counties_and_zones().order_by("order", "code"))
    return city + [row for row in collecting.reporting_organisations(indicator) if row.kind != "city"]


@transaction.atomic
def save_targets(*, indicator: Indicator, period: str, rows: list[dict], by) -> int:
    """Write a period's targets and return how many changed; an emptied value takes the target away.

    Each row: organisation, value and comparator as typed, the version seen (0 for none). All or nothing:
    UserError with ``field`` value-<organisation key>; StaleVersion when one was changed by somebody else.
    """
    try:
        calendar.span(period)
    except ValueError as wrong:
        raise UserError(str(wrong), field="period") from None
    stored = {
        row.organisation_id: row
        for row in Target.objects.select_for_update().filter(indicator=indicator, period=period)
    }
    changes, gone = [], []
    for row in rows:
        place, field = row["organisation"], f"value-{row['organisation'].pk}"
        try:
            value = collecting.read_number(row["value"], "value", indicator.unit)
        except UserError as refusal:
            raise UserError(f"{place.short}：{refusal.message}", field=field) from None
        if row["comparator"] not in Comparator.values:
            raise UserError(f"{place.short}：请从列出的比较方式中选择。", field=field)
        found = stored.get(place.pk)
        if found is None and value is None:
            continue
        if found is None:
            if row["version"]:
                raise UserError(f"{place.short}的目标刚被他人删去，请刷新页面。", field=field)
            made = Target.objects.create(
                indicator=indicator, organisation=place, period=period, comparator=row["comparator"], value=value
            )
            changes.append((made, None, _target_values(made)))
        elif value is None:
            if found.version != row["version"]:
                raise StaleVersion(found)
            gone.append((found, _target_values(found), None))
        elif (found.value, found.comparator) != (value, row["comparator"]):
            before = _target_values(found)
            done = save_over(found, version=row["version"], value=value, comparator=row["comparator"], is_demo=False)
            changes.append((done, before, _target_values(done)))
    audit.record_many(by=by, action="设定指标目标", changes=changes)
    audit.record_many(by=by, action="删除指标目标", changes=gone)
    Target.objects.filter(pk__in=[row.pk for row, *_ in gone]).delete()
    return len(changes) + len(gone)


def _target_values(target: Target) -> dict:
    return {
        "indicator": target.indicator_id,
        "organisation": target.organisation_id,
        "period": target.period,
        "comparator": target.comparator,
        "value": Decimal(target.value),
    }
