"""Entering a memorandum, changing what was published of it, adding clauses."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.guards import requires
from common import clock
from common.errors import UserError
from common.versions import StaleVersion
from projects.models import Memorandum
from projects.places.agreements import save_memorandum
from projects.places.forms import MemorandumForm
from projects.sections import sections


@requires("supervise")
@require_http_methods(["GET", "POST"])
def memorandum_new(request):
    return _edit(request, None)


@requires("supervise")
@require_http_methods(["GET", "POST"])
def memorandum_edit(request, key):
    return _edit(request, get_object_or_404(Memorandum.objects.select_related("source"), key=key))


def _edit(request, memorandum):
    if request.method == "GET":
        return _form_page(request, memorandum, MemorandumForm(initial=_initial(memorandum)))
    form = MemorandumForm(request.POST)
    if not form.is_valid():
        return _form_page(request, memorandum, form)
    try:
        saved = save_memorandum(memorandum=memorandum, **form.cleaned_data, by=request.user, on=clock.today())
    except StaleVersion as stale:
        typed = request.POST.copy()
        typed["version"] = stale.current.version
        form = MemorandumForm(typed)
        form.full_clean()
        form.add_error(None, "这份协议刚被他人改过，你填的都在下面；请对照右侧最新内容后再保存。")
        return _form_page(request, stale.current, form, status=409)
    except UserError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _form_page(request, memorandum, form)
    messages.success(request, "已保存。")
    return redirect("projects:memorandum", key=saved.key)


def _initial(memorandum) -> dict:
    if memorandum is None:
        return {"version": 0}
    names = ("version", "title", "partner", "local_party", "signed_on", "field_count", "aspect_count")
    source = memorandum.source
    return {name: getattr(memorandum, name) for name in names} | {
        "source_title": source.title if source else "",
        "source_on": source.published_on if source else None,
    }


def _form_page(request, memorandum, form, status=200):
    context = {
        "memorandum": memorandum,
        "clauses": memorandum.clauses.order_by("order") if memorandum else [],
        "form": form,
        "sections": sections(request, "projects:memoranda"),
    }
    return render(request, "projects/memorandum_edit.html", context, status=status)
