"""Observations as of a date. Published figures are public; what is entered belongs to its organisation."""

from datetime import date

from django.db.models import DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from accounts.permissions import SEES_EVERY_ORGANISATION, SEES_OWN_ORGANISATION
from accounts.querysets import ScopedQuerySet

# The city's own value stands for an indicator before those of its parts; then the newest period.
NEWEST_FIRST = ("organisation__order", "-period", "-published_on", "-pk")


class IndicatorQuerySet(QuerySet):
    def valid_on(self, day: date):
        """Return the indicators in use on ``day``."""
        begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
        return self.filter(begun, Q(valid_to__isnull=True) | Q(valid_to__gte=day))

    def valid_in(self, first: date, last: date):
        """Return the indicators in use on any day from ``first`` to ``last``."""
        begun = Q(valid_from__isnull=True) | Q(valid_from__lte=last)
        return self.filter(begun, Q(valid_to__isnull=True) | Q(valid_to__gte=first))


class AppealQuerySet(ScopedQuerySet):
    """An appeal is between the organisation that made it and the office."""


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
        """Return what was known by ``day``: published on or before it (first published, when published again),
        or handed in by then; ``known`` is the value that stood on that day."""
        from indicators.models import ObservationRevision

        earlier = ObservationRevision.objects.filter(observation=OuterRef("pk"), published_on__lte=day)
        published = Q(published_on__lte=day) | Q(Exists(earlier))
        entered = Q(published_on__isnull=True) & (Q(reported_on__isnull=True) | Q(reported_on__lte=day))
        return self.filter(published | entered).annotate(known=_then("value", day))

    def counted(self, day: date):
        """Return the values that count on ``day``: those the office had locked, or that were published, by then.

        Annotated with what stood then: ``known``, ``known_numerator``, ``known_denominator``.
        """
        locked = Q(state="locked", locked_on__lte=day)
        return (
            self.as_of(day)
            .filter(locked | Q(source__isnull=False))
            .annotate(
                known_numerator=_then("numerator", day),
                known_denominator=_then("denominator", day),
            )
        )

    def newest_of_indicator(self, field="pk"):
        """Return a subquery: ``field`` of the observation of these that stands for the outer query's indicator."""
        return Subquery(self.filter(indicator=OuterRef("pk")).order_by(*NEWEST_FIRST).values(field)[:1])

    def newest_only(self):
        """Return of each indicator the one observation of these that stands for it."""
        from indicators.models import Indicator

        return self.filter(pk__in=Indicator.objects.values_list(self.newest_of_indicator(), flat=True))


def _then(field, day):
    """The field as it stood on ``day``: the first value replaced after it, else today's."""
    from indicators.models import ObservationRevision

    later = ObservationRevision.objects.filter(observation=OuterRef("pk"), on__gt=day).order_by("order")
    return Coalesce(
        Subquery(later.values(field)[:1]), F(field), output_field=DecimalField(max_digits=18, decimal_places=4)
    )


class TargetQuerySet(ScopedQuerySet):
    def visible_to(self, user):
        """Return published targets, the city's, and those of the user's organisation."""
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.role in SEES_EVERY_ORGANISATION:
            return self
        if user.role in SEES_OWN_ORGANISATION:
            public = Q(source__isnull=False) | Q(organisation__kind="city")
            return self.filter(public | Q(organisation=user.organisation_id))
        return self.none()
