"""Forms of the office's acts on reports, lists and drafts; what may be saved is decided by the services."""

from django import forms

from tasklists.forms import CONTROL, ReportForm


class CorrectionForm(ReportForm):
    """A report as it should have read, and why."""

    reason = forms.CharField(
        label="更正原因",
        required=False,
        widget=forms.Textarea(CONTROL | {"rows": 2, "maxlength": 300}),
    )
