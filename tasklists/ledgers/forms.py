"""Forms of the ledger pages."""

from django import forms

from common import periods
from tasklists.forms import SELECT
from tasklists.ledgers.fields import FIELDS, KIND_NAMES, PROGRESS, TASKS
from tasklists.models import TaskList

NEW_LIST = "新建一份清单草稿"


class LedgerForm(forms.Form):
    """A ledger file, its kind, and what it is for."""

    kind = forms.ChoiceField(label="台账种类", widget=forms.Select(SELECT))
    file = forms.FileField(
        label="文件",
        widget=forms.FileInput({"accept": ".xlsx,.csv", "class": "form-control"}),
        help_text=".xlsx 或 .csv，最多 20,000 行。",
        error_messages={"required": "请选择文件。", "empty": "文件是空的。"},
    )
    task_list = forms.ChoiceField(label="放进清单", required=False, widget=forms.Select(SELECT))
    period = forms.ChoiceField(label="填报月份", required=False, widget=forms.Select(SELECT))

    def __init__(self, *args, kinds, on, **options):
        super().__init__(*args, **options)
        self.fields["kind"].choices = [(kind, KIND_NAMES[kind]) for kind in kinds]
        this = periods.period_of(on)
        months = [periods.shift(this, -back) for back in range(6)]
        by_file = [("", "按表中所写")]
        self.fields["period"].choices = by_file + [(month, periods.label(month)) for month in months]
        if TASKS in kinds:
            drafts = TaskList.objects.filter(state=TaskList.State.DRAFT).values_list("slug", "title")
            self.fields["task_list"].choices = [("", NEW_LIST), *drafts]
            self.fields["task_list"].help_text = "导入任务清单时用；只能放进草稿。"
            self.fields["period"].help_text = "导入进展填报时用。"
        else:
            del self.fields["task_list"]
        if kinds == [PROGRESS]:
            self.fields["kind"].widget = forms.HiddenInput()
            self.fields["kind"].initial = PROGRESS


class MappingForm(forms.Form):
    """Which header means which field, chosen by hand."""

    sheet = forms.ChoiceField(label="工作表", required=False, widget=forms.Select(SELECT))

    def __init__(self, *args, kind, report, **options):
        super().__init__(*args, **options)
        self.kind = kind
        sheets = [report["sheet"], *report.get("other_sheets", [])]
        if len(sheets) > 1:
            self.fields["sheet"].choices = [(name, name) for name in sheets]
            self.fields["sheet"].initial = report["sheet"]
        else:
            del self.fields["sheet"]
        headers = [("", "（不读取）"), *((words, words) for words in report["headers"])]
        for field in FIELDS[kind]:
            self.fields[f"map_{field.key}"] = forms.ChoiceField(
                label=field.label,
                choices=headers,
                required=False,
                initial=report["columns"].get(field.key, ""),
                widget=forms.Select(SELECT),
            )

    def mapping(self) -> dict[str, str]:
        return {field.key: self.cleaned_data[f"map_{field.key}"] for field in FIELDS[self.kind]}

    def clean(self):
        chosen = [value for name, value in self.cleaned_data.items() if name.startswith("map_") and value]
        twice = {value for value in chosen if chosen.count(value) > 1}
        if twice:
            raise forms.ValidationError(f"列“{'、'.join(sorted(twice))}”指定了两次，每列只能对应一项。")
        return self.cleaned_data
