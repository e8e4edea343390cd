"""Which user names are barred from signing in, or close to it, as django-axes counts the failures."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from axes.models import AccessAttempt
from django.conf import settings
from django.utils import timezone


@dataclass(frozen=True)
class Lockout:
    """Failed sign-ins of one user name from one address within the last 15 minutes."""

    username: str
    address: str
    failures: int
    until: datetime
    locked: bool


def recent_lockouts() -> Iterable[Lockout]:
    """Return the user names with failed sign-ins that still count, the locked ones first."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    found = {}
    for attempt in AccessAttempt.objects.filter(attempt_time__gte=since).order_by("-attempt_time"):
        key = (attempt.username or "", attempt.ip_address or "")
        failures, latest = found.get(key, (0, attempt.attempt_time))
        found[key] = (failures + attempt.failures_since_start, max(latest, attempt.attempt_time))
    patience, limit = settings.AXES_COOLOFF_TIME, settings.AXES_FAILURE_LIMIT
    rows = [
        Lockout(username, address, failures, latest + patience, failures >= limit)
        for (username, address), (failures, latest) in found.items()
    ]
    return sorted(rows, key=lambda row: (not row.locked, row.username))
