"""Entering signing events and what was published about them."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from accounts.permissions import may
from common import audit
from common.errors import UserError
from common.turns import one_after_another
from common.versions import save_over
from projects.models import SigningEvent
from projects.places.keys import free_key
from projects.places.sources import source_of

LIMITS = {"name": 120, "place": 80, "host": 120, "guests": 200}


@transaction.atomic
def save_event(
    *,
    event: SigningEvent | None,
    version: int,
    name: str,
    held_on: date,
    place: str,
    host: str,
    guests: str,
    published_count: int | None,
    published_investment: Decimal | None,
    source_title: str,
    source_on: date | None,
    by,
    on: date,
) -> SigningEvent:
    """Create or change an event and return it; published totals (万元) need their source.

    Raises StaleVersion when somebody else saved meanwhile. The same new event posted again is the same event.
    """
    if not may(by, "supervise"):
        raise UserError("签约活动由协调办登记。")
    values = {
        "name": name.strip(),
        "held_on": held_on,
        "place": place.strip(),
        "host": host.strip(),
        "guests": guests.strip(),
        "published_count": published_count,
        "published_investment": published_investment,
    }
    for field, limit in LIMITS.items():
        if len(values[field]) > limit:
            raise UserError(f"最多 {limit} 字，现有 {len(values[field])} 字。", field=field)
    if not values["name"]:
        raise UserError("请填写活动名称。", field="name")
    if held_on > on:
        raise UserError(f"活动日期不能晚于今天（{on}）。", field="held_on")
    source_title = source_title.strip()
    if not source_title and (published_count is not None or published_investment is not None):
        raise UserError("填写了公布的签约数或总投资，请注明来源。", field="source_title")
    one_after_another()
    same = SigningEvent.objects.filter(name=values["name"], held_on=held_on)
    if event is None:
        if found := same.first():
            if _same(found, values, source_title, source_on):
                return found
            raise UserError(f"{held_on} 已有同名活动，请打开那一场修改。", field="name")
        event = SigningEvent.objects.create(
            key=free_key(SigningEvent, f"e{held_on:%Y%m%d}"), source=source_of(source_title, source_on, None), **values
        )
        audit.record(by=by, action="新建签约活动", target=event, after=values | {"source": source_title})
        return event
    if same.exclude(pk=event.pk).exists():
        raise UserError(f"{held_on} 已有同名活动。", field="name")
    before = {field: getattr(event, field) for field in values} | {"source": str(event.source or "")}
    event = save_over(event, version=version, source=source_of(source_title, source_on, event.source), **values)
    audit.record(by=by, action="修改签约活动", target=event, before=before, after=values | {"source": source_title})
    return event


def _same(event, values, title, published_on) -> bool:
    source = event.source
    known = (source.title, source.published_on) if source else ("", None)
    return known == (title, published_on) and all(getattr(event, field) == value for field, value in values.items())
