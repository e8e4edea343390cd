"""The security administrator's pages: roles, lock-outs, password ages, second factors."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts import second_factor, services
from accounts.filters import AccountFilter
from accounts.forms import RoleForm
from accounts.guards import requires
from accounts.lockouts import recent_lockouts
from accounts.models import User
from accounts.permissions import ROLE_ACTIONS, ROLE_NAMES
from accounts.tables import SecurityTable, state_of
from common.errors import UserError
from common.lists import list_page
from common.versions import StaleVersion

ACTION_WORDS = {
    "view": "查看",
    "report": "填报",
    "review": "审核",
    "supervise": "督办",
    "verify": "核验",
    "close": "销号",
    "publish": "签发",
    "administer": "管账号",
    "secure": "管权限",
    "audit": "看审计",
}


@requires("secure")
def security(request):
    return list_page(
        request,
        rows=User.objects.select_related("organisation", "second_factor"),
        filters=AccountFilter,
        table=SecurityTable,
        title="角色与锁定",
        noun="个账号",
        template="accounts/security.html",
        search_placeholder="用户名、姓名或单位",
        context={
            "lockouts": recent_lockouts(),
            "waiting": User.objects.filter(is_confirmed=False).count(),
            "action_words": ACTION_WORDS.values(),
            "role_rows": [
                (name, [action in ROLE_ACTIONS[role] for action in ACTION_WORDS]) for role, name in ROLE_NAMES.items()
            ],
        },
    )


@requires("secure")
def edit_role(request, pk):
    user = get_object_or_404(User.objects.select_related("organisation", "second_factor"), pk=pk)
    form = RoleForm(request.POST or None, initial={"role": user.role, "version": user.version})
    conflict = None
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.confirm_role(by=request.user, user=user, **form.cleaned_data)
        except UserError as refusal:
            form.add_error(refusal.field, refusal.message)
        except StaleVersion as stale:
            conflict = stale.current
        else:
            messages.success(request, f"账号“{saved.username}”的角色为{ROLE_NAMES[saved.role]}。")
            return redirect("accounts:security")
    device = getattr(user, "second_factor", None)
    page = {
        "account": user,
        "form": form,
        "conflict": conflict,
        "state": state_of(user),
        "device": device,
        "itself": user == request.user,
    }
    return render(request, "accounts/role_edit.html", page, status=409 if conflict else 200)


@requires("secure")
@require_POST
def unlock(request):
    try:
        services.unlock(by=request.user, username=request.POST.get("username", "")[:255])
    except UserError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "锁定已解除。")
    return redirect("accounts:security")


@requires("secure")
@require_POST
def reset_second_factor(request, pk):
    user = get_object_or_404(User, pk=pk)
    try:
        second_factor.reset(user=user, by=request.user)
    except UserError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"账号“{user.username}”下次登录时重新绑定动态口令。")
    return redirect("accounts:role", pk=pk)
