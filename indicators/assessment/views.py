"""Rankings, sheets, what-if, confirmed results and objections."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import requires
from accounts.models import Organisation
from accounts.permissions import SEES_OWN_ORGANISATION, may
from common import clock
from common.asof import as_of_context, read_as_of
from common.errors import UserError
from common.versions import StaleVersion
from indicators.assessment import glance, pages, results, sheets
from indicators.assessment.addresses import ranking_url, result_url, sheet_url
from indicators.assessment.evaluation import assess, under_terms, version_in_force
from indicators.assessment.spans import open_span, parse_span
from indicators.models import Appeal, AssessmentResult, Scheme
from indicators.sections import sections


@requires("view")
@require_safe
def schemes(request):
    """The schemes, each with who leads and who trails this year, its version in force, its newest confirmed result."""
    as_of = read_as_of(request)
    span = parse_span(f"{as_of.year:04d}")
    rows = list(Scheme.objects.prefetch_related("versions"))
    newest = {}
    standing = AssessmentResult.objects.filter(is_current=True, scheme_version__scheme__in=rows)
    confirmed = list(standing.select_related("scheme_version").order_by("confirmed_on", "pk"))
    for result in confirmed:
        newest[result.scheme_version.scheme_id] = result
    office = may(request.user, "supervise")
    applied = {v.scheme_id: v for scheme in rows for v in scheme.versions.all() if v.state == "in_force"}
    found = glance.standings(list(applied.values()), confirmed, span, as_of)
    shown = []
    for scheme in rows:
        in_force = applied.get(scheme.pk)
        if not in_force and not office:
            continue
        result = newest.get(scheme.pk)
        shown.append(
            {
                "scheme": scheme,
                "in_force": in_force,
                "draft": next((v for v in scheme.versions.all() if v.state == "draft"), None),
                "result": result,
                "result_label": result and parse_span(result.period).label,
                "standing": glance.seen_by(found.get(scheme.pk), request.user),
                "ranking_url": ranking_url(scheme.code, span.text, as_of),
            }
        )
    waiting = Appeal.objects.visible_to(request.user).filter(state=Appeal.State.ASKED).count()
    context = {
        "schemes": shown,
        "office": office,
        "waiting": waiting,
        "span": span,
        "as_of": as_of,
        "asof": as_of_context(request, as_of),
        "sections": sections(request),
    }
    return render(request, "indicators/assessment_schemes.html", context)


@requires("view")
@require_safe
def ranking(request, code):
    return _ranking(request, code)


def _ranking(request, code, problem=None, status=200):
    scheme, version = _scheme(code)
    span, as_of = _asked(request)
    assessment = assess(version, span, as_of)
    page = pages.ranking_page(assessment, request.user)
    if request.GET.get("_export") == "xlsx":
        headers, rows = sheets.ranking_table(page)
        title = f"{span.label}考核得分和排名"
        return sheets.download(
            request, title=title, notes=sheets.frame_notes(assessment), headers=headers, rows=rows, as_of=as_of
        )
    standing = results.confirmed_result(scheme.code, span.text)
    context = page | _frame(request, assessment)
    context |= {
        "standing": standing,
        "may_confirm": may(request.user, "supervise") and context["has_scores"],
        "problem": problem,
        "typed_reason": request.POST.get("reason", ""),
    }
    return render(request, "indicators/assessment_ranking.html", context, status=status)


@requires("view")
@require_safe
def sheet(request, code, organisation):
    scheme, version = _scheme(code)
    unit = get_object_or_404(Organisation, code=organisation)
    if not pages.may_open(request.user, unit.pk):
        raise Http404
    span, as_of = _asked(request)
    assessment = assess(version, span, as_of)
    page = pages.sheet_page(assessment, unit)
    if page is None:
        raise Http404
    if request.GET.get("_export") == "xlsx":
        headers, rows = sheets.sheet_table(page)
        notes = [*sheets.frame_notes(assessment), *sheets.sheet_notes(page)]
        title = f"{unit.short}{span.label}考核得分"
        return sheets.download(request, title=title, notes=notes, headers=headers, rows=rows, as_of=as_of)
    standing = results.confirmed_result(scheme.code, span.text)
    _, frozen = results.snapshot_row(standing, unit.code) if standing else (None, None)
    context = page | _frame(request, assessment)
    context |= {"organisation": unit, "standing": standing, "frozen": frozen}
    return render(request, "indicators/assessment_sheet.html", context)


@requires("view")
@require_safe
def what_if(request, code):
    """The ranking under other weights and limits, all of them in the address; nothing is kept."""
    scheme, version = _scheme(code)
    span, as_of = _asked(request)
    standing = assess(version, span, as_of)
    terms, rows, faults = pages.tried_terms(standing.terms, request.GET)
    tried = under_terms(standing, terms)
    total = sum(term.weight for term in terms)
    context = _frame(request, standing) | {
        "rows": rows,
        "faults": faults,
        "total": f"{total.normalize():f}",
        "is_full": total == 100,
        "changed": terms != list(standing.terms),
        "groups": pages.compared(standing, tried, request.user),
    }
    return render(request, "indicators/assessment_what_if.html", context)


@requires("supervise")
@require_POST
def confirm(request, code):
    scheme, version = _scheme(code)
    span, as_of = _asked(request)
    try:
        made = results.confirm(
            version=version,
            span=span,
            as_of=as_of,
            by=request.user,
            on=clock.today(),
            reason=request.POST.get("reason", ""),
            seen=request.POST.get("seen", "")[:64],
        )
    except UserError as refusal:
        return _ranking(request, code, problem=refusal)
    messages.success(request, f"已确认{span.label}考核结果，通报引用这一份。")
    return redirect(result_url(made.pk))


@requires("view")
@require_safe
def result(request, pk):
    return _result(request, pk)


def _result(request, pk, problem=None, typed=None):
    rows = AssessmentResult.objects.select_related("scheme_version__scheme", "confirmed_by")
    found = get_object_or_404(rows, pk=pk)
    user = request.user
    own = user.organisation if user.role in SEES_OWN_ORGANISATION else None
    wanted = own
    if own is None and request.GET.get("org"):
        wanted = Organisation.objects.filter(code=request.GET["org"]).first()
    group, row = results.snapshot_row(found, wanted.code) if wanted else (None, None)
    opened = {g["name"]: list(g["rows"]) for g in found.content["groups"]}
    appeals = Appeal.objects.visible_to(user).filter(result=found).select_related("organisation", "asked_by")
    context = {
        "result": found,
        "scheme": found.scheme_version.scheme,
        "span": parse_span(found.period),
        "groups": opened.items(),
        "intact": results.is_intact(found),
        "replaced_by": None if found.is_current else results.confirmed_result(
            found.scheme_version.scheme.code, found.period),
        "wanted": wanted,
        "group": group,
        "row": row,
        "opens_all": own is None,
        "appeals": appeals,
        "may_appeal": own is not None and row is not None and found.is_current,
        "may_answer": may(user, "supervise"),
        "problem": problem,
        "typed": typed or {},
    }  # fmt: skip
    return render(request, "indicators/assessment_result.html", context)


@requires("report", "review")
@require_POST
def appeal(request, pk):
    """Object to one's own score; the office, which reviews too, has nothing to object to."""
    found = get_object_or_404(AssessmentResult, pk=pk)
    typed = {"text": request.POST.get("text", ""), "term": request.POST.get("term", "")}
    try:
        results.appeal(result=found, by=request.user, on=clock.today(), **typed)
    except UserError as refusal:
        return _result(request, pk, problem=refusal, typed=typed)
    messages.success(request, "申诉已提交，协调办答复后会有消息。")
    return redirect("indicators:assessment_result", pk=pk)


