"""Forms of definitions and corrections; what may be saved is decided by the services."""

from django import forms

from accounts.models import Organisation
from indicators.computing import RULES
from indicators.defining import FIELDS
from indicators.models import Indicator

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
