"""The office's pages: definitions, targets, corrections of locked values, figures published anew."""

from datetime import date

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from accounts.guards import requires
from common import clock
from common import periods as calendar
from common.amounts import trim
from common.errors import UserError
from common.versions import StaleVersion
from indicators import collecting, defining, restating
from indicators.forms import IndicatorForm, RepublicationForm, RestatementForm
from indicators.grid import shown
from indicators.models import Comparator, Indicator, Observation, Target
from indicators.sections import sections
from indicators.wording import period_text, value_text


@requires("supervise")
@require_http_methods(["GET", "POST"])
def new(request):
    if request.method == "GET":
        return _form(
            request, IndicatorForm(initial={"version": 0, "valid_from": clock.today().replace(month=1, day=1)})
        )
    form = IndicatorForm(request.POST)
    if not form.is_valid():
        return _form(request, form)
    try:
        made = defining.create_indicator(code=form.cleaned_data["code"], values=form.definition(), by=request.user)
    except UserError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _form(request, form)
    messages.success(request, f"已新增“{made.name}”。")
    return redirect("indicators:detail", made.code)


@requires("supervise")
@require_http_methods(["GET", "POST"])
def edit(request, code):
    indicator = get_object_or_404(Indicator, code=code)
    if request.method == "GET":
        return _form(request, IndicatorForm(instance=indicator, initial={"version": indicator.version}), indicator)
    form = IndicatorForm(request.POST, instance=Indicator.objects.get(pk=indicator.pk))
    if not form.is_valid():
        return _form(request, form, indicator)
    try:
        defining.change_indicator(
            indicator=indicator, version=form.cleaned_data["version"], values=form.definition(), by=request.user
        )
    except StaleVersion as stale:
        return _form(request, _with_version(form, request, stale.current), stale.current, theirs=True, status=409)
    except UserError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _form(request, form, indicator)
    messages.success(request, "已保存。")
    return redirect("indicators:detail", indicator.code)


def _with_version(form, request, current):
    """The form with what was typed, over the version that stands now; the differences are shown beside it."""
    typed = request.POST.copy()
    typed["version"] = current.version
    fresh = IndicatorForm(typed, instance=current)
    fresh.full_clean()
    fresh.differences = [
        (field.label, fresh[name].value(), current_value)
        for name, field in fresh.fields.items()
        if name not in ("version",)
        and str(fresh[name].value() or "") != str(current_value := form_value(current, name))
    ]
    fresh.add_error(None, "这项指标刚被他人改过，请对照下列不同之处，再保存。")
    return fresh


def form_value(indicator: Indicator, name: str) -> str:
    """Return a stored field as a form sends it."""
    stored = Indicator.objects.get(pk=indicator.pk)
    value = getattr(stored, f"{name}_id" if name in ("owner", "benchmark_of") else name)
    if value is None or value is False:
        return ""
    return "on" if value is True else str(value)


def _form(request, form, indicator=None, theirs=False, status=200):
    context = {
        "form": form,
        "indicator": indicator,
        "uses": defining.uses_of(indicator) if indicator else [],
        "today": clock.today(),
        "theirs": theirs,
        "sections": sections(request, "indicators:list"),
    }
    return render(request, "indicators/edit.html", context, status=status)


@requires("supervise")
@require_POST
def retire(request, code):
    """Retire the indicator from a day on, or delete it where nothing uses it."""
    indicator = get_object_or_404(Indicator, code=code)
    try:
        if request.POST.get("act") == "delete":
            defining.delete_indicator(indicator=indicator, by=request.user)
            messages.success(request, f"已删除“{indicator.name}”。")
            return redirect("indicators:list")
        version = request.POST.get("version", "")
        last = _day(request.POST.get("last", ""))
        defining.retire_indicator(
            indicator=indicator, version=int(version) if version.isdecimal() else 0, last=last, by=request.user
        )
        messages.success(request, f"“{indicator.name}”{last} 后停用，已有数值保留。")
    except StaleVersion:
        messages.error(request, "这项指标刚被他人改过，请核对后再停用。")
    except UserError as refusal:
        messages.error(request, refusal.message)
    return redirect("indicators:edit", indicator.code)


def _day(text):
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise UserError("停用日期应写作 2023-12-31。", field="last") from None


@requires("supervise")
@require_http_methods(["GET", "POST"])
def targets(request, code):
    """A period's targets of the city and every organisation, all saved at once."""
    indicator = get_object_or_404(Indicator, code=code)
    today = clock.today()
    period = (request.POST if request.method == "POST" else request.GET).get("period", "") or str(today.year)
    try:
        calendar.span(period)
    except ValueError as wrong:
        messages.error(request, str(wrong))
        return redirect("indicators:targets", code)
    places = defining.target_places(indicator)
    if request.method == "GET":
        return _targets(request, indicator, period, places)
    rows = [_posted(request, place) for place in places]
    try:
        number = defining.save_targets(indicator=indicator, period=period, rows=rows, by=request.user)
    except StaleVersion as stale:
        message = f"{stale.current.organisation.short}的目标刚被他人改为 {trim(stale.current.value)}，请核对后再保存。"
        problem = {"field": f"value-{stale.current.organisation_id}", "message": message}
        return _targets(request, indicator, period, places, rows, problem, status=409, fresh=True)
    except UserError as refusal:
        problem = {"field": refusal.field, "message": refusal.message}
        return _targets(request, indicator, period, places, rows, problem)
    messages.success(request, f"已保存，{number} 个目标有改动。" if number else "没有改动。")
    return redirect(f"{request.path}?period={period}")


