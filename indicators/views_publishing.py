"""The office takes in a figure that others published, of a new scope or another one; and takes back a mistyped one."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.guards import requires
from common import clock
from common.errors import UserError
from common.versions import StaleVersion
from indicators import publishing, withdrawing
from indicators.forms import PublicationForm, WithdrawalForm
from indicators.models import Indicator, Observation
from indicators.sections import sections
from indicators.wording import period_text, value_text

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


@requires("supervise")
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request, pk):
    """Take back a figure that the office itself mistyped, with the reason."""
    visible = Observation.objects.visible_to(request.user).select_related("indicator", "organisation", "source")
    observation = get_object_or_404(visible, pk=pk)
    if request.method != "POST":
        return _withdrawal(request, observation, WithdrawalForm(initial={"version": observation.version}))
    form = WithdrawalForm(request.POST)
    if not form.is_valid():
        return _withdrawal(request, observation, form)
    try:
        left = withdrawing.withdraw(observation=observation, by=request.user, **form.cleaned_data)
    except StaleVersion as stale:
        typed = request.POST.copy()
        typed["version"] = stale.current.version
        form = WithdrawalForm(typed)
        form.full_clean()
        form.add_error(None, "这个数值刚被他人改过，请对照现有数值后再撤销。")
        return _withdrawal(request, stale.current, form, status=409)
    except UserError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _withdrawal(request, observation, form)
    messages.success(request, "已撤销误录，恢复为此前公布的数值。" if left else "已撤销误录，可重新登记正确的数字。")
    return redirect("indicators:detail", observation.indicator.code)


def _withdrawal(request, observation, form, status=200):
    last = withdrawing.last_revision(observation)
    unit = observation.indicator.unit
    context = {
        "observation": observation,
        "indicator": observation.indicator,
        "period": period_text(observation.period, observation.period_text),
        "value": value_text(observation.value, observation.comparator, unit, observation.value_text),
        "before": last and value_text(last.value, observation.comparator, unit),
        "closed": not withdrawing.is_by_office(observation, last),
        "cited": withdrawing.citing(observation),
        "form": form,
        "sections": sections(request, "indicators:published"),
    }
    return render(request, "indicators/withdraw.html", context, status=status)
