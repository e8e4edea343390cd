"""Forms of definitions and corrections; what may be saved is decided by the services."""

from django import forms

from accounts.models import Organisation
from indicators.computing import RULES
from indicators.defining import FIELDS
from indicators.models import Comparator, Indicator

COMPARED = {
    "=": "就是这个数",
    ">=": "…以上（≥）",
    ">": "超过、余（>）",
    "<=": "不超过（≤）",
    "<": "不足（<）",
    "~": "约",
}
CONTROL = {"class": "form-control"}
SELECT = {"class": "form-select"}
DAY = {"class": "form-control", "type": "date"}
HELP = {
    "scope": "一句话说清计什么、怎么计、不计什么。",
    "rule": "选了规则，数值由本站台账计算，不再填报。",
    "numerator_name": "比率类指标填写；填报时由分子、分母算出数值。",
    "due_days": "期末后多少天内报送。",
    "benchmark_of": "对标地区的同类指标，指明它对应本市的哪一项。",
    "decimals": "显示时四舍五入到几位。",
}


class IndicatorForm(forms.ModelForm):
    """A definition. ``version`` is what its editor has seen, 0 for a new one."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    rule = forms.ChoiceField(label="计算规则", required=False, widget=forms.Select(SELECT))

    class Meta:
        model = Indicator
        fields = ["code", *FIELDS]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["code"]
        self.fields["rule"].choices = [("", "不计算（由单位填报或取自公布）")] + [
            (key, f"{rule.label}（{rule.unit}）") for key, rule in RULES.items()
        ]
        units = Organisation.objects.current().exclude(kind__in=("collective", "peer")).order_by("order", "code")
        self.fields["owner"].queryset = units
        self.fields["owner"].label_from_instance = lambda unit: unit.short
        self.fields["benchmark_of"].queryset = Indicator.objects.exclude(pk=self.instance.pk).order_by("code")
        self.fields["benchmark_of"].label_from_instance = lambda row: f"{row.code} {row.name}"
        self.fields["scope"].widget = forms.Textarea({"rows": 2, "maxlength": 200})
        for name in ("valid_from", "valid_to"):
            self.fields[name].widget = forms.DateInput(DAY, format="%Y-%m-%d")
        self.fields["decimals"].max_value = 4
        for name, field in self.fields.items():
            field.help_text = HELP.get(name, "")
            widget = field.widget
            if isinstance(widget, forms.Select):
                widget.attrs |= SELECT
            elif not isinstance(widget, forms.CheckboxInput | forms.HiddenInput):
                widget.attrs |= CONTROL if "type" not in widget.attrs else DAY

    def clean_decimals(self):
        number = self.cleaned_data["decimals"]
        if number > 4:
            raise forms.ValidationError("小数位数为 0—4。")
        return number

    def validate_unique(self):
        """The service says it better."""

    def definition(self) -> dict:
        """Return the cleaned values of the definition's own fields."""
        return {name: self.cleaned_data[name] for name in FIELDS}


class RestatementForm(forms.Form):
    """A corrected value, as typed, and why. ``version`` is what its editor has seen."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    value = forms.CharField(
        label="更正后的数值", required=False, widget=forms.TextInput(CONTROL | {"inputmode": "decimal"})
    )
    numerator = forms.CharField(
        label="分子", required=False, widget=forms.TextInput(CONTROL | {"inputmode": "decimal"})
    )
    denominator = forms.CharField(
        label="分母", required=False, widget=forms.TextInput(CONTROL | {"inputmode": "decimal"})
    )
    reason = forms.CharField(
        label="更正原因", required=False, widget=forms.Textarea(CONTROL | {"rows": 2, "maxlength": 200})
    )


class RepublicationForm(forms.Form):
    """Another publication of the same figure."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    value = forms.CharField(
        label="这次公布的数值", required=False, widget=forms.TextInput(CONTROL | {"inputmode": "decimal"})
    )
    title = forms.CharField(label="来源标题", required=False, max_length=200, widget=forms.TextInput(CONTROL))
    publisher = forms.CharField(label="发布单位", required=False, max_length=80, widget=forms.TextInput(CONTROL))
    published_on = forms.DateField(
        label="发布日期",
        widget=forms.DateInput(DAY, format="%Y-%m-%d"),
        error_messages={"invalid": "日期应写作 2023-12-31。", "required": "请填写发布日期。"},
    )
    reason = forms.CharField(label="说明", required=False, max_length=200, widget=forms.TextInput(CONTROL))


