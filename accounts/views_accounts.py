"""The system administrator's pages: accounts and organisations."""

from django.contrib import messages
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import organisations, services
from accounts.filters import AccountFilter, OrganisationFilter
from accounts.forms import AccountForm, AliasForm, NewAccountForm, OrganisationForm
from accounts.guards import requires
from accounts.models import Organisation, OrganisationAlias, User
from accounts.tables import AccountTable, OrganisationTable, state_of
from common.errors import UserError
from common.lists import list_page
from common.versions import StaleVersion


@requires("administer")
def user_list(request):
    return list_page(
        request,
        rows=User.objects.select_related("organisation"),
        filters=AccountFilter,
        table=AccountTable,
        title="账号",
        noun="个",
        template="accounts/user_list.html",
        search_placeholder="用户名、姓名或单位",
        empty_text="还没有账号。",
    )


@requires("administer")
@never_cache
def new_user(request):
    form = NewAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("username", "display_name", "role", "organisation")}
        try:
            user, password = services.create_account(by=request.user, **values)
        except UserError as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            return render(request, "accounts/password_once.html", {"account": user, "password": password, "new": True})
    return render(request, "accounts/user_new.html", {"form": form})


@requires("administer")
def edit_user(request, pk):
    user = get_object_or_404(User.objects.select_related("organisation"), pk=pk)
    at_first = {"display_name": user.display_name, "organisation": user.organisation, "version": user.version}
    form = AccountForm(request.POST or None, initial=at_first)
    conflict = None
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            services.edit_account(
                by=request.user,
                user=user,
                version=values["version"] or 0,
                display_name=values["display_name"],
                organisation=values["organisation"],
            )
        except UserError as refusal:
            form.add_error(refusal.field, refusal.message)
        except StaleVersion as stale:
            conflict = stale.current
        else:
            messages.success(request, f"账号“{user.username}”已保存。")
            return redirect("accounts:user", pk=pk)
    page = {
        "account": user,
        "form": form,
        "conflict": conflict,
        "state": state_of(user),
        "itself": user == request.user,
    }
    return render(request, "accounts/user_edit.html", page, status=409 if conflict else 200)


@requires("administer")
@require_POST
def switch_user(request, pk):
    user = get_object_or_404(User, pk=pk)
    on = request.POST.get("on") == "1"
    try:
        services.switch_account(by=request.user, user=user, on=on)
    except UserError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, f"账号“{user.username}”已{'启用' if on else '停用'}。")
    return redirect("accounts:user", pk=pk)


@requires("administer")
@require_POST
@never_cache
def reset_user_password(request, pk):
    """Show the new password once; it is kept nowhere but as its hash."""
    user = get_object_or_404(User, pk=pk)
    try:
        password = services.reset_password(by=request.user, user=user)
    except UserError as refusal:
        messages.error(request, refusal.message)
        return redirect("accounts:user", pk=pk)
    return render(request, "accounts/password_once.html", {"account": user, "password": password})


@requires("administer")
def organisation_list(request):
    active = Count("users", filter=Q(users__is_active=True))
    return list_page(
        request,
        rows=Organisation.objects.annotate(accounts=active).prefetch_related("aliases"),
        filters=OrganisationFilter,
        table=OrganisationTable,
        title="单位",
        noun="个",
        search_placeholder="简称、全称、别称或代码",
        empty_text="还没有单位。",
    )


@requires("administer")
def edit_organisation(request, pk):
    organisation = get_object_or_404(Organisation.objects.select_related("successor"), pk=pk)
    names = ("name", "category", "order", "valid_to", "successor", "note")
    form = OrganisationForm(request.POST or None, initial={name: getattr(organisation, name) for name in names})
    if request.method == "POST" and form.is_valid():
        try:
            organisations.edit_organisation(by=request.user, organisation=organisation, **form.cleaned_data)
        except UserError as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, f"单位“{organisation.short}”已保存。")
            return redirect("accounts:organisation", pk=pk)
    return _organisation_page(request, organisation, form, AliasForm())


@requires("administer")
@require_POST
def save_alias(request, pk):
    """Add a name of the organisation, or correct one of its own names."""
    organisation = get_object_or_404(Organisation, pk=pk)
    form = AliasForm(request.POST)
    if form.is_valid():
        alias = None
        if form.cleaned_data["alias"]:
            alias = get_object_or_404(OrganisationAlias, pk=form.cleaned_data["alias"], organisation=organisation)
        try:
            organisations.save_alias(
                by=request.user,
                organisation=organisation,
                name=form.cleaned_data["name"],
                kind=form.cleaned_data["kind"],
                alias=alias,
            )
        except UserError as refusal:
            form.add_error(refusal.field, refusal.message)
        else:
            messages.success(request, f"“{form.cleaned_data['name']}”已记为“{organisation.short}”的名称。")
            return redirect("accounts:organisation", pk=pk)
    names = ("name", "category", "order", "valid_to", "successor", "note")
    initial = {name: getattr(organisation, name) for name in names}
    return _organisation_page(request, organisation, OrganisationForm(initial=initial), form)


def _organisation_page(request, organisation, form, alias_form):
    page = {
        "organisation": organisation,
        "form": form,
        "alias_form": alias_form,
        "aliases": organisation.aliases.all(),
        "alias_kinds": OrganisationAlias.Kind.choices,
    }
    return render(request, "accounts/organisation_edit.html", page)
