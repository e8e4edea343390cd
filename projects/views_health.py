"""The health check: its slips, each slip's page, the check on demand, and the physical progress it looks at."""

from functools import partial

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from accounts.guards import record_denial, requires
from accounts.permissions import may
from common import clock, jobs, periods, uploads
from common.asof import read_as_of
from common.errors import UserError
from common.lists import list_page
from common.models import Job
from common.versions import StaleVersion
from projects import empties
from projects.entries import may_enter
from projects.health import checking, slips
from projects.health.filters import FindingFilter
from projects.health.progress import record_progress
from projects.health.tables import FindingTable
from projects.models import HealthFinding, Project
from projects.sections import sections


@requires("view")
def finding_list(request):
    as_of = read_as_of(request)
    rows = HealthFinding.objects.visible_to(request.user).as_of(as_of)
    last = Job.objects.filter(kind=checking.JOB).order_by("-pk").first() if may(request.user, "supervise") else None
    shown = last if last and last.created_by_id == request.user.pk else None
    return list_page(
        request,
        rows=rows.select_related("project", "owner").order_by("-found_on", "-pk"),
        filters=partial(FindingFilter, as_of=as_of),
        table=partial(FindingTable, on=as_of),
        title="项目体检",
        noun="项",
        as_of=as_of,
        template="projects/health.html",
        search_placeholder="搜项目、编号",
        empty=empties.no_findings(request.user),
        context={
            "sections": sections(request, "projects:health"),
            "tabs": _tabs(request, rows, as_of),
            "may_check": may(request.user, "supervise"),
            "job": jobs.shown(shown) | {"title": "项目体检"} if shown else None,
            "last": last,
        },
    )


def _tabs(request, rows, as_of):
    late = Q(state_then="open", due_on__lt=as_of)
    views = [
        ("全部", {}, Q()),
        ("待整改", {"state": "open"}, Q(state_then="open")),
        ("逾期未整改", {"late": "1"}, late),
        ("待复核", {"state": "answered"}, Q(state_then="answered")),
        ("已整改", {"state": "closed"}, Q(state_then="closed")),
    ]
    counts = rows.aggregate(**{f"view{n}": Count("pk", filter=found) for n, (_, _, found) in enumerate(views)})
    kept = {"as_of": request.GET["as_of"]} if request.GET.get("as_of") else {}
    chosen = {name: request.GET[name] for name in ("state", "late") if request.GET.get(name)}
    return [
        {
            "label": label,
            "url": f"?{urlencode(query | kept)}",
            "count": counts[f"view{n}"],
            "current": query == chosen,
        }
        for n, (label, query, _) in enumerate(views)
    ]


@requires("supervise")
@require_POST
def check(request):
    """Have all projects examined now, by the background worker."""
    checking.request_check(by=request.user, on=clock.today())
    return redirect("projects:health")


@requires("view")
@require_GET
def finding_detail(request, pk):
    return _show(request, _finding(request, pk))


@requires("report")
@require_POST
def answer(request, pk):
    finding = _finding(request, pk)
    if request.user.organisation_id != finding.owner_id:
        record_denial(request)
        raise PermissionDenied
    return _act(
        request,
        finding,
        lambda given: slips.answer_finding(
            answer=request.POST.get("answer", ""), upload=request.FILES.get("file"), **given
        ),
        "答复已提交，等待协调办复核。",
    )


@requires("close")
@require_POST
def decide(request, pk):
    finding = _finding(request, pk)
    if request.POST.get("act") == "return":
        service = partial(slips.return_finding, reason=request.POST.get("reason", ""))
        return _act(request, finding, lambda given: service(**given), "已退回整改单位。")
    return _act(request, finding, lambda given: slips.close_finding(**given), "整改单已办结。")


def _act(request, finding, service, done):
    version = request.POST.get("version", "")
    version = int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0
    try:
        service({"finding": finding, "version": version, "by": request.user, "on": clock.today()})
    except UserError as refusal:
        return _show(request, finding, problem=refusal, typed=request.POST, status=400)
    except StaleVersion:
        problem = UserError("这份整改单刚被他人处理过，请按最新内容再办。")
        return _show(request, _finding(request, finding.pk), problem=problem, typed=request.POST, status=409)
    messages.success(request, done)
    return redirect(f"{slips.address_of(finding)}?saved=1")


def _show(request, finding, problem=None, typed=None, status=200):
    today = clock.today()
    context = {
        "finding": finding,
        "project": finding.project,
        "late": finding.is_late(today),
        "left": periods.working_days_between(today, finding.due_on),
        "may_answer": slips.may_answer(request.user, finding),
        "may_decide": slips.may_decide(request.user, finding),
        "problem": problem,
        "typed": typed or {"answer": finding.answer if finding.return_reason else ""},
        "accept": uploads.ACCEPT,
        "steps": _steps(finding),
        "others": finding.project.findings.exclude(pk=finding.pk).order_by("-found_on", "-pk")[:10],
        "sections": sections(request, "projects:health"),
    }
    return render(request, "projects/finding.html", context, status=status)


def _steps(finding):
    steps = []

    def add(on, title, icon, who="", text="", tone=""):
        steps.append({"icon": icon, "tone": tone, "title": title, "who": who, "time": f"{on}", "text": text})

    if finding.closed_on:
        add(finding.closed_on, "办结", "circle-check", f"协调办 {finding.closed_by or ''}".strip(), tone="g")
    if finding.cleared_on:
        add(finding.cleared_on, "复查：该情形已消除", "activity", tone="g")
    if finding.return_reason:
        add("", "退回", "corner-up-left", "协调办", finding.return_reason, "y")
    if finding.answered_on:
        who = f"{finding.owner.short} {finding.answered_by or ''}".strip()
        add(finding.answered_on, "答复", "message-circle", who, finding.answer)
    add(finding.found_on, f"体检发现 {finding.short_number}", "alert-triangle", text=finding.basis, tone="rd")
    return steps


def _finding(request, pk) -> HealthFinding:
    related = ("project__county", "owner", "answered_by", "closed_by", "file")
    return get_object_or_404(HealthFinding.objects.visible_to(request.user).select_related(*related), pk=pk)


class ProgressForm(forms.Form):
    seen_on = forms.DateField(error_messages={"required": "请填写日期。", "invalid": "日期应写作 2023-12-01。"})
    percent = forms.IntegerField(
        error_messages={"required": "请填写形象进度。", "invalid": "形象进度应为 0—100 的整数。"}
    )
    text = forms.CharField(required=False)


@requires("report")
@require_POST
def site_progress(request, pk):
    """Write the physical progress seen on a day; a refusal is told on the project's page, with what was typed."""
    project = get_object_or_404(Project.objects.visible_to(request.user), pk=pk)
    if not may_enter(request.user, project):
        record_denial(request)
        raise PermissionDenied
    form = ProgressForm(request.POST)
    try:
        if not form.is_valid():
            raise UserError(next(iter(form.errors.values()))[0])
        record_progress(project=project, by=request.user, on=clock.today(), **form.cleaned_data)
    except UserError as refusal:
        context = {"project": project, "message": refusal.message, "typed": request.POST}
        return render(
            request, "projects/progress_form.html", context | {"sections": sections(request, "projects:list")}
        )
    messages.success(request, "形象进度已保存。")
    return redirect(f"{reverse('projects:detail', args=[project.pk])}#progress")
