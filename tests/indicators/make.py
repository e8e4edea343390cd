"""Plain helpers that make indicators and observations for tests."""

from datetime import date
from decimal import Decimal
from itertools import count

from accounts.models import Organisation
from common.models import Source
from indicators.models import Indicator, Observation, Target
from tests.make import make_organisation

_numbers = count(1)


def make_city():
    found = Organisation.objects.filter(kind="city").first()
    return found or make_organisation("某市", kind="city", code="371400", order=0)


def make_source(key="press", title="新闻发布会", published_on=date(2023, 12, 13)):
    return Source.objects.get_or_create(key=key, defaults={"title": title, "published_on": published_on})[0]


def make_indicator(code=None, **fields):
    n = next(_numbers)
    known = {
        "code": code or f"F-{n:03d}",
        "name": f"指标{n}",
        "unit": "个",
        "scope": f"口径{n}",
        "category": "项目招引",
    }
    return Indicator.objects.create(**known | fields)


def make_observation(indicator, value="150", organisation=None, *, published=True, **fields):
    """A published observation of the city, unless the fields say otherwise."""
    source = make_source() if published else None
    known = {
        "organisation": organisation or make_city(),
        "period": "2023",
        "source": source,
        "published_on": source and source.published_on,
    }
    return Observation.objects.create(indicator=indicator, value=Decimal(value), **known | fields)


def make_target(indicator, value="100", organisation=None, **fields):
    known = {"organisation": organisation or make_city(), "period": "2023"}
    return Target.objects.create(indicator=indicator, value=Decimal(value), **known | fields)
