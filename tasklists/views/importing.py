"""Reading in a plan: paste or upload → preview as a tree → confirm → draft list."""

from dataclasses import replace
from types import SimpleNamespace

from django.contrib import messages
from django.db.models import Count
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST

from accounts.guards import requires
from accounts.models import Organisation
from common import clock, uploads
from common.errors import UserError
from tasklists import plan_edits
from tasklists.forms import PlanConfirmForm, PlanForm
from tasklists.models import TaskList
from tasklists.plan_drafts import find_corrected, find_draft, keep_draft
from tasklists.plan_import import commit_plan, read_source, short_name
from tasklists.plan_preview import preview_of
from tasklists.plans.reading import plan_year
from tasklists.plans.sources import read_lines


@requires("supervise")
@require_http_methods(["GET", "POST"])
def upload(request):
    """The form, and with ``?draft=`` the preview of what was given."""
    if request.method == "GET":
        if token := request.GET.get("draft"):
            return show_preview(request, token, opened=_opened(request))
        return _form(request, PlanForm())
    form = PlanForm(request.POST, request.FILES)
    if not form.is_valid():
        return _form(request, form, status=400)
    if file := form.cleaned_data["file"]:
        name = uploads.clean_name(file.name)
        content = file.read() if file.size <= uploads.MAX_BYTES else None
    else:
        name, content = "粘贴的文字.txt", form.cleaned_data["text"].encode()
    try:
        if content is None:
            raise UserError("文件超过 20 MB，无法读取。", field="file")
        read_source(name, content)
        token = keep_draft(name=name, content=content, user=request.user)
    except UserError as refusal:
        form.add_error("file" if file else "text", refusal.message)
        return _form(request, form, status=400)
    return redirect(f"{reverse('tasklists:import')}?{urlencode({'draft': token})}")


def _form(request, form, status=200):
    lists = TaskList.objects.visible_to(request.user).annotate(total=Count("items")).order_by("state", "order", "-pk")
    return render(request, "tasklists/import.html", {"form": form, "lists": lists}, status=status)


def _opened(request):
    """Which clause the address opens for correction, if one."""
    asked = request.GET.get("edit", "")
    return SimpleNamespace(index=int(asked), typed=None, problem="") if asked.isdecimal() and len(asked) < 7 else None


def show_preview(request, token, form=None, opened=None, status=200):
    """The source at left, what was read of it at right; ``opened`` says which clause stands as a form, and why."""
    try:
        name, content = find_draft(token, request.user)
        version, corrected = find_corrected(token, request.user)
        read = read_source(name, content)
        source = read_lines(name, content)
    except UserError as refusal:
        messages.error(request, refusal.message)
        return redirect("tasklists:import")
    plan = corrected or read.plan
    title = plan.title or name.rsplit(".", 1)[0]
    year = plan_year(plan) or clock.today().year
    form = form or PlanConfirmForm(
        initial={
            "draft": token,
            "title": title[:160],
            "short": short_name(title, year),
            "year": year,
        }
    )
    preview = preview_of(plan)
    clauses = plan.clauses()
    if opened and opened.index is not None:
        if not 0 <= opened.index < len(clauses):
            opened.index = None
        elif opened.typed is None:
            opened.typed = plan_edits.typed_of(clauses[opened.index])
    context = {
        "form": form,
        "plan": plan,
        "preview": preview,
        "source": name,
        "lines": source,
        "draft": token,
        "version": version,
        "opened": opened,
        "roles": plan_edits.ROLES.items(),
        "comparators": plan_edits.COMPARATORS.items(),
        "known_units": Organisation.objects.current().exclude(kind="peer"),
        "must_confirm": bool(preview["doubts"] or preview["unmatched"] or preview["ownerless"]),
        "existing": TaskList.objects.filter(source_digest=read.digest).first(),
    }
    return render(request, "tasklists/import_preview.html", context, status=status)


@requires("supervise")
@require_POST
def confirm(request):
    form = PlanConfirmForm(request.POST)
    token = request.POST.get("draft", "")
    if not form.is_valid():
        return show_preview(request, token, form, status=400)
    try:
        read = read_source(*find_draft(token, request.user))
        _, corrected = find_corrected(token, request.user)
        read = replace(read, plan=corrected or read.plan)
        preview = preview_of(read.plan)
        doubtful = preview["doubts"] or preview["unmatched"] or preview["ownerless"]
        if doubtful and not form.cleaned_data["confirmed"]:
            form.add_error("confirmed", "请核对标出的问题并勾选后再建立清单。")
            return show_preview(request, token, form, status=400)
        values = {name: form.cleaned_data[name] for name in ("title", "short", "year")}
        committed = commit_plan(read=read, by=request.user, **values)
    except UserError as refusal:
        messages.error(request, refusal.message)
        return redirect("tasklists:import")
    if committed.created:
        messages.success(request, "清单草稿已建立，核对后可以交办。")
    else:
        messages.info(request, "这份文件以前已导入，没有重复建立。")
    if committed.unassigned:
        messages.warning(request, f"以下单位没有分派：{'、'.join(committed.unassigned)}。")
    return redirect(reverse("tasklists:list_detail", args=[committed.task_list.slug]))
