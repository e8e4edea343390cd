"""The counties' and the departments' scorecards."""

from django.http import Http404
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.guards import requires
from common.asof import as_of_context, read_as_of
from common.charts import chart_card
from indicators.assessment import scorecards, sheets
from indicators.assessment.evaluation import assess
from indicators.assessment.spans import parse_span
from indicators.models import Scheme, SchemeVersion
from indicators.sections import sections


@requires("view")
@require_safe
def scorecard(request, subject):
    """Organisations of one kind against their scheme's terms and their indicators, the year up to the date."""
    if subject not in Scheme.Subject.values:
        raise Http404
    as_of = read_as_of(request)
    in_force = SchemeVersion.objects.filter(state=SchemeVersion.State.IN_FORCE, scheme__subject=subject)
    version = in_force.select_related("scheme").order_by("scheme__is_example", "scheme__code").first()
    assessment = version and assess(version, parse_span(f"{as_of.year:04d}"), as_of)
    query = f"?{urlencode({'as_of': as_of.isoformat()})}" if request.GET.get("as_of") else ""
    context = scorecards.scorecard(subject, user=request.user, as_of=as_of, assessment=assessment, query=query)
    title = "县市区记分卡" if subject == Scheme.Subject.COUNTIES else "部门记分卡"
    chart = scorecards.heatmap(assessment) if assessment else None
    if request.GET.get("_export") == "xlsx":
        headers, rows = sheets.scorecard_table(context)
        notes = sheets.frame_notes(assessment) if assessment else [f"截至 {as_of}"]
        return sheets.download(request, title=title, notes=notes, headers=headers, rows=rows, as_of=as_of)
    if chart and request.GET.get("_export") == "chart":
        return sheets.chart_download(request, chart)
    context |= {
        "subject": subject,
        "title": title,
        "assessment": assessment,
        "chart": chart and chart_card(chart, xlsx_url=_export(as_of, "chart")),
        "export_url": _export(as_of, "xlsx"),
        "count": sum(len(group["rows"]) for group in context["groups"]),
        "sections": sections(request, "indicators:assessment"),
        "as_of": as_of,
        "asof": as_of_context(request, as_of),
    }
    return render(request, "indicators/assessment_scorecard.html", context)


def _export(as_of, kind: str) -> str:
    return f"?{urlencode({'as_of': as_of.isoformat(), '_export': kind})}"
