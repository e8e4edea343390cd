"""Guards of views: each view declares what it requires; a view without a declaration fails the tests."""

from functools import wraps

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.permissions import allowed_actions
from common import audit


def requires(*actions: str):
    """Let a view be used only by roles that have one of ``actions``; the denial is audited and answers 403."""

    def decorate(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not allowed_actions(request.user) & set(actions):
                record_denial(request)
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.required_actions = set(actions)
        return guarded

    return decorate


def record_denial(request) -> None:
    """Leave the attempt in the audit trail; the address without its parameters, which may hold typed text."""
    with transaction.atomic():
        audit.record(by=request.user, action="越权访问", label=f"{request.method} {request.path}", succeeded=False)


def requires_login(view):
    """Let any signed-in user use the view; what they see in it is scoped by their role."""

    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    guarded.required_actions = {"login"}
    return guarded


def public(view):
    """Declare that the view answers without signing in."""
    view.required_actions = set()
    return view
