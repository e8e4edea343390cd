"""Forms of the ledger pages."""

from django import forms

from common.ledgers.kinds import SPAN_SEPARATOR, kind_of

SELECT = {"class": "form-select"}
INPUT = {"class": "form-control"}


class LedgerForm(forms.Form):
    """A ledger file, its kind, and what else the kinds ask for."""

    kind = forms.ChoiceField(label="台账种类", widget=forms.Select(SELECT))
    file = forms.FileField(
        label="文件",
        widget=forms.FileInput({"accept": ".xlsx,.csv", "class": "form-control"}),
        help_text=".xlsx 或 .csv，最多 20,000 行。",
        error_messages={"required": "请选择文件。", "empty": "文件是空的。"},
    )

    def __init__(self, *args, kinds, user, on, **options):
        super().__init__(*args, **options)
        self.choices = {kind.key: kind.choices(user, on) for kind in kinds}
        self.fields["kind"].choices = [(kind.key, kind.name) for kind in kinds]
        for further in self.choices.values():
            self.fields.update(further)
        if len(kinds) == 1:
            self.fields["kind"].widget = forms.HiddenInput()
            self.fields["kind"].initial = kinds[0].key

    def chosen(self) -> dict[str, str]:
        """Return what was chosen of the fields that the chosen kind asks for."""
        return {name: self.cleaned_data.get(name, "") for name in self.choices[self.cleaned_data["kind"]]}


class MappingForm(forms.Form):
    """Which sheet and header rows were meant, and which header means which field, chosen by hand."""

    sheet = forms.ChoiceField(label="工作表", required=False, widget=forms.Select(SELECT))
    header_row = forms.IntegerField(
        label="表头最后一行的行号",
        required=False,
        min_value=1,
        max_value=200,
        widget=forms.NumberInput(INPUT),
        help_text="表头认错时改；改了行号或工作表，各列重新辨认。",
        error_messages={
            "invalid": "行号应为整数。",
            "min_value": "行号从 1 起。",
            "max_value": "表头应在前 200 行。",
        },
    )

    def __init__(self, *args, kind, report, **options):
        super().__init__(*args, **options)
        sheets = [report["sheet"], *report.get("other_sheets", [])]
        if len(sheets) > 1:
            self.fields["sheet"].choices = [(name, name) for name in sheets]
            self.fields["sheet"].initial = report["sheet"]
        else:
            del self.fields["sheet"]
        self.fields["header_row"].initial = report.get("header_row")
        headers = [("", "（不读取）"), *((words, words) for words in report["headers"])]
        self.known = [field for field in kind_of(kind).fields() if SPAN_SEPARATOR not in field.key]
        for field in self.known:
            self.fields[f"map_{field.key}"] = forms.ChoiceField(
                label=field.label,
                choices=headers,
                required=False,
                initial=report["columns"].get(field.key, ""),
                widget=forms.Select(SELECT),
            )

    def mapping(self) -> dict[str, str]:
        return {field.key: self.cleaned_data[f"map_{field.key}"] for field in self.known}

    def clean(self):
        chosen = [value for name, value in self.cleaned_data.items() if name.startswith("map_") and value]
        twice = {value for value in chosen if chosen.count(value) > 1}
        if twice:
            raise forms.ValidationError(f"列“{'、'.join(sorted(twice))}”指定了两次，每列只能对应一项。")
        return self.cleaned_data
