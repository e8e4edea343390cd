"""Sign-in against the account table; one password check whatever the reason for refusing."""

from django.contrib.auth.backends import BaseBackend

from accounts.models import User


class AccountBackend(BaseBackend):
    def authenticate(self, request, username=None, password=None):
        user = User.objects.filter(username=username).first()
        if user is None:
            User().set_password(password)  # the same time for unknown names
            return None
        if user.check_password(password) and user.is_active:
            return user
        return None

    def get_user(self, user_id):
        return User.objects.select_related("organisation").filter(pk=user_id, is_active=True).first()
