"""What is typed about events, platforms' residents and clauses; what may be saved is decided by the services."""

from decimal import Decimal

from django import forms

from common.amounts import WAN_PER_YI
from projects.service.forms import CONTROL, day_field


def text_field(label, limit, required=False, **attrs):
    return forms.CharField(
        label=label, required=required, widget=forms.TextInput(CONTROL | {"maxlength": limit, **attrs})
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
