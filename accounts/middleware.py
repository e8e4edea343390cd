"""Limits of a session: 15 minutes idle, 12 hours at most; passwords that are due are changed first."""

import time

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

SAVE_EVERY_SECONDS = 30


class SessionLimitsMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated and self.expired(request):
            logout(request)
            if request.method == "GET":
                return redirect_to_login(request.get_full_path())
        return self.get_response(request)

    def expired(self, request) -> bool:
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


class PasswordAgeMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        if user.is_authenticated and password_is_due(user):
            allowed = {reverse("accounts:password"), reverse("accounts:logout")}
            if request.path not in allowed and not request.path.startswith(settings.STATIC_URL):
                return redirect("accounts:password")
        return self.get_response(request)


def password_is_due(user) -> bool:
    """First sign-in, or older than 90 days. Demonstration accounts keep their printed passwords."""
    if user.is_demo:
        return False
    return user.must_change_password or timezone.now() - user.password_changed_at > settings.PASSWORD_MAX_AGE
