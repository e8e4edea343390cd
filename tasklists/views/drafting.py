"""Editing a task of a draft before it is assigned."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.guards import requires
from common import clock
from common.errors import UserError
from common.versions import StaleVersion
from tasklists import drafting
from tasklists.life_forms import DraftItemForm
from tasklists.models import TaskItem

ROLES = ("lead", "responsible", "supporting")


@requires("supervise")
@require_http_methods(["GET", "POST"])
def edit(request, pk):
    item = get_object_or_404(TaskItem.objects.visible_to(request.user).select_related("task_list"), pk=pk)
    if request.method == "GET":
        return _show(request, item, DraftItemForm(initial=_initial(item)))
    form = DraftItemForm(request.POST)
    if not form.is_valid():
        return _show(request, item, form, status=400)
    values = form.cleaned_data
    lead = [values["lead"]] if values["lead"] else []
    try:
        drafting.edit_item(
            item=item,
            title=values["title"],
            text=values["text"],
            due_on=values["due_on"],
            long_term=values["long_term"],
            owners={"lead": lead} | {role: list(values[role]) for role in ROLES[1:]},
            version=values["version"],
            by=request.user,
            on=clock.today(),
        )
    except StaleVersion as stale:
        typed = request.POST.copy()
        typed["version"] = stale.current.version
        form = DraftItemForm(typed)
        form.full_clean()
        form.add_error(None, "任务刚被他人改过，你填的都在下面；请对照右侧最新内容后再保存。")
        return _show(request, stale.current, form, status=409)
    except UserError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _show(request, item, form, status=400)
    messages.success(request, "已保存。")
    return redirect(reverse("tasklists:detail", args=[item.pk]))


def _initial(item) -> dict:
    owners = {role: [] for role in ROLES}
    for part in item.assignments.all():
        owners[part.role].append(part.organisation_id)
    return {
        "version": item.version,
        "title": item.title,
        "text": item.text,
        "due_on": item.due_on,
        "long_term": item.long_term,
        "lead": owners["lead"][0] if owners["lead"] else None,
        "responsible": owners["responsible"],
        "supporting": owners["supporting"],
    }


def _show(request, item, form, status=200):
    context = {
        "item": item,
        "form": form,
        "closed": drafting.why_not_editable(item),
        "parts": item.assignments.select_related("organisation").order_by("pk"),
    }
    return render(request, "tasklists/edit.html", context, status=status)
