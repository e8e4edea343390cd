"""Forms of the office's acts on reports, lists and drafts; what may be saved is decided by the services."""

from django import forms

from accounts.models import Organisation
from tasklists.forms import CONTROL, SELECT, ReportForm


class CorrectionForm(ReportForm):
    """A report as it should have read, and why."""

    reason = forms.CharField(
        label="更正原因",
        required=False,
        widget=forms.Textarea(CONTROL | {"rows": 2, "maxlength": 300}),
    )


class DraftItemForm(forms.Form):
    """A task that is not assigned yet. ``version`` is what its editor has seen."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    title = forms.CharField(label="任务", required=False, widget=forms.TextInput(CONTROL | {"maxlength": 160}))
    text = forms.CharField(label="内容", required=False, max_length=4000, widget=forms.Textarea(CONTROL | {"rows": 4}))
    due_on = forms.DateField(
        label="完成时限",
        required=False,
        widget=forms.DateInput(CONTROL | {"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "日期应写作 2023-12-31。"},
    )
    long_term = forms.BooleanField(label="长期坚持", required=False)
    lead = forms.ModelChoiceField(
        label="牵头单位",
        required=False,
        queryset=Organisation.objects.none(),
        empty_label="没有牵头单位",
        widget=forms.Select(SELECT),
    )
    responsible = forms.ModelMultipleChoiceField(
        label="责任单位",
        required=False,
        queryset=Organisation.objects.none(),
        widget=forms.SelectMultiple(SELECT | {"size": 8}),
        help_text="按住 Ctrl 可选多个。",
    )
    supporting = forms.ModelMultipleChoiceField(
        label="配合单位",
        required=False,
        queryset=Organisation.objects.none(),
        widget=forms.SelectMultiple(SELECT | {"size": 8}),
        help_text="按住 Ctrl 可选多个。",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        units = Organisation.objects.current().exclude(kind__in=("collective", "peer")).order_by("order", "code")
        for name in ("lead", "responsible", "supporting"):
            self.fields[name].queryset = units
            self.fields[name].label_from_instance = lambda unit: unit.short

    def clean_text(self):
        return self.cleaned_data["text"].replace("\r\n", "\n")
