"""Writes to accounts; each with its audit entry in the same transaction."""

from django.db import transaction
from django.utils import timezone

from accounts.models import PasswordHistory, User
from accounts.passwords import REMEMBERED
from common import audit


@transaction.atomic
def change_own_password(*, user: User, password: str) -> None:
    """Set the user's new password (already validated) and remember the old one."""
    PasswordHistory.objects.create(user=user, password=user.password)
    keep = user.password_history.values_list("pk", flat=True)[:REMEMBERED]
    user.password_history.exclude(pk__in=list(keep)).delete()
    user.set_password(password)
    user.password_changed_at = timezone.now()
    user.must_change_password = False
    user.save(update_fields=["password", "password_changed_at", "must_change_password"])
    audit.record(by=user, action="修改密码", target=user)
