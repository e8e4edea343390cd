"""Signing in and out, one's own password."""

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.views import LoginView
from django.db import transaction
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from accounts import services
from accounts.forms import REFUSED, NewPasswordForm, SignInForm
from accounts.guards import public, requires_login
from common import audit


class SignInView(LoginView):
    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form):
        with transaction.atomic():
            audit.record(by=form.get_user(), action="登录", target=form.get_user())
        return super().form_valid(form)

    def form_invalid(self, form):
        _record_refusal(form.data.get("username", ""))
        return super().form_invalid(form)


sign_in = public(SignInView.as_view())


def locked_out(request, credentials, *args, **kwargs):
    """Answer a locked account and source as any other refusal."""
    _record_refusal((credentials or {}).get("username", ""))
    form = SignInForm(request)
    return render(request, "accounts/login.html", {"form": form, "refused": REFUSED}, status=200)


def _record_refusal(username):
    with transaction.atomic():
        audit.record(by=None, action="登录未成功", label=str(username)[:40], succeeded=False)


@public
@require_POST
def sign_out(request):
    if request.user.is_authenticated:
        with transaction.atomic():
            audit.record(by=request.user, action="退出", target=request.user)
    logout(request)
    return redirect("accounts:login")


sign_out.required_actions = set()


@requires_login
def change_password(request):
    form = NewPasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.change_own_password(user=request.user, password=form.cleaned_data["new_password1"])
        update_session_auth_hash(request, request.user)
        messages.success(request, "密码已修改。")
        return redirect("home")
    return render(request, "accounts/password.html", {"form": form})


def csrf_failure(request, reason=""):
    """A form without a valid token changes nothing; the page keeps what was typed (static/js/forms.js)."""
    return render(request, "403.html", {"csrf": True}, status=403)