class WithdrawalForm(forms.Form):
    """Why a mistyped published figure is taken back. ``version`` is what its reader has seen."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="撤销原因", required=False, widget=forms.Textarea(CONTROL | {"rows": 2, "maxlength": 200})
    )


class PublicationForm(forms.Form):
    """A figure that others published; the fields of the definition only where it is of a new scope."""

    name = forms.CharField(
        label="指标名称",
        max_length=80,
        widget=forms.TextInput(CONTROL),
        error_messages={"required": "请填写指标名称。"},
    )
    unit = forms.CharField(
        label="计量单位",
        max_length=12,
        widget=forms.TextInput(CONTROL),
        error_messages={"required": "请填写计量单位。"},
    )
    scope = forms.CharField(
        label="口径",
        max_length=200,
        widget=forms.Textarea(CONTROL | {"rows": 2}),
        help_text="一句话说清计什么、怎么计、不计什么；同名但口径不同的另成一项。",
        error_messages={"required": "请填写口径，没有口径的数字不能比较。"},
    )
    category = forms.CharField(label="类别", required=False, max_length=24, widget=forms.TextInput(CONTROL))
    organisation = forms.ModelChoiceField(
        queryset=Organisation.objects.none(),
        label="单位或地区",
        empty_label="请选择",
        to_field_name="code",
        widget=forms.Select(SELECT),
        error_messages={"required": "请选择单位或地区。"},
    )
    period = forms.CharField(
        label="期间",
        max_length=10,
        widget=forms.TextInput(CONTROL),
        help_text="2023、2023-Q3、2023-11 或 2023-12-13。",
        error_messages={"required": "请填写期间。"},
    )
    period_words = forms.CharField(
        label="期间（原文）",
        required=False,
        max_length=40,
        widget=forms.TextInput(CONTROL),
        help_text="来源另有说法时照抄，如 累计至2023年。",
    )
    comparator = forms.ChoiceField(label="表述", widget=forms.Select(SELECT))
    value = forms.CharField(
        label="数值",
        max_length=40,
        widget=forms.TextInput(CONTROL | {"inputmode": "decimal"}),
        error_messages={"required": "请填写公布的数值。"},
    )
    title = forms.CharField(
        label="来源标题",
        max_length=200,
        widget=forms.TextInput(CONTROL),
        error_messages={"required": "请填写来源标题。"},
    )
    publisher = forms.CharField(label="发布单位", required=False, max_length=80, widget=forms.TextInput(CONTROL))
    published_on = forms.DateField(
        label="发布日期",
        widget=forms.DateInput(DAY, format="%Y-%m-%d"),
        error_messages={"invalid": "日期应写作 2023-12-31。", "required": "请填写发布日期。"},
    )
    note = forms.CharField(label="说明", required=False, max_length=200, widget=forms.TextInput(CONTROL))

    def __init__(self, *args, organisations, joins=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["comparator"].choices = [(key, COMPARED[key]) for key in Comparator.values]
        self.fields["organisation"].queryset = organisations
        self.fields["organisation"].label_from_instance = lambda unit: (
            f"{unit.short}（对标）" if unit.kind == "peer" else unit.short
        )
        if joins:
            for name in ("name", "unit", "scope", "category"):
                del self.fields[name]
