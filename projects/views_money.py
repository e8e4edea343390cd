"""Entering money: a new row, a row that was sent back, a reversal."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.guards import record_denial, requires
from common import clock, periods
from common.errors import UserError
from common.versions import StaleVersion
from projects import entries
from projects.files import store_file
from projects.models import Project, ProjectFile
from projects.money_forms import FundForm, InvestmentForm, ReversalForm, initial_of, stored_voucher, understood
from projects.money_page import standing_of
from projects.sections import sections

FORMS = {"funds": FundForm, "investments": InvestmentForm}
CLAIMS = {"funds": entries.claim_fund, "investments": entries.claim_investment}


@requires("report")
@require_http_methods(["GET", "POST"])
def fund_new(request, pk):
    return _new(request, pk, "funds")


@requires("report")
@require_http_methods(["GET", "POST"])
def investment_new(request, pk):
    return _new(request, pk, "investments")


def _new(request, pk, kind):
    project = get_object_or_404(Project.objects.visible_to(request.user).select_related("county"), pk=pk)
    _require_own(request, project)
    if request.method == "GET":
        return _show(request, project, kind, FORMS[kind](initial={"month": _month_asked(request)}))
    return _save(request, project, kind, FORMS[kind](request.POST, request.FILES))


def _month_asked(request) -> str:
    """Return the month that the form begins with: the one of the address, else this one."""
    try:
        return periods.parse_period(request.GET.get("month", ""))
    except ValueError:
        return periods.period_of(clock.today())


@requires("report")
@require_http_methods(["GET", "POST"])
def entry_correct(request, kind, pk):
    """Correct a row that was returned or nobody has verified; POST ``act=withdraw`` takes it back."""
    entry = _entry(request, kind, pk)
    project = entry.project
    _require_own(request, project)
    options = {"kind": entry.voucher_kind} if kind == "funds" else {}
    if entry.reverses_id and request.method == "GET":
        form = ReversalForm(initial={"version": entry.version, "reason": entry.note})
        return _show_reversal(request, entry.reverses, form, returned=entry)
    if request.method == "GET":
        return _show(request, project, kind, FORMS[kind](initial=initial_of(entry), **options), entry=entry)
    if request.POST.get("act") == "withdraw":
        return _withdraw(request, entry)
    if entry.reverses_id:
        return _correct_reversal(request, entry)
    return _save(request, project, kind, FORMS[kind](request.POST, request.FILES, **options), entry=entry)


def _save(request, project, kind, form, entry=None):
    if not form.is_valid():
        _keep_file(request, project, form)
        return _show(request, project, kind, form, entry=entry)
    values = form.values()
    confirmed = form.is_confirmed
    try:
        if kind == "funds":
            values["file"] = _file_of(request, project, form)
        if form.needs_confirming and not confirmed:
            # what cannot be written at all is refused before anything is asked
            entries.check_typed(entries.KINDS[kind], project, values, on=clock.today(), entry=entry)
            raise entries.Doubtful([])
        common = values | {"by": request.user, "on": clock.today(), "confirmed": confirmed}
        if entry is None:
            CLAIMS[kind](project=project, **common)
        else:
            entries.correct_entry(entry=entry, version=form.cleaned_data["version"] or 0, **common)
    except entries.Doubtful as doubt:
        form.ask()
        return _show(request, project, kind, form, entry=entry, asked=[understood(form), *doubt.asked])
    except entries.Refused as refusal:
        for found in refusal.found:
            form.add_error(found.field if found.field in form.fields else None, found.message)
        return _show(request, project, kind, form, entry=entry)
    except UserError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _show(request, project, kind, form, entry=entry)
    except StaleVersion as stale:
        form.data = form.data.copy()
        form.data["version"] = stale.current.version
        form.add_error(None, "这笔刚被他人处理或改过，现在的内容见右侧；核对后可再次提交，以表单内容为准。")
        return _show(request, project, kind, form, entry=stale.current, status=409)
    messages.success(request, f"已申报，等待县级核实：{understood(form)}。")
    return redirect(f"{reverse('projects:detail', args=[project.pk])}#money")


def _file_of(request, project, form) -> ProjectFile | None:
    upload = form.cleaned_data.get("voucher_file")
    if upload:
        row = store_file(
            project=project, purpose=ProjectFile.Purpose.VOUCHER, upload=upload, by=request.user, field="voucher_file"
        )
        form.data = form.data.copy()
        form.data["stored"] = row.pk
        return row
    return stored_voucher(form, project)


def _keep_file(request, project, form):
    """Store a good file even when another field was refused, so that it need not be chosen again."""
    if "voucher_file" not in form.fields or "voucher_file" not in form.cleaned_data:
        return
    try:
        _file_of(request, project, form)
    except UserError as refusal:
        form.add_error("voucher_file", refusal.message)


def _show(request, project, kind, form, *, entry=None, asked=(), status=200):
    model = entries.KINDS[kind]
    today = clock.today()
    rows = list(model.objects.filter(project=project).as_of(today).order_by("-month", "-pk"))
    file = None
    if kind == "funds":
        held = form.data.get("stored") or form.initial.get("stored")
        held = int(held) if str(held or "").isdecimal() and len(str(held)) < 19 else 0
        file = ProjectFile.objects.filter(pk=held, project=project).first() if held else None
    context = {
        "project": project,
        "kind": kind,
        "label": model._meta.verbose_name,
        "form": form,
        "entry": entry,
        "asked": asked,
        "file": file,
        "standing": standing_of(project, kind, rows),
        "rows": [row for row in rows if row.state_then != "returned"][:12],
        "sections": sections(request, "projects:list"),
        "keep_key": f"{kind}-{entry.pk if entry else f'new-{project.pk}'}",
    }
    return render(request, "projects/money_form.html", context, status=status)


def _withdraw(request, entry):
    version = request.POST.get("version", "")
    version = int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0
    try:
        entries.withdraw_entry(entry=entry, version=version, by=request.user)
    except UserError as refusal:
        messages.error(request, refusal.message)
        return redirect(request.path)
    messages.success(request, "申报已撤回。")
    return redirect(f"{reverse('projects:detail', args=[entry.project_id])}#money")


@requires("report")
@require_http_methods(["GET", "POST"])
def entry_reverse(request, kind, pk):
    """Take a verified row back by a negative one of this month."""
    entry = _entry(request, kind, pk)
    _require_own(request, entry.project)
    if request.method == "GET":
        return _show_reversal(request, entry, ReversalForm())
    form = ReversalForm(request.POST)
    form.is_valid()
    try:
        entries.reverse_entry(
            entry=entry, reason=form.cleaned_data.get("reason", ""), by=request.user, on=clock.today()
        )
    except UserError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _show_reversal(request, entry, form)
    messages.success(request, "冲销已申报，经县级、市级核实后计入。")
    return redirect(f"{reverse('projects:detail', args=[entry.project_id])}#money")


def _correct_reversal(request, entry):
    form = ReversalForm(request.POST)
    form.is_valid()
    try:
        entries.correct_entry(
            entry=entry,
            version=form.cleaned_data.get("version") or 0,
            note=form.cleaned_data.get("reason", ""),
            by=request.user,
            on=clock.today(),
        )
    except (UserError, StaleVersion) as refusal:
        message = getattr(refusal, "message", "") or "这笔刚被他人处理或改过，请核对后再提交。"
        form.add_error("reason" if getattr(refusal, "field", "") == "note" else None, message)
        return _show_reversal(request, entry.reverses, form, returned=entry)
    messages.success(request, "冲销已重新申报，等待县级核实。")
    return redirect(f"{reverse('projects:detail', args=[entry.project_id])}#money")


def _show_reversal(request, entry, form, returned=None):
    entry.kind = entries.kind_of(entry)
    context = {
        "project": entry.project,
        "entry": entry,
        "returned": returned,
        "form": form,
        "month": periods.label(periods.period_of(clock.today())),
        "label": entry._meta.verbose_name,
        "sections": sections(request, "projects:list"),
    }
    return render(request, "projects/reversal_form.html", context)


def _entry(request, kind, pk):
    if kind not in entries.KINDS:
        raise Http404
    rows = entries.KINDS[kind].objects.visible_to(request.user)
    return get_object_or_404(rows.select_related("project__county", "reverses__project"), pk=pk)


def _require_own(request, project):
    if not entries.may_enter(request.user, project):
        record_denial(request)
        raise PermissionDenied
