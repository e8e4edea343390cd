"""How much news each organisation submitted in a period and what became of it."""

from datetime import date

from django.db.models import Count, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.models import Organisation
from reports.models import NewsItem

State = NewsItem.State


COUNTS = {
    "submitted": Count("pk"),
    "adopted": Count("pk", filter=Q(state=State.ADOPTED)),
    "declined": Count("pk", filter=Q(state=State.DECLINED)),
    "merged": Count("pk", filter=Q(state=State.MERGED)),
    "waiting": Count("pk", filter=Q(state=State.SUBMITTED)),
    "score": Sum("score"),
}


def submitted_in(rows, first: date | None, last: date | None):
    """Return the rows submitted in the days, all without days."""
    found = rows.reported().order_by()
    return found.filter(reported_on__range=(first, last)) if first else found


def counted_organisations(rows):
    """Return the organisations that submitted any of ``rows``, each with the counts of COUNTS.

    A row belongs to the period in which it was submitted, whenever it was decided.
    """
    per = rows.filter(organisation=OuterRef("pk")).values("organisation")
    asked = {name: Subquery(per.annotate(n=count).values("n")) for name, count in COUNTS.items()}
    asked["score"] = Coalesce(asked["score"], 0, output_field=NewsItem._meta.get_field("score"))
    return Organisation.objects.filter(pk__in=rows.values("organisation")).annotate(**asked)


def first_year() -> int | None:
    """Return the year of the oldest item; None where there is none."""
    oldest = NewsItem.objects.order_by("occurred_on").values_list("occurred_on", flat=True).first()
    return oldest.year if oldest else None
