"""Observations as of a date. Published figures are public; what is entered belongs to its organisation."""

from datetime import date

from django.db.models import Q

from accounts.permissions import SEES_EVERY_ORGANISATION, SEES_OWN_ORGANISATION
from accounts.querysets import ScopedQuerySet


class ObservationQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.role in SEES_EVERY_ORGANISATION:
            return self
        if user.role in SEES_OWN_ORGANISATION:
            return self.filter(Q(source__isnull=False) | Q(organisation=user.organisation_id))
        return self.none()

    def as_of(self, day: date):
        """Return what was known by ``day``: published on or before it, or entered without a publication date."""
        return self.filter(Q(published_on__lte=day) | Q(published_on__isnull=True))
