"""Entering a platform and changing its place and size."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.guards import requires
from common.amounts import trim
from common.errors import UserError
from common.versions import StaleVersion
from projects.models import Platform
from projects.places.forms import PlatformForm
from projects.places.platforms import save_platform
from projects.sections import sections


@requires("supervise")
@require_http_methods(["GET", "POST"])
def platform_new(request):
    return _edit(request, None)


@requires("supervise")
@require_http_methods(["GET", "POST"])
def platform_edit(request, key):
    return _edit(request, get_object_or_404(Platform.objects.select_related("county", "source"), key=key))


def _edit(request, platform):
    if request.method == "GET":
        return _form_page(request, platform, PlatformForm(initial=_initial(platform)))
    form = PlatformForm(request.POST)
    if not form.is_valid():
        return _form_page(request, platform, form)
    try:
        saved = save_platform(platform=platform, **form.cleaned_data, by=request.user)
    except StaleVersion as stale:
        typed = request.POST.copy()
        typed["version"] = stale.current.version
        form = PlatformForm(typed)
        form.full_clean()
        form.add_error(None, "这个平台刚被他人改过，你填的都在下面；请对照右侧最新内容后再保存。")
        return _form_page(request, stale.current, form, status=409)
    except UserError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _form_page(request, platform, form)
    messages.success(request, "已保存。")
    return redirect("projects:platform", key=saved.key)


def _initial(platform) -> dict:
    if platform is None:
        return {"version": 0}
    values = {name: getattr(platform, name) for name in ("version", "name", "residents", "description")}
    for name in ("area_km2", "usable_area_m2"):
        area = getattr(platform, name)
        values[name] = None if area is None else trim(area)
    source = platform.source
    return values | {
        "county": platform.county.code if platform.county else "",
        "source_title": source.title if source else "",
        "source_on": source.published_on if source else None,
    }


def _form_page(request, platform, form, status=200):
    context = {"platform": platform, "form": form, "sections": sections(request, "projects:platforms")}
    return render(request, "projects/platform_edit.html", context, status=status)
