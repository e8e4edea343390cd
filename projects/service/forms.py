"""What is typed about a case; what may be saved is decided by the services."""

from django import forms

from accounts.models import Organisation
from accounts.permissions import COUNTY_REPORTER
from common import uploads
from projects.models import Project, ServiceCase
from projects.service.cases import LOCATION_KINDS, NOTE, STEP, TEXT, handlers

CONTROL = {"class": "form-control"}
SELECT = {"class": "form-select"}
BAD_DAY = {"invalid": "日期应写作 2023-12-13。"}


def day_field(label, required=True):
    return forms.DateField(
        label=label,
        required=required,
        widget=forms.DateInput(CONTROL | {"type": "date"}, format="%Y-%m-%d"),
        error_messages=BAD_DAY | {"required": f"请填写{label}。"},
    )


def unit_field(label, queryset, empty="请选择", required=False):
    field = forms.ModelChoiceField(
        label=label,
        queryset=queryset,
        required=required,
        empty_label=empty,
        to_field_name="code",
        widget=forms.Select(SELECT),
        error_messages={"required": f"请选择{label}。", "invalid_choice": f"请从列表中选择{label}。"},
    )
    field.label_from_instance = lambda unit: unit.short
    return field


def file_field(label, help_text="docx、xlsx、pdf、png、jpg，不超过 20 MB。"):
    return forms.FileField(
        label=label,
        required=False,
        allow_empty_file=True,  # the service says what is wrong with it
        widget=forms.FileInput(CONTROL | {"accept": uploads.ACCEPT}),
        help_text=help_text,
    )


def area_field(label, limit, rows=3, required=False):
    return forms.CharField(
        label=label, required=required, widget=forms.Textarea(CONTROL | {"rows": rows, "maxlength": limit})
    )


class CaseForm(forms.Form):
    """A new case. A county's reporter enters the own county's alone."""

    channel = forms.ChoiceField(
        label="渠道", choices=ServiceCase.Channel.choices, widget=forms.Select(SELECT), initial="request"
    )
    category = forms.ChoiceField(
        label="类别",
        choices=[("", "请选择"), *ServiceCase.Category.choices],
        widget=forms.Select(SELECT),
        help_text="办理时限按类别从收到之日起算工作日。",
        error_messages={"required": "请选择类别。"},
    )
    company = forms.CharField(
        label="企业名称", required=False, widget=forms.TextInput(CONTROL | {"maxlength": 120, "autocomplete": "off"})
    )
    county = unit_field("所在县市区", Organisation.objects.none(), required=True)
    project = forms.CharField(
        label="项目编号",
        required=False,
        max_length=20,
        widget=forms.TextInput(CONTROL | {"maxlength": 20, "autocomplete": "off"}),
        help_text="诉求属于台账中的项目时填写，如 S-001。",
    )
    contact = forms.CharField(
        label="联系人", required=False, max_length=40, widget=forms.TextInput(CONTROL | {"maxlength": 40})
    )
    phone = forms.CharField(
        label="联系电话",
        required=False,
        max_length=30,
        widget=forms.TextInput(CONTROL | {"maxlength": 30, "inputmode": "tel"}),
        help_text="手机号，或带区号的固定电话。",
    )
    text = area_field("诉求内容", TEXT, rows=5)
    received_on = day_field("收到日期")
    handler = unit_field("承办单位", handlers(), empty="受理时再定")
    file = file_field("诉求材料", "企业交来的材料，docx、xlsx、pdf、png、jpg，不超过 20 MB；不经查询链接公开。")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        places = Organisation.objects.current().filter(kind__in=LOCATION_KINDS)
        if user.role == COUNTY_REPORTER:
            places = places.filter(pk=user.organisation_id)
            self.fields["county"].initial = user.organisation.code
        self.fields["county"].queryset = places
        self.fields["handler"].queryset = handlers()

    def clean_project(self):
        code = self.cleaned_data["project"].strip()
        if not code:
            return None
        found = Project.objects.visible_to(self.user).filter(code=code).first()
        if found is None:
            raise forms.ValidationError(f"没有编号为“{code}”的项目，请核对编号，或留空。")
        return found

    def clean(self):
        """Name all that is missing at once; how long a text may be is the service's to say."""
        values = super().clean()
        for name, sentence in (("company", "请填写企业名称。"), ("text", "请写明诉求内容。")):
            if name in values and not values[name].strip():
                self.add_error(name, sentence)
        return values


class AcceptForm(forms.Form):
    handler = unit_field("承办单位", handlers())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["handler"].queryset = handlers()


class HandOverForm(AcceptForm):
    handler = unit_field("转给", handlers(), required=True)
    reason = area_field("转办原因", NOTE, rows=2)


class StepForm(forms.Form):
    text = area_field("办理情况", STEP)
    file = file_field("附件")
    is_public = forms.BooleanField(label="企业通过查询链接可见", required=False)


class FinishForm(forms.Form):
    result = area_field("办理结果", TEXT)
    file = file_field("答复文件", "随结果给企业看；docx、xlsx、pdf、png、jpg，不超过 20 MB。")


class RefuseForm(forms.Form):
    reason = area_field("不予受理的原因", TEXT, rows=2)


class RatingForm(forms.Form):
    satisfaction = forms.ChoiceField(
        label="满意度",
        choices=ServiceCase.Satisfaction.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "请选择满意度。", "invalid_choice": "请选择满意度。"},
    )
    note = area_field("评价意见", NOTE, rows=2)
