"""Sign-in against the account table; one password check whatever the reason for refusing."""

from django.contrib.auth.backends import BaseBackend

from accounts.models import User


class AccountBackend(BaseBackend):
    def authenticate(self, request, username=None, password=None):
        """Return the active user with this password, None otherwise; unknown names take the same time."""
        if username is None or password is None:
            return None
        user = User.objects.filter(username=username).first()
        if user is None:
            User().set_password(password)
            return None
        right = user.check_password(password)
        return user if right and user.is_active else None

    def get_user(self, user_id):
        users = User.objects.select_related("organisation", "second_factor")
        return users.filter(pk=user_id, is_active=True).first()
