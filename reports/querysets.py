"""Bulletins and news as far as a user may see them."""

from datetime import date

from django.db import models
from django.db.models.functions import Coalesce

from accounts.permissions import SEES_EVERY_ORGANISATION, SEES_OWN_ORGANISATION
from accounts.querysets import ScopedQuerySet

ISSUED = ("published", "withdrawn")


class BulletinQuerySet(models.QuerySet):
    def visible_to(self, user):
        """The office and leaders see drafts; organisations what was issued city-wide or for themselves.

        A withdrawn issue stays in the archive, so that its readers learn of it.
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.role in SEES_EVERY_ORGANISATION:
            return self
        if user.role in SEES_OWN_ORGANISATION:
            mine = models.Q(organisation__isnull=True) | models.Q(organisation=user.organisation_id)
            return self.filter(mine, state__in=ISSUED)
        return self.none()

    def issued(self, as_of: date):
        """Return the city's issues published on or before ``as_of`` and not withdrawn by then."""
        standing = models.Q(withdrawn_on__isnull=True) | models.Q(withdrawn_on__gt=as_of)
        return self.filter(standing, organisation__isnull=True, state__in=ISSUED, published_on__lte=as_of)


class NewsItemQuerySet(ScopedQuerySet):
    def adopted(self, as_of: date):
        return self.filter(state="adopted", adopted_on__lte=as_of)

    def reported(self):
        """Return the rows with ``reported_on``: when they were submitted, of old rows when the thing happened."""
        return self.annotate(reported_on=Coalesce("submitted_on", "occurred_on"))
