"""Making a task of a memorandum's clause."""

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.guards import requires
from common import clock
from common.errors import UserError
from projects.models import MemorandumClause
from tasklists.clauses import aspects, make_task
from tasklists.forms import CONTROL, SELECT


class ClauseTaskForm(forms.Form):
    aspect = forms.ModelChoiceField(
        label="清单和方面",
        queryset=aspects(),
        empty_label="请选择",
        widget=forms.Select(SELECT),
        error_messages={"required": "请选择清单和方面。", "invalid_choice": "请从列表中选择清单和方面。"},
    )
    title = forms.CharField(label="任务", required=False, widget=forms.TextInput(CONTROL | {"maxlength": 160}))
    due_on = forms.DateField(
        label="完成时限",
        widget=forms.DateInput(CONTROL | {"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "日期应写作 2023-12-31。", "required": "请填写完成时限。"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["aspect"].queryset = aspects()
        self.fields["aspect"].label_from_instance = _named


def _named(aspect) -> str:
    state = "（草稿）" if aspect.task_list.state == "draft" else ""
    return f"{aspect.task_list.short}{state} · {aspect.title}"


@requires("supervise")
@require_http_methods(["GET", "POST"])
def make_clause_task(request, pk):
    clause = get_object_or_404(MemorandumClause.objects.select_related("memorandum", "owner"), pk=pk)
    if request.method == "GET":
        return _show(request, clause, ClauseTaskForm(initial={"title": clause.text, "due_on": clause.due_on}))
    form = ClauseTaskForm(request.POST)
    if not form.is_valid():
        return _show(request, clause, form)
    try:
        item = make_task(clause=clause, **form.cleaned_data, by=request.user, on=clock.today())
    except UserError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _show(request, clause, form)
    messages.success(request, f"已转为任务 {item.code}。")
    return redirect("tasklists:detail", pk=item.pk)


def _show(request, clause, form):
    return render(request, "tasklists/clause_task.html", {"clause": clause, "form": form})