@requires("view")
@require_safe
def appeals(request):
    return _appeals(request)


def _appeals(request, problem=None, typed=None):
    rows = Appeal.objects.visible_to(request.user).select_related(
        "organisation", "asked_by", "answered_by", "result__scheme_version__scheme"
    )
    rows = [
        {"appeal": row, "label": parse_span(row.result.period).label}
        for row in rows.order_by("-state", "-asked_on", "-pk")[:200]
    ]
    rows.sort(key=lambda row: row["appeal"].state != Appeal.State.ASKED)
    context = {"rows": rows, "may_answer": may(request.user, "supervise"), "problem": problem, "typed": typed or {}}
    return render(request, "indicators/assessment_appeals.html", context)


@requires("supervise")
@require_POST
def answer(request, pk):
    found = get_object_or_404(Appeal.objects.visible_to(request.user).select_related("organisation"), pk=pk)
    seen = request.POST.get("version", "")
    typed = {"pk": pk, "answer": request.POST.get("answer", ""), "verdict": request.POST.get("verdict", "")}
    try:
        if typed["verdict"] not in ("upheld", "refused"):
            raise UserError("请选择采纳或不采纳。", field="verdict")
        results.answer_appeal(
            appeal=found,
            version=int(seen) if seen.isdecimal() and len(seen) < 9 else 0,
            upheld=typed["verdict"] == "upheld",
            answer=typed["answer"],
            by=request.user,
            on=clock.today(),
        )
    except UserError as refusal:
        return _appeals(request, problem=refusal, typed=typed)
    except StaleVersion:
        return _appeals(request, problem=UserError("这件申诉刚被他人答复过，请看清后再办理。"), typed=typed)
    messages.success(request, "已答复。")
    return redirect("indicators:assessment_appeals")


def _scheme(code):
    """Return the scheme and its version in force; one that has none has no ranking."""
    scheme = get_object_or_404(Scheme, code=code)
    version = version_in_force(scheme)
    if version is None:
        raise Http404
    return scheme, version


def _asked(request):
    """Return (period, as-of date) of the address; a period that cannot be read or has not begun is the year."""
    as_of = read_as_of(request)
    text = request.GET.get("period", "")
    if text:
        try:
            return open_span(text, as_of), as_of
        except ValueError as wrong:
            messages.error(request, f"{wrong}现按 {as_of.year}年 显示。")
    return parse_span(f"{as_of.year:04d}"), as_of


def _frame(request, assessment):
    """What every page of an assessment shows above its numbers."""
    scheme, span, as_of = assessment.scheme, assessment.span, assessment.as_of
    return {
        "scheme": scheme,
        "version": assessment.version,
        "span": span,
        "spans": pages.span_choices(span, as_of),
        "as_of": as_of,
        "asof": as_of_context(request, as_of),
        "demo": assessment.demo,
        "export_url": f"?{urlencode({'period': span.text, 'as_of': as_of.isoformat(), '_export': 'xlsx'})}",
        "ranking_url": ranking_url(scheme.code, span.text, as_of),
        "own_url": sheet_url(scheme.code, request.user.organisation.code, span.text, as_of)
        if request.user.organisation_id and assessment.group_of(request.user.organisation_id)
        else "",
    }
