"""Messages to persons: written once per thing, read in the inbox, summed up in one mail a day."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone

from accounts.models import Notice, User
from common import context

AT_ONCE = 1000


def notice(*, recipient, key: str, title: str, url: str, on: date, text: str = "") -> Notice:
    """Return an unsaved message, its texts cut to what an inbox shows."""
    return Notice(recipient=recipient, key=key, title=title[:160], text=text[:300], url=url, on=on)


def send(notices: Iterable[Notice]) -> None:
    """Write the messages; a person who has one with the same key already is not told again."""
    Notice.objects.bulk_create(notices, batch_size=AT_ONCE, ignore_conflicts=True)


def notify(*, recipients, key: str, title: str, url: str, on: date, text: str = "") -> None:
    """Tell each of ``recipients`` once; ``key`` names the thing and the occasion."""
    send(notice(recipient=user, key=key, title=title, text=text, url=url, on=on) for user in recipients)


def people_of(organisations, roles) -> list[User]:
    """Return the active holders of these roles in the given organisations, in a fixed order."""
    found = User.objects.filter(is_active=True, role__in=roles, organisation__in=organisations)
    return list(found.order_by("pk"))


def people_in(role: str) -> list[User]:
    """Return the active holders of one role, whatever their organisation."""
    return list(User.objects.filter(is_active=True, role=role).order_by("pk"))


def unread_count(user) -> int:
    """Return how many messages wait; asked of the database once per request."""
    memory = context.current.get().memory
    if memory is not None and "unread" in memory:
        return memory["unread"]
    count = Notice.objects.filter(recipient=user, read_at__isnull=True).count()
    if memory is not None:
        memory["unread"] = count
    return count


def mark_read(*, user, pk: int | None = None) -> None:
    """Mark one of the user's messages as read, or all of them; the first time counts."""
    rows = Notice.objects.filter(recipient=user, read_at__isnull=True)
    if pk is not None:
        rows = rows.filter(pk=pk)
    rows.update(read_at=timezone.now())
