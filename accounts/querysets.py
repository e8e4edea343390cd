"""Every queryset that a page reads starts with what the user may see."""

from django.db import models
from django.db.models import Q

from accounts.permissions import SEES_EVERY_ORGANISATION, SEES_OWN_ORGANISATION


class ScopedQuerySet(models.QuerySet):
    """Rows that belong to organisations; subclasses name the way from the row to its organisation."""

    organisation_path = "organisation"

    def visible_to(self, user):
        """Return the rows this user may see: all, their own organisation's, or none."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.role in SEES_EVERY_ORGANISATION:
            return self
        if user.role in SEES_OWN_ORGANISATION:
            return self.of_organisation(user.organisation_id)
        return self.none()

    def of_organisation(self, organisation_id):
        return self.filter(**{self.organisation_path: organisation_id})


class OrganisationQuerySet(models.QuerySet):
    def departments(self):
        return self.filter(kind="department")

    def counties_and_zones(self):
        """Return the rows of county tables: 11 counties and the zones that stand beside them today."""
        return self.filter(Q(kind="county") | Q(kind="zone", category="县市区考核"), valid_to="")

    def current(self):
        return self.filter(valid_to="")
