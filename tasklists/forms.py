"""Forms of the task pages; what may be saved is decided by the services."""

from django import forms

from tasklists.models import ProgressReport

CONTROL = {"class": "form-control"}
SELECT = {"class": "form-select"}


class ReportForm(forms.Form):
    """One month's report. ``version`` is what its editor has seen, 0 for a new one."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    status = forms.ChoiceField(label="状态", choices=ProgressReport.Status.choices, widget=forms.Select(SELECT))
    percent = forms.IntegerField(
        label="完成百分比",
        required=False,
        widget=forms.TextInput(CONTROL | {"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": "完成百分比应为 0—100 的整数。"},
    )
    text = forms.CharField(
        label="本期进展",
        required=False,
        max_length=2000,
        widget=forms.Textarea(CONTROL | {"rows": 5, "placeholder": "写本期做了什么、到了哪一步"}),
    )
    difficulty = forms.CharField(
        label="存在困难", required=False, max_length=1000, widget=forms.Textarea(CONTROL | {"rows": 3})
    )
    outlook = forms.ChoiceField(label="预计", choices=ProgressReport.Outlook.choices, widget=forms.Select(SELECT))

    def clean_percent(self):
        percent = self.cleaned_data["percent"]
        if percent is None:
            raise forms.ValidationError("请填写完成百分比（0—100）。")
        if not 0 <= percent <= 100:
            raise forms.ValidationError(f"完成百分比应为 0—100，现填 {percent}，未保存。")
        return percent

    def clean_text(self):
        return self.cleaned_data["text"].replace("\r\n", "\n")

    def clean_difficulty(self):
        return self.cleaned_data["difficulty"].replace("\r\n", "\n")


class PlanForm(forms.Form):
    """A plan to read: pasted text or one file, not both."""

    text = forms.CharField(
        label="粘贴文字",
        required=False,
        widget=forms.Textarea(CONTROL | {"rows": 14, "class": "form-control pastebox"}),
    )
    file = forms.FileField(
        label="上传文件", required=False, widget=forms.FileInput({"accept": ".docx,.txt", "class": "form-control"})
    )

    def clean(self):
        text, file = self.cleaned_data.get("text", "").strip(), self.cleaned_data.get("file")
        if bool(text) == bool(file) and not self.errors:
            raise forms.ValidationError("粘贴文字和上传文件请任选一种。" if text else "请粘贴文字或选择文件。")
        return self.cleaned_data


class PlanConfirmForm(forms.Form):
    """What the list is called, and that unknown units have been looked at."""

    draft = forms.CharField(widget=forms.HiddenInput)
    title = forms.CharField(label="清单名称", max_length=160, widget=forms.TextInput(CONTROL))
    short = forms.CharField(label="简称", max_length=24, widget=forms.TextInput(CONTROL))
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100, widget=forms.NumberInput(CONTROL))
    confirmed = forms.BooleanField(label="已核对标出的问题，按预览建立清单", required=False)
