"""Reading the shipped files of ``data/`` and loading the published documents that they name."""

import json
from datetime import date

from django.conf import settings

from common.models import Source


def shipped(name: str):
    """Return the content of one shipped JSON file, named by its path below ``data/``."""
    return json.loads((settings.SHIPPED_DATA / name).read_text(encoding="utf-8"))


def day(text: str | None) -> date | None:
    """Return the date of an ISO text; None stays None, because an unknown date is never made up."""
    return date.fromisoformat(text) if text else None


def load_sources() -> dict[str, Source]:
    """Create the published documents and return them by key."""
    rows = [Source(**row | {"published_on": day(row["published_on"])}) for row in shipped("sources.json")]
    Source.objects.bulk_create(rows)
    return {source.key: source for source in Source.objects.all()}
