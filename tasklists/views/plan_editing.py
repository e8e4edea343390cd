"""Correcting a plan in its preview, one small form after another; each correction is the draft's next version."""

from types import SimpleNamespace

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST

from accounts.guards import requires
from accounts.models import Organisation
from accounts.organisations import save_alias
from common.errors import UserError
from common.versions import StaleVersion
from tasklists import plan_edits
from tasklists.plan_drafts import find_corrected, find_draft, keep_corrected, take_back
from tasklists.plan_import import read_source, unit_directory
from tasklists.views.importing import show_preview

CHANGED = "这份预览刚在另一个窗口改过，已换成最新内容；刚才的修改没有保存，请核对后再改。"


@requires("supervise")
@require_POST
def edit(request):
    """One correction. Refused, the preview comes back with what was typed and the reason beside it."""
    token, index = request.POST.get("draft", ""), _number(request.POST.get("clause", ""))
    act, version = request.POST.get("act", ""), _number(request.POST.get("version", ""))
    try:
        find_draft(token, request.user)
    except UserError as refusal:
        messages.error(request, refusal.message)
        return redirect("tasklists:import")
    try:
        if act == "undo":
            take_back(token, request.user, version=version)
        else:
            with transaction.atomic():  # a new alias stands only when the correction is kept
                plan = current_plan(token, request.user)
                _apply(request, act, plan, index)
                keep_corrected(token, request.user, plan=plan, version=version)
    except (UserError, StaleVersion) as refusal:
        problem = CHANGED if isinstance(refusal, StaleVersion) else refusal.message
        opened = SimpleNamespace(index=index, typed=typed_in(request.POST), problem=problem)
        if act not in ("save", "split"):
            opened = SimpleNamespace(index=None, typed=None, problem=problem)
        return show_preview(request, token, opened=opened, status=200 if request.headers.get("HX-Request") else 400)
    return redirect(f"{reverse('tasklists:import')}?{urlencode({'draft': token})}#clause-{max(index, 0)}")


def current_plan(token, user):
    """Return the plan as last corrected, else as read."""
    _, plan = find_corrected(token, user)
    return plan or read_source(*find_draft(token, user)).plan


def _apply(request, act, plan, index):
    directory = unit_directory()
    if act == "save":
        plan_edits.correct(plan, index, typed_in(request.POST), directory)
    elif act == "split":
        plan_edits.correct(plan, index, typed_in(request.POST), directory)
        plan_edits.split(plan, index, request.POST.get("text", ""))
    elif act == "merge":
        plan_edits.merge_up(plan, index)
    elif act == "delete":
        plan_edits.delete(plan, index)
    elif act == "unit":
        _name_unit(request, plan, directory)
    else:
        raise UserError("没有这个操作。")
    plan_edits.find_unmatched(plan, directory)


def _name_unit(request, plan, directory):
    """A name that was not understood is an organisation after all: here, and if asked for from now on."""
    written, meant = request.POST.get("written", "").strip(), request.POST.get("name", "").strip()
    found = directory.find(meant) if meant else None
    if found is None or not found.known or found.collective:
        raise UserError(f"“{meant[:40]}”不是已有的单位，请从列出的单位里选。" if meant else "请选单位。")
    if request.POST.get("remember"):
        organisation = Organisation.objects.get(short=found.name)
        save_alias(by=request.user, organisation=organisation, name=written[:80], kind="alias")
    plan_edits.replace_unit(plan, written, found.name, directory)


def typed_in(post) -> plan_edits.Typed:
    """Return the clause's form as it was sent."""
    columns = ("name", "comparator", "value", "unit", "at")
    sent = [post.getlist(f"target_{column}") for column in columns]
    return plan_edits.Typed(
        title=post.get("title", ""),
        text=post.get("text", ""),
        due=post.get("due", "").strip(),
        long_term=bool(post.get("long_term")),
        owners=list(zip(post.getlist("owner_name"), post.getlist("owner_role"), strict=False)),
        targets=[dict(zip(columns, row, strict=True)) for row in zip(*sent, strict=False)],
    )


def _number(text):
    return int(text) if text.isdecimal() and len(text) < 7 else -1
