"""Platforms: the list, one platform with who occupies it, keeping its residents."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import record_denial, requires
from accounts.permissions import may
from common import clock
from common.amounts import trim
from common.asof import read_as_of
from common.charts import chart_card
from common.errors import UserError
from common.lists import list_page
from common.versions import StaleVersion
from projects import empties
from projects.models import Platform, PlatformResident, Project
from projects.places import occupancy
from projects.places.filters import PlatformFilter, ResidentFilter
from projects.places.forms import ResidentForm
from projects.places.residents import may_keep, save_resident
from projects.places.tables import PlatformTable, ResidentTable
from projects.sections import sections
from projects.views_events import project_count


@requires("view")
@require_safe
def platform_list(request):
    as_of = read_as_of(request)
    rows = Platform.objects.select_related("county", "source").order_by("county__order", "name")
    return list_page(
        request,
        rows=rows.annotate(project_count=project_count("platform", as_of)),
        filters=PlatformFilter,
        table=partial(PlatformTable, occupancies=occupancy.occupancies(list(rows), as_of), as_of=as_of),
        title="承接平台",
        noun="个",
        as_of=as_of,
        template="projects/platforms.html",
        search_placeholder="搜平台、县市区",
        empty=empties.no_platforms(request.user),
        context={"may_add": may(request.user, "supervise"), "sections": sections(request)},
    )


@requires("view")
@require_safe
def platform_detail(request, key):
    as_of = read_as_of(request)
    platform = get_object_or_404(Platform.objects.select_related("county", "source"), key=key)
    residents = list(platform.tenancies.all())
    visible = Project.objects.visible_to(request.user)
    projects = visible.known_by(as_of).filter(platform=platform)
    own = {resident.project_id for resident in residents if resident.project_id}
    may_edit = may_keep(request.user, platform)
    table = partial(
        ResidentTable,
        projects=set(visible.filter(pk__in=own).values_list("pk", flat=True)),
        may_edit=may_edit,
        as_of=as_of,
    )
    return list_page(
        request,
        rows=PlatformResident.objects.filter(platform=platform)
        .select_related("project")
        .order_by("-entered_on", "pk"),
        filters=partial(ResidentFilter, as_of=as_of),
        table=table,
        title=platform.name,
        noun="家入驻单位",
        as_of=as_of,
        template="projects/platform.html",
        search_placeholder="搜单位、说明",
        empty=empties.no_residents(request.user, platform, may_edit=may_edit),
        context={
            "platform": platform,
            "now": occupancy.occupancy(platform, residents, as_of),
            "chart": chart_card(occupancy.occupancy_chart(platform, residents, as_of)) if residents else None,
            "projects": projects.as_of(as_of).select_related("county").order_by("code")[:10],
            "project_total": projects.count(),
            "may_edit": may_edit,
            "may_change": may(request.user, "supervise"),
            "sections": sections(request, "projects:platforms"),
        },
    )


@requires("report", "supervise")
@require_http_methods(["GET", "POST"])
def resident_new(request, key):
    return _edit(request, get_object_or_404(Platform, key=key), None)


@requires("report", "supervise")
@require_http_methods(["GET", "POST"])
def resident_edit(request, pk):
    """Correct a resident, or note the day on which it left."""
    resident = get_object_or_404(PlatformResident.objects.select_related("platform", "project"), pk=pk)
    return _edit(request, resident.platform, resident)


def _edit(request, platform, resident):
    if not may_keep(request.user, platform):
        if request.method == "GET":
            messages.info(request, "入驻单位由平台所在县（市、区）填报员或协调办登记。")
            return redirect("projects:platform", key=platform.key)
        record_denial(request)
        raise PermissionDenied
    if request.method == "GET":
        return _form_page(request, platform, resident, ResidentForm(user=request.user, initial=_initial(resident)))
    form = ResidentForm(request.POST, user=request.user)
    if not form.is_valid():
        return _form_page(request, platform, resident, form)
    try:
        save_resident(platform=platform, resident=resident, **form.cleaned_data, by=request.user, on=clock.today())
    except StaleVersion as stale:
        typed = request.POST.copy()
        typed["version"] = stale.current.version
        form = ResidentForm(typed, user=request.user)
        form.full_clean()
        form.add_error(None, "这一条刚被他人改过，你填的都在下面；请对照右侧最新内容后再保存。")
        return _form_page(request, platform, stale.current, form, status=409)
    except UserError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _form_page(request, platform, resident, form)
    messages.success(request, "已保存。")
    return redirect("projects:platform", key=platform.key)


def _initial(resident) -> dict:
    if resident is None:
        return {"version": 0, "entered_on": clock.today()}
    fields = ("version", "name", "origin_province", "origin_district", "entered_on", "left_on", "note")
    area = resident.area_m2
    return {name: getattr(resident, name) for name in fields} | {
        "area_m2": None if area is None else trim(area),
        "project": resident.project.code if resident.project else "",
    }


def _form_page(request, platform, resident, form, status=200):
    context = {
        "platform": platform,
        "resident": resident,
        "form": form,
        "sections": sections(request, "projects:platforms"),
    }
    return render(request, "projects/resident_edit.html", context, status=status)
