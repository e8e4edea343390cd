"""What is typed about events, platforms' residents and clauses; what may be saved is decided by the services."""

from decimal import Decimal

from django import forms

from accounts.models import Organisation
from common.amounts import WAN_PER_YI
from projects.models import ClauseProgress, Project
from projects.service.cases import LOCATION_KINDS, handlers
from projects.service.forms import CONTROL, SELECT, area_field, day_field, unit_field


def text_field(label, limit, required=False, **attrs):
    return forms.CharField(
        label=label, required=required, widget=forms.TextInput(CONTROL | {"maxlength": limit, **attrs})
    )


def space_field(label, unit, digits):
    """An area with two decimals; whether it can be so large is decided by the services."""
    too_large = f"面积过大，请核对单位是{unit}。"
    return forms.DecimalField(
        label=label,
        required=False,
        max_digits=digits,
        decimal_places=2,
        widget=forms.NumberInput(CONTROL | {"step": "any"}),
        error_messages={
            "invalid": f"面积应为数字，单位{unit}。",
            "max_digits": too_large,
            "max_whole_digits": too_large,
            "max_decimal_places": "面积最多 2 位小数。",
        },
    )


class EventForm(forms.Form):
    """A signing event. The published investment is typed in 亿元, kept in 万元."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    name = text_field("活动名称", 120)
    held_on = day_field("活动日期")
    place = text_field("地点", 80)
    host = text_field("主办", 120)
    guests = text_field("参会情况", 200)
    published_count = forms.IntegerField(
        label="公布签约数",
        required=False,
        min_value=0,
        max_value=100000,
        widget=forms.NumberInput(CONTROL),
        error_messages={
            "invalid": "签约数应为整数。",
            "min_value": "签约数不能是负数。",
            "max_value": "签约数过大，请核对。",
        },
    )
    published_investment = forms.DecimalField(
        label="公布总投资",
        required=False,
        min_value=Decimal(0),
        max_digits=10,
        decimal_places=4,
        widget=forms.NumberInput(CONTROL | {"step": "any"}),
        error_messages={
            "invalid": "总投资应为数字，单位亿元。",
            "min_value": "总投资不能是负数。",
            "max_digits": "总投资最多写到 6 位整数、4 位小数，单位亿元。",
            "max_decimal_places": "总投资最多 4 位小数，单位亿元。",
            "max_whole_digits": "总投资最多 6 位整数，单位亿元，请核对。",
        },
    )
    source_title = text_field("公布数来源", 200)
    source_on = day_field("来源日期", required=False)

    def clean_published_investment(self):
        amount = self.cleaned_data["published_investment"]
        return None if amount is None else amount * WAN_PER_YI


class PlatformForm(forms.Form):
    """A platform's place and size, and where its published figures come from."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    name = text_field("平台名称", 80)
    county = unit_field("所在县市区", Organisation.objects.none(), empty="市域外")
    area_km2 = space_field("面积", "平方公里", 10)
    usable_area_m2 = space_field("可用面积", "平方米", 12)
    residents = forms.IntegerField(
        label="公布入驻数",
        required=False,
        min_value=0,
        max_value=100000,
        widget=forms.NumberInput(CONTROL),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), "公布入驻数应为 0 或正整数；不清楚时留空。"
        ),
    )
    source_title = text_field("公布数来源", 200)
    source_on = day_field("来源日期", required=False)
    description = area_field("简介", 300, rows=2)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["source_title"].help_text = "公布的面积、入驻数出自哪里，如 新闻发布会、政府工作报告。"
        self.fields["county"].queryset = Organisation.objects.filter(kind__in=LOCATION_KINDS).order_by("order")


PROVINCES = ("北京市", "天津市", "河北省", "山东省", "上海市", "江苏省", "浙江省", "广东省", "其他")


class ResidentForm(forms.Form):
    """A platform's resident. ``user`` may name the projects that they may see."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    name = text_field("入驻单位", 120)
    origin_province = forms.ChoiceField(
        label="来源省市",
        required=False,
        choices=[("", "不清楚"), *((name, name) for name in PROVINCES)],
        widget=forms.Select(SELECT),
    )
    origin_district = text_field("来源区（市）", 24)
    area_m2 = space_field("使用面积", "平方米", 12)
    entered_on = day_field("入驻日期")
    left_on = day_field("退出日期", required=False)
    project = text_field("项目编号", 20)
    note = text_field("说明", 200)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["left_on"].help_text = "退出当日起不再计入；没有退出的留空。"
        self.fields["project"].help_text = "是台账中的项目时填写，如 S-001；来源地留空时取项目的来源地。"

    def clean_project(self):
        code = self.cleaned_data["project"].strip()
        if not code:
            return None
        found = Project.objects.visible_to(self.user).filter(code=code).first()
        if found is None:
            raise forms.ValidationError(f"没有编号为“{code}”的项目，请核对编号，或留空。")
        return found


def number_field(label):
    faults = dict.fromkeys(("invalid", "min_value", "max_value"), f"{label}应为 0 到 1000 的整数；没有公布的留空。")
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=1000,
        widget=forms.NumberInput(CONTROL),
        error_messages=faults,
    )


class MemorandumForm(forms.Form):
    """A memorandum as it was signed and published; ``clauses`` are those to add, one a line."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    title = text_field("协议名称", 160)
    partner = text_field("合作方", 120)
    local_party = text_field("本市签约方", 120)
    signed_on = day_field("签署日期")
    field_count = number_field("公布领域数")
    aspect_count = number_field("公布方面数")
    source_title = text_field("公布数来源", 200)
    source_on = day_field("来源日期", required=False)
    clauses = forms.CharField(
        label="增加事项",
        required=False,
        widget=forms.Textarea(CONTROL | {"rows": 6}),
        help_text="每行一项，接在已有事项之后。",
    )


class PlanForm(forms.Form):
    """Whose a clause is, until when, what comes next."""

    owner = unit_field("责任单位", handlers(), empty="未定")
    due_on = day_field("完成时限", required=False)
    next_step = area_field("下一步", 300)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = handlers()


class ProgressForm(forms.Form):
    state = forms.ChoiceField(
        label="状态",
        choices=[("", "请选择"), *ClauseProgress.State.choices],
        widget=forms.Select(SELECT),
        error_messages={"required": "请选择状态。"},
    )
    text = area_field("进展", 300)
