"""Forms of money: what was typed is understood here, what may be written is decided by the services."""

import re

from django import forms

from common.errors import UserError
from common.typed_amounts import read_typed_amount, say_amount
from projects.models import FundEntry, ProjectFile

CONTROL = {"class": "form-control", "autocomplete": "off"}
SELECT = {"class": "form-select"}
PLAIN = re.compile(r"^[\d,，]+(\.\d+)?\s*(万元?)?$")
VOUCHER_KINDS = ("验资报告", "银行进账单", "设备发票", "工程款发票", "土地出让金票据", "其他凭证")


class InvestmentForm(forms.Form):
    """One amount of a month. ``confirmed`` repeats what the page has asked to confirm."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)
    amount = forms.CharField(
        label="金额",
        required=False,
        max_length=40,
        error_messages={"max_length": "金额过长，应写作 1.2亿 或 12,000万元。"},
        widget=forms.TextInput(CONTROL | {"placeholder": "如 1200、1.2亿、12,000万元"}),
        help_text="只写数字时单位是万元。",
    )
    month = forms.CharField(
        label="月份", required=False, widget=forms.TextInput(CONTROL | {"type": "month", "placeholder": "2023-11"})
    )
    note = forms.CharField(
        label="说明", required=False, widget=forms.Textarea(CONTROL | {"rows": 2, "maxlength": 200})
    )

    def clean_amount(self):
        try:
            amount, self.understood = read_typed_amount(self.cleaned_data["amount"])
        except UserError as refusal:
            raise forms.ValidationError(refusal.message) from None
        return amount

    @property
    def mark(self) -> str:
        """What ``confirmed`` must say: this amount in this month, and nothing else."""
        return f"{self.cleaned_data['amount']}@{self.cleaned_data['month']}"

    @property
    def is_confirmed(self) -> bool:
        return self.cleaned_data["confirmed"] == self.mark

    @property
    def needs_confirming(self) -> bool:
        """Return whether the amount was not written as a plain number of 万元."""
        return not PLAIN.match(str(self.data.get("amount", "")).strip())

    def ask(self) -> None:
        """Render once more with what is to be confirmed."""
        self.data = self.data.copy()
        self.data["confirmed"] = self.mark

    def values(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("amount", "month", "note")}


class FundForm(InvestmentForm):
    """Funds in place: with the voucher. ``stored`` is a file that came with an earlier attempt."""

    voucher_kind = forms.ChoiceField(
        label="凭证种类",
        required=False,
        widget=forms.Select(SELECT),
        error_messages={"invalid_choice": "请从列出的凭证种类中选择。"},
    )
    voucher_number = forms.CharField(
        label="凭证号",
        required=False,
        max_length=60,
        widget=forms.TextInput(CONTROL),
        error_messages={"max_length": "凭证号最多 60 个字。"},
    )
    voucher_file = forms.FileField(
        label="凭证文件",
        required=False,
        widget=forms.FileInput(CONTROL | {"accept": ".pdf,.png,.jpg,.jpeg"}),
        help_text="pdf、png、jpg，不超过 20 MB；同一份文件只能申报一次。",
    )
    stored = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, kind="", **kwargs):
        super().__init__(*args, **kwargs)
        kinds = [*VOUCHER_KINDS, *([kind] if kind and kind not in VOUCHER_KINDS else [])]
        self.fields["voucher_kind"].choices = [("", "请选择"), *((name, name) for name in kinds)]

    def values(self) -> dict:
        return super().values() | {name: self.cleaned_data[name] for name in ("voucher_kind", "voucher_number")}


class ReversalForm(forms.Form):
    """Why a row is taken back."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="冲销原因", required=False, widget=forms.Textarea(CONTROL | {"rows": 3, "maxlength": 200})
    )


def initial_of(entry) -> dict:
    """Return what the form of an existing row shows first."""
    values = {"version": entry.version, "amount": f"{entry.amount:f}", "month": entry.month, "note": entry.note}
    if isinstance(entry, FundEntry):
        values |= {"voucher_kind": entry.voucher_kind, "voucher_number": entry.voucher_number}
        values["stored"] = entry.voucher_file_id
    return values


def stored_voucher(form, project) -> ProjectFile | None:
    """Return the file that an earlier attempt has stored for this project, if the form names one."""
    pk = form.cleaned_data.get("stored")
    if not pk or pk > 2**62:
        return None
    return ProjectFile.objects.filter(pk=pk, project=project, purpose=ProjectFile.Purpose.VOUCHER).first()


def understood(form) -> str:
    """Return how the amount was understood, in both units."""
    return getattr(form, "understood", "") or say_amount(form.cleaned_data["amount"])
