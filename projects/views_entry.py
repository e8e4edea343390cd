"""Entering a project, changing its facts, and what is shown while typing: likely doubles, the amount as read."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.guards import record_denial, requires
from accounts.permissions import may
from common import clock
from common.errors import UserError
from common.typed_amounts import read_typed_amount
from common.versions import StaleVersion
from projects.dimensions import SIZES, size_of
from projects.models import Project
from projects.pipeline.doubles import find_doubles
from projects.pipeline.entering import Doubtful, add_project, change_project
from projects.pipeline.forms import ProjectForm, differences, initial_of
from projects.pipeline.rights import enters_projects, may_enter
from projects.sections import sections

FIELD_OF = {"total_investment": "total"}  # where a service's field stands in the form


@requires("report", "supervise")
@require_http_methods(["GET", "POST"])
def new(request):
    """The empty form; POST enters the project."""
    _check_enters(request.user)
    today = clock.today()
    if request.method == "GET":
        form = _form(request, initial={"stage_on": today, "version": 0})
        return _show(request, form)
    form = _form(request, data=request.POST)
    if not form.is_valid():
        return _show(request, form, status=400)
    values = form.cleaned_data
    try:
        project = add_project(
            values=form.facts(),
            stage=values["stage"],
            on=values["stage_on"],
            confirmed=request.POST.get("confirmed", ""),
            by=request.user,
            today=today,
        )
    except Doubtful as doubt:
        return _show(request, form, doubt=doubt)
    except UserError as refusal:
        return _refused(request, form, refusal)
    messages.success(request, f"已录入，编号 {project.code}。{_amount_said(form)}")
    return redirect(f"{reverse('projects:detail', args=[project.pk])}?saved=project-0")


@requires("report", "supervise")
@require_http_methods(["GET", "POST"])
def edit(request, pk):
    """The project's form; POST saves it over the version that was shown."""
    project = get_object_or_404(Project.objects.visible_to(request.user), pk=pk)
    if not may_enter(request.user, project):
        record_denial(request)
        raise PermissionDenied
    if request.method == "GET":
        return _show(request, _form(request, project, initial=initial_of(project)), project=project)
    form = _form(request, project, data=request.POST)
    if not form.is_valid():
        return _show(request, form, project=project, status=400)
    try:
        change_project(
            project=project,
            values=form.facts(project),
            version=form.cleaned_data["version"],
            confirmed=request.POST.get("confirmed", ""),
            by=request.user,
            today=clock.today(),
        )
    except Doubtful as doubt:
        return _show(request, form, project=project, doubt=doubt)
    except StaleVersion as stale:
        typed = request.POST.copy()
        typed["version"] = stale.current.version
        again = _form(request, project, data=typed)
        again.full_clean()
        return _show(request, again, project=stale.current, status=409, conflict=differences(form, stale.current))
    except UserError as refusal:
        return _refused(request, form, refusal, project)
    messages.success(request, f"已保存。{_amount_said(form)}")
    return redirect(f"{reverse('projects:detail', args=[pk])}?saved=project-{pk}")


@requires("report", "supervise")
@require_GET
def similar(request):
    """A fragment for the form: likely doubles of what is typed, or how the amount was read."""
    _check_enters(request.user)
    if "total" in request.GET:
        return render(request, "projects/_amount.html", _amount(request.GET["total"]))
    own = request.GET.get("project", "")
    doubles = find_doubles(
        name=request.GET.get("name", "")[:120],
        investor=request.GET.get("investor", "")[:120],
        user=request.user,
        apart_from=int(own) if own.isascii() and own.isdigit() and len(own) < 16 else None,
    )
    return render(request, "projects/_similar.html", {"doubles": doubles})


def _amount(typed) -> dict:
    if not typed.strip():
        return {}
    try:
        wan, said = read_typed_amount(typed[:40])
    except UserError as refusal:
        return {"fault": refusal.message}
    return {"said": said, "band": next(words for code, words, *_ in SIZES if code == size_of(wan))}


def _amount_said(form) -> str:
    return f"签约总投资记为 {form.said.removeprefix('约数，记为 ')}。" if form.said else ""


def _check_enters(user):
    if not enters_projects(user):
        raise Http404  # a department has no projects


def _form(request, project=None, **kwargs):
    own = None if may(request.user, "supervise") else request.user.organisation
    return ProjectForm(own_county=own, is_new=project is None, **kwargs)


def _refused(request, form, refusal, project=None):
    field = FIELD_OF.get(refusal.field, refusal.field)
    form.add_error(field if field in form.fields else None, refusal.message)
    return _show(request, form, project=project, status=400)


def _show(request, form, *, project=None, status=200, doubt=None, conflict=None):
    typed = form["total"].value() or ""
    context = {
        "form": form,
        "project": project,
        "doubt": doubt,
        "conflict": conflict,
        "amount": {} if form["total"].errors else _amount(typed),
        "keep_key": f"project-{project.pk if project else 0}",
        "sections": sections(request, "projects:list"),
    }
    return render(request, "projects/edit.html", context, status=status)
