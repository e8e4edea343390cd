"""How much news each organisation submitted in a period and what became of it."""

from datetime import date

from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.models import Organisation
from reports.models import NewsItem

State = NewsItem.State


def counted_organisations(rows, first: date | None = None, last: date | None = None):
    """Return the organisations that submitted any of ``rows`` in the days, each with its counts and its score.

    ``submitted`` holds all, then ``adopted``, ``declined``, ``merged``, ``waiting``; ``score`` the sum of points.
    A row belongs to the period in which it was submitted, whenever it was decided.
    """
    found = rows.reported().order_by()
    if first:
        found = found.filter(reported_on__range=(first, last))
    per = found.filter(organisation=OuterRef("pk")).values("organisation")
    counts = {
        "submitted": Count("pk"),
        "adopted": Count("pk", filter=Q(state=State.ADOPTED)),
        "declined": Count("pk", filter=Q(state=State.DECLINED)),
        "merged": Count("pk", filter=Q(state=State.MERGED)),
        "waiting": Count("pk", filter=Q(state=State.SUBMITTED)),
        "score": Sum("score"),
    }
    asked = {name: Subquery(per.annotate(n=count).values("n")) for name, count in counts.items()}
    asked["score"] = Coalesce(asked["score"], 0, output_field=NewsItem._meta.get_field("score"))
    return Organisation.objects.filter(pk__in=found.values("organisation")).annotate(**asked)


def first_year() -> int | None:
    """Return the year of the oldest item; None where there is none."""
    oldest = NewsItem.objects.order_by("occurred_on").values_list("occurred_on", flat=True).first()
    return oldest.year if oldest else None
