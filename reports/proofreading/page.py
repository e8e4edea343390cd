"""What the proofreading page shows: the form, the text with its places marked, the findings beside it."""

from django import forms

from common.errors import UserError
from reports.proofreading.report import Report
from reports.proofreading.sources import check_length, read_source

CONTROL = {"class": "form-control"}


class ProofForm(forms.Form):
    """A text to proofread: pasted, or one file; with the day that its figures stand at, where it does not say."""

    text = forms.CharField(
        label="文稿",
        required=False,
        strip=False,
        widget=forms.Textarea({"class": "form-control pastebox", "rows": 18, "spellcheck": "false"}),
        help_text="表格可直接从 Word、WPS 中复制粘贴。",
    )
    file = forms.FileField(
        label="或上传文件", required=False, widget=forms.FileInput(CONTROL | {"accept": ".docx,.txt"})
    )
    as_of = forms.DateField(
        label="数据截至",
        required=False,
        widget=forms.DateInput(CONTROL | {"type": "date"}),
        help_text="不填则以文中写明的“截至”日期为准，没有写明的按今天。",
        error_messages={"invalid": "日期应写作 2023-11-30。"},
    )

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["as_of"].widget.attrs["max"] = today.isoformat()

    def clean_as_of(self):
        day = self.cleaned_data["as_of"]
        if day and day > self.today:
            raise forms.ValidationError(f"截至日期 {day} 晚于今天。")
        return day

    def clean(self):
        """Leave the text to check in ``cleaned_data["words"]``, whichever way it came."""
        cleaned = super().clean()
        upload = cleaned.get("file")
        try:
            if upload:
                cleaned["words"] = read_source(upload.name, upload.read())
            else:
                cleaned["words"] = check_length(cleaned.get("text") or "")
        except UserError as refusal:
            self.add_error("file" if upload else "text", refusal.message)
        return cleaned


def marked(text: str, report: Report) -> list[dict]:
    """The text in pieces: plain ones, those that a finding speaks of (`number` counts the findings from 1), and
    numbers that nothing could be held against (`is_unchecked`)."""
    places = [(finding.start, finding.end, number) for number, finding in enumerate(report.findings, start=1)]
    places += [(item.start, item.end, 0) for item in report.unchecked]
    pieces, at = [], 0
    for start, end, number in sorted(places, key=lambda place: place[0]):
        if start < at:
            continue
        pieces.append({"text": text[at:start], "number": 0})
        pieces.append({"text": text[start:end], "number": number, "is_unchecked": not number})
        at = end
    pieces.append({"text": text[at:], "number": 0})
    return [piece for piece in pieces if piece["text"]]


def shown(text: str, report: Report) -> dict:
    """The report for the template; offsets also as browsers count them (UTF-16 units)."""
    findings, anchor, end = [], 0, 0
    for number, finding in enumerate(report.findings, start=1):
        if finding.start >= end:
            anchor, end = number, finding.end
        findings.append(
            finding.to_dict()
            | {
                "anchor": anchor,
                "from": _browser_offset(text, finding.start),
                "to": _browser_offset(text, finding.end),
            }
        )
    return {
        "findings": findings,
        "checked": report.checked,
        "by_kind": report.kinds_checked,
        "numbers": report.numbers,
        "unchecked": len(report.unchecked),
        "as_of": report.as_of,
        "examples": "、".join(dict.fromkeys(item.text for item in report.unchecked[:40]))[:120],
    }


def _browser_offset(text, offset):
    return len(text[:offset].encode("utf-16-le")) // 2