def _posted(request, place) -> dict:
    version = request.POST.get(f"version-{place.pk}", "")
    return {
        "organisation": place,
        "value": request.POST.get(f"value-{place.pk}", ""),
        "comparator": request.POST.get(f"comparator-{place.pk}", ">="),
        "version": int(version) if version.isascii() and version.isdigit() and len(version) < 10 else 0,
    }


def _targets(request, indicator, period, places, typed=None, problem=None, status=200, fresh=False):
    stored = {row.organisation_id: row for row in Target.objects.filter(indicator=indicator, period=period)}
    before = calendar.shift_span(period, -1)
    last = dict(Target.objects.filter(indicator=indicator, period=before).values_list("organisation_id", "value"))
    sent = {row["organisation"].pk: row for row in typed or ()}
    usual = Comparator.AT_MOST if indicator.direction == "down" else Comparator.AT_LEAST
    lines = []
    for place in places:
        row, mine = stored.get(place.pk), sent.get(place.pk)
        lines.append(
            {
                "organisation": place,
                "value": mine["value"] if mine else trim(row.value) if row else "",
                "comparator": mine["comparator"] if mine else row.comparator if row else usual,
                "version": (row.version if row else 0) if fresh or not mine else mine["version"],
                "last": shown(indicator, last.get(place.pk)),
                "demo": bool(row and row.is_demo),
                "problem": problem["message"] if problem and problem["field"] == f"value-{place.pk}" else "",
            }
        )
    year = clock.today().year
    choices = [str(year + 1), str(year), str(year - 1)]
    if indicator.frequency != Indicator.Frequency.YEAR and indicator.frequency != Indicator.Frequency.ONCE:
        newest = collecting.span_at(indicator.frequency, clock.today())
        choices += [calendar.shift_span(newest, -back) for back in range(3)]
    context = {
        "indicator": indicator,
        "period": period,
        "label": calendar.span_label(period),
        "choices": [(one, calendar.span_label(one)) for one in choices],
        "lines": lines,
        "comparators": Comparator.choices,
        "problem": problem["message"] if problem and not any(line["problem"] for line in lines) else "",
        "sections": sections(request, "indicators:list"),
    }
    return render(request, "indicators/targets.html", context, status=status)


@requires("supervise")
@require_http_methods(["GET", "POST"])
def restate(request, pk):
    """Correct a locked value; the old one is kept with the reason."""
    observation = _observation(request, pk)
    ratio = collecting.is_ratio(observation.indicator)
    if request.method == "GET":
        initial = {"version": observation.version, "value": trim(observation.value)}
        if ratio:
            initial |= {
                "numerator": trim(observation.numerator or 0),
                "denominator": trim(observation.denominator or 0),
            }
        return _correction(request, observation, RestatementForm(initial=initial), ratio)
    form = RestatementForm(request.POST)
    if not form.is_valid():
        return _correction(request, observation, form, ratio)
    typed = form.cleaned_data
    numbers = {name: typed[name] for name in ("numerator", "denominator")} if ratio else {"value": typed["value"]}
    try:
        restating.restate(
            observation=observation, version=typed["version"], reason=typed["reason"], by=request.user,
            on=clock.today(), **numbers,
        )  # fmt: skip
    except StaleVersion as stale:
        return _correction(request, stale.current, _again(RestatementForm, request, stale), ratio, status=409)
    except UserError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _correction(request, observation, form, ratio)
    messages.success(request, "已更正，原值和原因已留存。")
    return redirect("indicators:detail", observation.indicator.code)


@requires("supervise")
@require_http_methods(["GET", "POST"])
def republish(request, pk):
    """Register that a published figure was published again; both values stay in their order."""
    observation = _observation(request, pk)
    if request.method == "GET":
        initial = {"version": observation.version, "published_on": clock.today()}
        return _correction(request, observation, RepublicationForm(initial=initial), publishing=True)
    form = RepublicationForm(request.POST)
    if not form.is_valid():
        return _correction(request, observation, form, publishing=True)
    typed = form.cleaned_data
    try:
        value = collecting.read_number(typed["value"], "value", observation.indicator.unit)
        if value is None:
            raise UserError("请填写这次公布的数值。", field="value")
        source = restating.publication(
            title=typed["title"], publisher=typed["publisher"], published_on=typed["published_on"]
        )
        restating.republish(
            observation=observation, version=typed["version"], value=value, source=source,
            published_on=typed["published_on"], reason=typed["reason"], by=request.user,
        )  # fmt: skip
    except StaleVersion as stale:
        form = _again(RepublicationForm, request, stale)
        return _correction(request, stale.current, form, publishing=True, status=409)
    except UserError as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        return _correction(request, observation, form, publishing=True)
    messages.success(request, "已登记，先后公布的数值都保留。")
    return redirect("indicators:detail", observation.indicator.code)


def _observation(request, pk) -> Observation:
    visible = Observation.objects.visible_to(request.user)
    return get_object_or_404(visible.select_related("indicator", "organisation", "source"), pk=pk)


def _again(kind, request, stale):
    typed = request.POST.copy()
    typed["version"] = stale.current.version
    form = kind(typed)
    form.full_clean()
    form.add_error(None, "这个数值刚被他人改过，请对照现有数值后再保存。")
    return form


def _correction(request, observation, form, ratio=False, publishing=False, status=200):
    context = {
        "observation": observation,
        "indicator": observation.indicator,
        "period": period_text(observation.period, observation.period_text),
        "value": value_text(
            observation.value, observation.comparator, observation.indicator.unit, observation.value_text
        ),
        "form": form,
        "ratio": ratio,
        "publishing": publishing,
        "closed": not publishing
        and (observation.state != "locked" or bool(observation.source_id))
        or publishing
        and not observation.source_id,
        "sections": sections(request, "indicators:list"),
    }
    return render(request, "indicators/correct.html", context, status=status)
