"""The platforms themselves: their place and size, kept by the office."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from accounts.models import Organisation
from accounts.permissions import may
from common import audit
from common.amounts import grouped
from common.errors import UserError
from common.turns import one_after_another
from common.versions import save_over
from projects.models import Platform
from projects.places.occupancy import fullest
from projects.places.sources import source_of

TITLE_LIMIT = 200
LIMITS = {"name": 80, "description": 300}


@transaction.atomic
def save_platform(
    *,
    platform: Platform | None,
    version: int,
    name: str,
    county: Organisation | None,
    area_km2: Decimal | None,
    usable_area_m2: Decimal | None,
    residents: int | None,
    description: str,
    by,
    source_title: str = "",
    source_on: date | None = None,
) -> Platform:
    """Create or change a platform and return it; ``residents`` is the published number, which needs its source.

    Raises StaleVersion when somebody else saved meanwhile. The same new platform posted again is the same one.
    """
    if not may(by, "supervise"):
        raise UserError("承接平台由协调办登记。")
    one_after_another()
    values = {
        "name": name.strip(),
        "county": county,
        "area_km2": area_km2,
        "usable_area_m2": usable_area_m2,
        "residents": residents,
        "description": description.strip(),
    }
    same = Platform.objects.filter(name=values["name"]).exclude(pk=platform.pk if platform else None).first()
    source_title = source_title.strip()
    if same and platform is None and _holds(same, values, source_title, source_on):
        return same
    _check(values, same, platform)
    _check_source(values, source_title, source_on)
    values["source"] = source_of(source_title, source_on, platform.source if platform else None)
    if platform is None:
        platform = Platform.objects.create(key=_free_key(), **values)
        audit.record(by=by, action="新建承接平台", target=platform, after=_words(values))
        return platform
    before = {field: getattr(platform, field) for field in values}
    saved = save_over(platform, version=version, **values)
    audit.record(by=by, action="修改承接平台", target=saved, before=_words(before), after=_words(values))
    return saved


def _holds(platform, values, title, published_on) -> bool:
    source = platform.source
    known = (source.title, source.published_on) if source else ("", None)
    return known == (title, published_on) and all(getattr(platform, field) == value for field, value in values.items())


def _check_source(values, title, published_on) -> None:
    published = values["residents"] is not None or values["area_km2"] is not None
    if values["residents"] is not None and not title:
        raise UserError("填写了公布的入驻数，请注明来源。", field="source_title")
    if (title or published_on) and not published:
        raise UserError("没有填公布的面积或入驻数，来源留空。", field="source_title")
    if published_on and not title:
        raise UserError("填写了来源日期，请写明来源。", field="source_title")
    if len(title) > TITLE_LIMIT:
        raise UserError(f"来源最多 {TITLE_LIMIT} 字，现有 {len(title)} 字。", field="source_title")


def _check(values, same, platform) -> None:
    if not values["name"]:
        raise UserError("请填写平台名称。", field="name")
    for field, limit in LIMITS.items():
        if len(values[field]) > limit:
            raise UserError(f"最多 {limit} 字，现有 {len(values[field])} 字。", field=field)
    if same:
        raise UserError(f"已有名为“{same.name}”的平台，请核对。", field="name")
    for field in ("area_km2", "usable_area_m2"):
        if values[field] is not None and values[field] <= 0:
            raise UserError("面积应大于 0；不清楚时留空。", field=field)
    usable = values["usable_area_m2"]
    if platform is None or usable is None:
        return
    tenancies = list(platform.tenancies.all())
    first = min((row.entered_on for row in tenancies), default=None)
    used = fullest(tenancies, first) if first else Decimal(0)
    if used > usable:
        raise UserError(f"在驻单位已用 {grouped(used)} 平方米，可用面积不能少于此数。", field="usable_area_m2")


def _free_key() -> str:
    taken = set(Platform.objects.values_list("key", flat=True))
    return next(key for number in range(1, len(taken) + 2) if (key := f"platform-{number}") not in taken)


def _words(values) -> dict:
    source = values["source"]
    return values | {
        "county": values["county"].short if values["county"] else "",
        "source": f"{source.title} {source.published_on or ''}".strip() if source else "",
    }
