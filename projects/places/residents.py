"""Residents of a platform: entered, corrected, gone. The county's reporter and the office keep the list."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from accounts.permissions import COORDINATOR, COUNTY_REPORTER
from common import audit
from common.amounts import grouped
from common.errors import UserError
from common.versions import save_over
from projects.models import Platform, PlatformResident, Project
from projects.places.occupancy import fullest

FIELDS = ("name", "project", "origin_province", "origin_district", "area_m2", "entered_on", "left_on", "note")
LIMITS = {"name": 120, "origin_district": 24, "note": 200}


def may_keep(user, platform: Platform) -> bool:
    """Tell whether the user keeps this platform's list of residents."""
    if not user.is_active:
        return False
    own = platform.county_id is not None and user.organisation_id == platform.county_id
    return user.role == COORDINATOR or (user.role == COUNTY_REPORTER and own)


@transaction.atomic
def save_resident(
    *,
    platform: Platform,
    resident: PlatformResident | None,
    version: int,
    name: str,
    project: Project | None,
    origin_province: str,
    origin_district: str,
    area_m2: Decimal | None,
    entered_on: date,
    left_on: date | None,
    note: str,
    by,
    on: date,
) -> PlatformResident:
    """Enter or correct a resident and return it; ``left_on`` is the first day without it.

    Raises StaleVersion when somebody else saved meanwhile. The same entry posted again is the same resident.
    """
    if not may_keep(by, platform):
        raise UserError("入驻单位由平台所在县（市、区）填报员或协调办登记。")
    platform = Platform.objects.select_for_update().get(pk=platform.pk)
    if project and not origin_province:
        origin_province, origin_district = project.origin_province, project.origin_district
    values = {
        "name": name.strip(),
        "project": project,
        "origin_province": origin_province,
        "origin_district": origin_district.strip(),
        "area_m2": area_m2,
        "entered_on": entered_on,
        "left_on": left_on,
        "note": note.strip(),
    }
    _check(values, on)
    others = list(platform.tenancies.exclude(pk=resident.pk if resident else None))
    if resident is None:
        found = next((row for row in others if all(getattr(row, field) == values[field] for field in FIELDS)), None)
        if found:
            return found
    _check_among(platform, others, values)
    if resident is None:
        resident = PlatformResident.objects.create(platform=platform, **values)
        audit.record(by=by, action="登记入驻单位", target=resident, after=_words(values))
        return resident
    before = {field: getattr(resident, field) for field in FIELDS}
    resident = save_over(resident, version=version, **values)
    action = "登记退出平台" if left_on and not before["left_on"] else "修改入驻单位"
    audit.record(by=by, action=action, target=resident, before=_words(before), after=_words(values))
    return resident


def _check(values, on) -> None:
    if not values["name"]:
        raise UserError("请填写入驻单位名称。", field="name")
    for field, limit in LIMITS.items():
        if len(values[field]) > limit:
            raise UserError(f"最多 {limit} 字，现有 {len(values[field])} 字。", field=field)
    if values["entered_on"] > on:
        raise UserError(f"入驻日期不能晚于今天（{on}）。", field="entered_on")
    if values["left_on"] and values["left_on"] < values["entered_on"]:
        raise UserError(f"退出日期不能早于入驻日期（{values['entered_on']}）。", field="left_on")
    if values["left_on"] and values["left_on"] > on:
        raise UserError(f"退出日期不能晚于今天（{on}）。", field="left_on")
    if values["area_m2"] is not None and values["area_m2"] <= 0:
        raise UserError("使用面积应大于 0；不清楚时留空。", field="area_m2")


def _check_among(platform, others, values) -> None:
    """Refuse a second stay of the same name at the same time, and more area than there is."""
    first, last = values["entered_on"], values["left_on"]
    for other in others:
        apart = (other.left_on and other.left_on <= first) or (last and last <= other.entered_on)
        if other.name == values["name"] and not (apart and other.entered_on != first):
            raise UserError(f"“{other.name}”自 {other.entered_on} 已在名单中，请修改那一条。", field="name")
    if platform.usable_area_m2 is None or values["area_m2"] is None:
        return
    during = [other for other in others if not last or other.entered_on < last]
    used = fullest(during, first)
    if used + values["area_m2"] > platform.usable_area_m2:
        left = grouped(max(platform.usable_area_m2 - used, Decimal(0)))
        raise UserError(
            f"超出可用面积：可用 {grouped(platform.usable_area_m2)} 平方米，还余 {left} 平方米，"
            f"现填 {grouped(values['area_m2'])} 平方米。",
            field="area_m2",
        )


def _words(values) -> dict:
    return values | {"project": values["project"].code if values["project"] else ""}
