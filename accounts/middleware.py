"""What a session must meet on every request: its age, the second factor, a password that is not due."""

import time

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts import second_factor

SAVE_EVERY_SECONDS = 30


class SessionLimitsMiddleware:
    """15 minutes idle, 12 hours at most; a page that polls for a job's progress is not use."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated and self.expired(request):
            return end_session(request)
        return self.get_response(request)

    def expired(self, request) -> bool:
        """Tell whether the session is too old; note that it is in use otherwise."""
        now = time.time()
        session = request.session
        started = session.setdefault("started", now)
        seen = session.setdefault("seen", now)
        if now - started > settings.SESSION_ABSOLUTE_LIMIT.total_seconds():
            return True
        if now - seen > settings.SESSION_IDLE_LIMIT.total_seconds():
            return True
        polling = request.path.startswith("/jobs/")
        if not polling and now - seen > SAVE_EVERY_SECONDS:
            session["seen"] = now
        return False


class SecondFactorMiddleware:
    """Who needs a second factor gets nowhere before giving it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        if not user.is_authenticated or not second_factor.is_needed(user):
            return self.get_response(request)
        if not hasattr(user, "second_factor"):  # reset while this session lived, or needed since a change of role
            return end_session(request)
        open_pages = {reverse("accounts:second_factor"), reverse("accounts:logout")}
        if not second_factor.is_given(user, request.session) and request.path not in open_pages:
            return redirect("accounts:second_factor")
        return self.get_response(request)


class PasswordAgeMiddleware:
    """A password that is due is changed before anything else."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        if user.is_authenticated and password_is_due(user):
            names = ("accounts:password", "accounts:second_factor", "accounts:logout")
            if request.path not in {reverse(name) for name in names}:
                return redirect("accounts:password")
        return self.get_response(request)


def end_session(request):
    """Sign out and answer with the sign-in page, which leads back to where the user was."""
    logout(request)
    return redirect_to_login(request.get_full_path())


def password_is_due(user) -> bool:
    """First sign-in, or older than 90 days. Demonstration accounts keep their printed passwords."""
    if user.is_demo:
        return False
    return user.must_change_password or timezone.now() - user.password_changed_at > settings.PASSWORD_MAX_AGE
