"""The one place that knows today's date.

Everything else takes a date as an argument (``as_of``, ``on``). A demonstration site keeps a fixed
business date in its settings row; a real site leaves it empty and lives by the calendar.
"""

from datetime import date

from django.utils import timezone

from common import context
from common.models import SiteSettings


def today() -> date:
    """Return the business date: the site's fixed one where it is set, else the calendar's."""
    return fixed_business_date() or timezone.localdate()


def fixed_business_date() -> date | None:
    """Return the demonstration's business date, or None on a site that lives by the calendar.

    Within one request it is asked of the database once, so that the whole page lives on one day.
    """
    memory = context.current.get().memory
    if memory is None:
        return _stored_date()
    if "business_date" not in memory:
        memory["business_date"] = _stored_date()
    return memory["business_date"]


def _stored_date() -> date | None:
    return SiteSettings.objects.filter(pk=1).values_list("business_date", flat=True).first()
