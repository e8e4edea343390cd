"""Issue numbers: one running series for the city, one for each organisation; given out when an issue is published.

Drafts have none, so a draft given up leaves no gap; two issued at once never share one.
"""

from django.db import transaction
from django.db.models import Max

from accounts.models import Organisation
from common.models import SiteSettings
from reports.models import Bulletin


def next_issue(organisation: Organisation | None) -> int:
    """Return the number that the next issue of the series gets."""
    last = Bulletin.objects.filter(organisation=organisation).aggregate(last=Max("issue"))["last"]
    return (last or 0) + 1


def take_issue(organisation: Organisation | None) -> int:
    """Return the next number and keep others from taking one until the transaction ends."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a number is taken in the transaction that publishes")
    SiteSettings.objects.get_or_create(pk=1)
    SiteSettings.objects.select_for_update().get(pk=1)
    return next_issue(organisation)
