"""The office takes in a figure that others published: of a new scope, or another one of a known indicator."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.guards import requires
from common import clock
from common.errors import UserError
from indicators import publishing
from indicators.forms import PublicationForm
from indicators.models import Indicator
from indicators.sections import sections

DEFINITION = ("name", "unit", "scope", "category")


@requires("supervise")
@require_http_methods(["GET", "HEAD", "POST"])
def publish(request):
    """``?indicator=`` names the one that the figure joins; without it the figure brings its own definition."""
    code = request.GET.get("indicator", "")
    joined = publishing.known_indicator(code) if code else None
    if code and joined is None:
        raise Http404
    choices = {"organisations": publishing.organisations(), "joins": joined is not None}
    if request.method != "POST":
        asked = {name: request.GET.get(name, "")[:40] for name in ("organisation", "period")}
        return _form(request, PublicationForm(initial=asked | {"comparator": "="}, **choices), joined)
    form = PublicationForm(request.POST, **choices)
    if not form.is_valid():
        return _form(request, form, joined)
    typed = form.cleaned_data
    draft = joined or Indicator(**{name: typed[name] for name in DEFINITION})
    rest = {name: value for name, value in typed.items() if name not in DEFINITION}
    try:
        made = publishing.publish(indicator=draft, **rest, by=request.user, today=clock.today())
    except UserError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _form(request, form, joined)
    messages.success(request, f"已登记“{made.indicator.name}”的公布值，编号 {made.source_key}。")
    return redirect("indicators:detail", made.indicator.code)


def _form(request, form, joined):
    context = {"form": form, "indicator": joined, "sections": sections(request, "indicators:published")}
    return render(request, "indicators/publish.html", context)
