"""The page of one project and the acts on it. A refusal shows the page again with its sentence and what was typed."""

from datetime import date
from decimal import Decimal, InvalidOperation

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.guards import record_denial, requires
from accounts.models import Organisation
from common import clock
from common.asof import as_of_context, read_as_of
from common.errors import UserError
from common.versions import StaleVersion
from projects.models import CreditShare, Project
from projects.money_page import money_section
from projects.pipeline.changing import change_stage, withdraw_stage
from projects.pipeline.following import add_follow_up
from projects.pipeline.gate import QUESTIONS, record_admission
from projects.pipeline.page import project_page
from projects.pipeline.rights import may_enter, may_review
from projects.pipeline.sharing import share_credit
from projects.sections import sections

MOVED_ON = "项目刚被他人改过，请看清最新内容后再提交；你填的内容还在。"


@requires("view")
def project_detail(request, pk):
    as_of = read_as_of(request)
    return render(request, "projects/detail.html", _context(request, pk, as_of))


@requires("report", "supervise")
@require_POST
def stage(request, pk):
    """Log the project's next stage."""
    project = _project(request, pk, may_enter)
    act = f"stage-{request.POST.get('stage', '')[:12]}"
    try:
        row = change_stage(
            project=project,
            stage=request.POST.get("stage", ""),
            on=_day(request, "on"),
            evidence=request.POST.get("evidence", ""),
            certificate=request.POST.get("certificate", ""),
            reason=request.POST.get("reason", ""),
            upload=request.FILES.get("file"),
            contract_on=_day(request, "contract_on"),
            contract_number=request.POST.get("contract_number", ""),
            seen=_whole(request, "seen"),
            by=request.user,
            today=clock.today(),
        )
    except UserError as refusal:
        return _refused(request, pk, act, refusal)
    except StaleVersion:
        return _refused(request, pk, act, UserError(MOVED_ON), status=409)
    messages.success(request, f"已登记{row.get_stage_display()}，{row.on}。")
    return _back(pk, f"{act}-{pk}")


@requires("review")
@require_POST
def stage_withdraw(request, pk):
    """Take back the newest row of the stage log."""
    project = _project(request, pk, may_review)
    try:
        withdraw_stage(
            project=project,
            change=_whole(request, "change"),
            reason=request.POST.get("reason", ""),
            by=request.user,
        )
    except UserError as refusal:
        return _refused(request, pk, "withdraw", refusal)
    messages.success(request, "已撤销最近一条阶段记录。")
    return _back(pk, f"withdraw-{pk}")


@requires("review")
@require_POST
def admission(request, pk):
    """Record the three answers of the gate."""
    project = _project(request, pk, may_review)
    words = {"yes": True, "no": False}
    try:
        row = record_admission(
            project=project,
            answers={name: words.get(request.POST.get(name, "")) for name in QUESTIONS},
            note=request.POST.get("note", ""),
            on=_day(request, "checked_on"),
            version=_whole(request, "version"),
            by=request.user,
            today=clock.today(),
        )
    except UserError as refusal:
        return _refused(request, pk, "admission", refusal)
    except StaleVersion:
        return _refused(request, pk, "admission", UserError(MOVED_ON), status=409)
    messages.success(request, "准入审查已记录：通过。" if row.passed else "准入审查已记录：不通过，不能签约。")
    return _back(pk, f"admission-{pk}")


@requires("supervise")
@require_POST
def credit(request, pk):
    """Set the split of credit between counties."""
    project = _project(request, pk, may_enter)
    try:
        share_credit(
            project=project, shares=_shares(request, project), version=_whole(request, "version"), by=request.user
        )
    except UserError as refusal:
        return _refused(request, pk, "credit", refusal)
    except StaleVersion:
        return _refused(request, pk, "credit", UserError(MOVED_ON), status=409)
    messages.success(request, "分成已保存。")
    return _back(pk, f"credit-{pk}")


@requires("report", "supervise")
@require_POST
def follow_up(request, pk):
    """Keep a note of a contact with the investor."""
    project = _project(request, pk, may_enter)
    try:
        add_follow_up(
            project=project,
            on=_day(request, "follow_on"),
            text=request.POST.get("text", ""),
            by=request.user,
            today=clock.today(),
        )
    except UserError as refusal:
        return _refused(request, pk, "follow", refusal)
    messages.success(request, "跟进已记录。")
    return _back(pk, f"follow-{pk}")


def _context(request, pk, day) -> dict:
    related = ("county", "platform", "event", "source")
    visible = Project.objects.visible_to(request.user).as_of(day)
    project = visible.select_related(*related).filter(pk=pk).first()
    if project is None:
        raise Http404
    today = clock.today()
    return project_page(project, user=request.user, day=day, today=today) | {
        "money": money_section(project, user=request.user, as_of=day, today=today),
        "as_of": day,
        "asof": as_of_context(request, day),
        "sections": sections(request, "projects:list"),
    }


def _project(request, pk, allowed):
    """The project, 404 where it is invisible, 403 (in the audit trail) where ``allowed`` says no."""
    project = get_object_or_404(Project.objects.visible_to(request.user), pk=pk)
    if not allowed(request.user, project):
        record_denial(request)
        raise PermissionDenied
    return project


def _back(pk, saved):
    return redirect(f"{reverse('projects:detail', args=[pk])}?saved={saved}")


def _refused(request, pk, act, refusal, status=400):
    """The project's page again, with the sentence and what was typed where they belong."""
    context = _context(request, pk, clock.today())
    if act == "admission":
        for question in context["questions"]:
            question["typed"] = request.POST.get(question["name"], "")
    if act == "credit" and context["credit_form"]:
        typed = zip(request.POST.getlist("organisation"), request.POST.getlist("percent"), strict=False)
        rows = [{"organisation": org, "percent": percent} for org, percent in typed]
        context["credit_form"]["rows"] = rows
    refused = {"act": act, "field": refusal.field or act, "message": refusal.message, "typed": request.POST}
    return render(request, "projects/detail.html", context | {"refused": refused}, status=status)


def _shares(request, project) -> list[tuple]:
    """The rows of the form as (organisation, part, percent); empty rows are left out."""
    names, percents = request.POST.getlist("organisation"), request.POST.getlist("percent")
    counties = {str(row.pk): row for row in Organisation.objects.counties_and_zones()}
    shares = []
    for name, percent in zip(names, percents, strict=False):
        percent = percent.strip().rstrip("%％")
        if not name and not percent:
            continue
        organisation = counties.get(name)
        if organisation is None:
            raise UserError("请选择分成的县市区。", field="credit")
        try:
            number = Decimal(percent)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            raise UserError(f"{organisation}的占比应为数字，现填“{percent[:12]}”。", field="credit")
        part = CreditShare.Part.LOCATION if organisation.pk == project.county_id else CreditShare.Part.FIRST_TALKS
        shares.append((organisation, part, number))
    if len(shares) == 1 and shares[0][2] == 100 and shares[0][0].pk == project.county_id:
        return []  # all of it is the county's: nothing is split
    return shares


def _day(request, name) -> date | None:
    """Return the posted date, None when it is empty. Raises UserError when it is none."""
    text = request.POST.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UserError(f"日期“{text[:20]}”无法识别，应写作 2023-12-31。", field=name) from None


def _whole(request, name) -> int:
    text = request.POST.get(name, "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0
