"""Schemes in the making: a version as it will be applied, the draft's form, putting it in force."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.guards import requires
from accounts.permissions import may
from common import clock
from common.errors import UserError
from common.versions import StaleVersion
from indicators.assessment import pages, schemes
from indicators.assessment.draft_form import add_group, add_term, form_of, typed_form
from indicators.assessment.evaluation import full_marks, groups_of, terms_of
from indicators.assessment.indicator_measures import measures_of, of_indicator
from indicators.assessment.measures import MEASURES
from indicators.assessment.words import number
from indicators.models import Indicator, Scheme, SchemeTerm, SchemeVersion

STALE = "这份草稿刚被他人改过，没有保存。请对照现在的草稿后再保存；您填的内容还在下面。"


@requires("view")
@require_safe
def version(request, code, number):
    """One version: each formula in words and symbols, groups and members. Drafts are the office's own."""
    return _version(request, code, number)


def _version(request, code, number_, problem=None):
    found = get_object_or_404(SchemeVersion.objects.select_related("scheme"), scheme__code=code, number=number_)
    office = may(request.user, "supervise")
    if found.state == SchemeVersion.State.DRAFT and not office:
        raise Http404
    terms, groups = terms_of(found), groups_of(found)
    measures = measures_of([term.measure for term in terms])
    against = []
    if found.state == SchemeVersion.State.DRAFT:
        against = schemes.problems(
            terms=list(terms), groups=groups, decimals=found.decimals, subject=found.scheme.subject
        )
    visible = found.scheme.versions.all() if office else found.scheme.versions.exclude(state="draft")
    context = {
        "version": found,
        "scheme": found.scheme,
        "terms": [pages.term_line(term, measures.get(term.measure)) for term in terms],
        "total": number(sum((term.weight for term in terms), 0)),
        "full": number(full_marks(terms)),
        "groups": groups,
        "versions": visible,
        "office": office,
        "against": [sentence for _, sentence in against],
        "problem": problem,
    }
    return render(request, "indicators/assessment_version.html", context)


@requires("supervise")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request):
    typed, problem = {"subject": "counties"}, None
    if request.method == "POST":
        typed = {name: request.POST.get(name, "") for name in ("code", "name", "subject")}
        try:
            made = schemes.make_scheme(**typed, by=request.user, on=clock.today())
            return redirect("indicators:assessment_edit", code=made.code)
        except UserError as refusal:
            problem = refusal
    context = {"typed": typed, "problem": problem, "subjects": Scheme.Subject.choices}
    return render(request, "indicators/assessment_new.html", context)


@requires("supervise")
@require_POST
def draft(request, code):
    """Start the draft of the next version, copied from the one in force, or go on with the standing one."""
    scheme = get_object_or_404(Scheme, code=code)
    schemes.start_draft(scheme=scheme, by=request.user, on=clock.today())
    return redirect("indicators:assessment_edit", code=code)


@requires("supervise")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request, code):
    scheme = get_object_or_404(Scheme, code=code)
    found = scheme.versions.filter(state=SchemeVersion.State.DRAFT).first()
    if found is None:
        raise Http404
    if request.method != "POST":
        return _form(request, found, form_of(found), found.version)
    form, act = typed_form(request.POST), request.POST.get("act", "save")
    seen = request.POST.get("version", "")
    seen = int(seen) if seen.isdecimal() and len(seen) < 9 else 0
    organisations = schemes.organisations_of(scheme.subject)
    try:
        if act in ("add_term", "add_group"):
            (add_term if act == "add_term" else add_group)(form)
            return _form(request, found, form, seen)
        values = form.values(organisations)
        form.check(values, scheme.subject)
        if form.errors or act == "look":
            return _form(request, found, form, seen)
        schemes.save_draft(draft=found, version=seen, by=request.user, **values)
    except UserError as refusal:
        if refusal.field:
            form.errors.setdefault(refusal.field, refusal.message)
            refusal = None
        return _form(request, found, form, seen, problem=refusal)
    except StaleVersion as stale:
        return _form(request, found, form, stale.current.version, problem=UserError(STALE), status=409)
    messages.success(request, f"已保存第 {found.number} 版草稿。")
    return redirect("indicators:assessment_version", code=code, number=found.number)


def _form(request, found, form, seen, problem=None, status=200):
    subject = found.scheme.subject
    choices = [(m.key, f"{m.label}（{m.unit}）") for m in MEASURES.values() if subject in m.subjects]
    indicators = [of_indicator(row) for row in Indicator.objects.filter(frequency__in=("month", "quarter", "year"))]
    organisations = list(schemes.organisations_of(subject))
    rows = [row | {"place": place, "stated": form.stated(place)} for place, row in enumerate(form.terms)]
    for row in rows:
        row["errors"] = [sentence for key, sentence in form.errors.items() if key.startswith(f"terms-{row['place']}-")]
    groups = [
        row
        | {
            "place": place,
            "error": form.errors.get(f"groups-{place}-name") or form.errors.get(f"groups-{place}-organisations"),
        }
        for place, row in enumerate(form.groups)
    ]
    context = {
        "version": found,
        "scheme": found.scheme,
        "form": form,
        "rows": rows,
        "groups": groups,
        "seen": seen,
        "organisations": organisations,
        "measures": choices,
        "indicators": [(m.key, f"{m.label}（{m.unit}）") for m in indicators],
        "formulas": SchemeTerm.Formula.choices,
        "errors": form.errors,
        "problem": problem,
    }
    return render(request, "indicators/assessment_edit.html", context, status=status)


@requires("supervise")
@require_POST
def enforce(request, code):
    scheme = get_object_or_404(Scheme, code=code)
    found = scheme.versions.filter(state=SchemeVersion.State.DRAFT).first()
    if found is None:
        messages.info(request, "没有待施行的草稿。")
        return redirect("indicators:assessment")
    seen = request.POST.get("version", "")
    try:
        schemes.put_in_force(
            draft=found,
            version=int(seen) if seen.isdecimal() and len(seen) < 9 else 0,
            by=request.user,
            on=clock.today(),
        )
    except UserError as refusal:
        return _version(request, code, found.number, problem=refusal)
    except StaleVersion:
        return _version(request, code, found.number, problem=UserError("草稿刚被他人改过，请看清后再施行。"))
    messages.success(request, f"第 {found.number} 版已施行，原来的版本停用。")
    return redirect("indicators:assessment_version", code=code, number=found.number)
