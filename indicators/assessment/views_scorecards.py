"""The counties' and the departments' scorecards."""

from django.http import Http404
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts.guards import requires
from common.asof import as_of_context, read_as_of
from common.charts import chart_card
from indicators.assessment import scorecards
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
    context |= {
        "subject": subject,
        "title": "县市区记分卡" if subject == Scheme.Subject.COUNTIES else "部门记分卡",
        "assessment": assessment,
        "chart": assessment and chart_card(scorecards.heatmap(assessment)),
        "sections": sections(request, "indicators:assessment"),
        "as_of": as_of,
        "asof": as_of_context(request, as_of),
    }
    return render(request, "indicators/assessment_scorecard.html", context)
