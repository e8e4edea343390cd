"""The source of a published figure, named by title and date."""

from datetime import date

from common.models import Source


def source_of(title: str, published_on: date | None, current: Source | None) -> Source | None:
    """Return the source of that title and date, a new row where there is none; others may share the old one."""
    if not title:
        return None
    if current and (current.title, current.published_on) == (title, published_on):
        return current
    found = Source.objects.filter(title=title, published_on=published_on).first()
    if found:
        return found
    taken = set(Source.objects.filter(key__startswith="own-").values_list("key", flat=True))
    number = len(taken) + 1
    while f"own-{number}" in taken:
        number += 1
    return Source.objects.create(key=f"own-{number}", title=title, published_on=published_on)
