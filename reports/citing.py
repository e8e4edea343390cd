"""Which issued bulletins cite a figure: told to the indicators, which stand to the left."""

from datetime import date

from indicators.withdrawing import citations
from reports.models import Bulletin


def issue_citing(key: str, since: date | None) -> str:
    """Return the title of the newest issue, issued or withdrawn since, whose frozen figures hold the key; "" for none.

    ``since`` leaves out issues of an earlier day, which cite what the figure was before.
    """
    rows = Bulletin.objects.filter(state__in=(Bulletin.State.PUBLISHED, Bulletin.State.WITHDRAWN))
    rows = rows.exclude(figures=None).order_by("-pk")
    if since:
        rows = rows.filter(as_of__gte=since)
    for title, frozen in rows.values_list("title", "figures"):
        if any(figure["reference"].partition("?")[0] == key for figure in frozen.get("figures", [])):
            return f"“{title}”"
    return ""


if issue_citing not in citations:
    citations.append(issue_citing)
