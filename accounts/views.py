"""Signing in and out, the second factor, one's own password."""

import unicodedata

from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.views import LoginView
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import second_factor, services, sittings
from accounts.forms import REFUSED, CodeForm, NewPasswordForm, SignInForm
from accounts.guards import public, requires_login
from common import audit
from common.middleware import client_address


def own_address(request, url: str) -> str:
    """Return ``url`` when it stays on this site and leads on; empty otherwise."""
    if not url or any(unicodedata.category(c).startswith("C") for c in url):
        return ""
    safe = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return "" if not safe or url.startswith(reverse("accounts:login")) else url


class SignInView(LoginView):
    template_name = "accounts/login.html"
    authentication_form = SignInForm
    redirect_authenticated_user = True

    def get_redirect_url(self):
        asked = self.request.POST.get("next") or self.request.GET.get("next", "")
        return own_address(self.request, asked)

    def form_valid(self, form):
        user = form.get_user()
        with transaction.atomic():
            if second_factor.is_needed(user):
                second_factor.prepare(user)
            audit.record(by=user, action="登录", target=user)
        response = super().form_valid(form)
        sittings.begin(self.request, client_address(self.request))
        if second_factor.is_needed(user):
            self.request.session["next"] = self.get_redirect_url()
            return redirect("accounts:second_factor")
        return response

    def form_invalid(self, form):
        if not getattr(self.request, "axes_locked_out", False):  # a lock-out is answered, and recorded, below
            record_refusal(form.data.get("username", ""))
        return super().form_invalid(form)


sign_in = public(never_cache(require_http_methods(["GET", "HEAD", "POST"])(SignInView.as_view())))


def locked_out(request, response, credentials):
    """Answer a locked account and source as any other refusal; called by django-axes instead of the view's."""
    username = (credentials or {}).get("username") or ""
    record_refusal(username)
    form = SignInForm(request, data={"username": username, "password": ""})
    form.full_clean()
    form.errors.clear()
    form.add_error(None, REFUSED)
    page = {"form": form, "next": own_address(request, request.POST.get("next") or request.GET.get("next", ""))}
    return render(request, "accounts/login.html", page)


def record_refusal(username):
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


@requires_login
@never_cache
def give_second_factor(request):
    """Ask for the code; at the first time show the secret for the generator, and then the recovery codes."""
    user = request.user
    if not second_factor.is_needed(user) or second_factor.is_given(user, request.session):
        return redirect("home")
    device = user.second_factor
    first = device.confirmed_at is None
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = second_factor.check_code(user=user, code=form.cleaned_data["code"])
        if given:
            request.session.cycle_key()
            request.session[second_factor.SESSION_KEY] = given
            onward = own_address(request, request.session.pop("next", ""))
            if first:
                codes = second_factor.give_recovery_codes(user=user)
                return render(request, "accounts/recovery_codes.html", {"codes": codes, "onward": onward or "/"})
            return redirect(onward or "home")
        readable = first or second_factor.is_readable(device)
        form.add_error("code", second_factor.REFUSED if readable else second_factor.UNREADABLE)
    page = {"form": form}
    if first:
        page |= {"picture": mark_safe(second_factor.qr_code(device)), "secret": device.secret}
    return render(request, "accounts/second_factor.html", page)


@requires_login
@never_cache
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
    sentence = "页面已过期或来源不明，没有保存任何改动。请返回上一页，刷新后再提交；已填的内容会找回。"
    return render(request, "403.html", {"reason": sentence}, status=403)
