"""A person's own sign-in security: where the account is signed in, and the recovery codes."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import recovery, second_factor, sittings
from accounts.forms import CodeForm
from accounts.guards import requires_login
from common.errors import UserError


@requires_login
@never_cache
@require_GET
def own_security(request):
    return _page(request, CodeForm())


def _page(request, form):
    device = request.user.second_factor if second_factor.is_needed(request.user) else None
    context = {
        "sittings": sittings.sittings_of(request.user, this=request.session.session_key),
        "device": device,
        "codes_left": recovery.left(device) if device else 0,
        "codes_count": recovery.COUNT,
        "form": form,
    }
    return render(request, "accounts/own_security.html", context)


@requires_login
@require_POST
def end_sitting(request):
    """End the named sign-in, or all others when none is named."""
    try:
        ended = sittings.end_sittings(
            user=request.user, this=request.session.session_key, handle=request.POST.get("sitting", "")
        )
    except UserError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"已结束 {ended} 处登录。" if ended else "没有需要结束的登录。")
    return redirect("accounts:own_security")


@requires_login
@never_cache
@require_POST
def renew_recovery_codes(request):
    """Give fresh codes to who shows the generator's present code; shown in this answer and never again."""
    if not second_factor.is_needed(request.user):
        return redirect("accounts:own_security")
    form = CodeForm(request.POST)
    if form.is_valid():
        codes = second_factor.renew_recovery_codes(user=request.user, code=form.cleaned_data["code"])
        if codes:
            return render(request, "accounts/recovery_codes.html", {"codes": codes})
        form.add_error("code", second_factor.REFUSED)
    return _page(request, form)
