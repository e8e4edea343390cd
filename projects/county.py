"""One county's page: its figures with shared credit, its rank, last year beside this, its projects by stage."""

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Organisation
from accounts.permissions import SEES_OWN_ORGANISATION
from common.amounts import WAN_PER_YI, share, trim
from common.spans import span_before, year_before
from projects.counting import Part
from projects.dimensions import condition
from projects.figures import MEASURES, figure_of, passport_url
from projects.goals import funds_goals
from projects.models import HealthFinding, Platform, Project, ServiceCase, SigningEvent, StageChange
from projects.overview import CARDS, by_county
from projects.shown import View, shown_value

SHOWN_PROJECTS = 10


def county_page(view: View, county: Organisation, user) -> dict:
    """Return the page's parts. City-wide totals and ranks are open to all; single projects only as visible."""
    parts = by_county(view)
    before = _year_before(view)
    earlier = by_county(before)
    counties = [c.code for c in Organisation.objects.counties_and_zones()]
    lines = [_line(view, before, parts, earlier, counties, county, key) for key in MEASURES]
    goal = funds_goals(view.span, view.as_of).get(county.code)
    funds = parts["funds.in_place"].get(county.code, Part())
    known = Project.objects.known_by(view.as_of).filter(condition("county", county.code))
    visible = Project.objects.visible_to(user).known_by(view.as_of).filter(condition("county", county.code))
    largest = visible.with_share_of(county.code).as_of(view.as_of)
    largest = largest.order_by(F("total_investment").desc(nulls_last=True), "pk")[:SHOWN_PROJECTS]
    return {
        "lines": lines,
        "cards": [_card(line) for line in lines if line["key"] in CARDS],
        "goal": trim(goal) if goal else "",
        "rate": share(funds.amount, goal * WAN_PER_YI) if goal else None,
        "funds": trim(shown_value("funds.in_place", funds)),
        "stages": _stages(known, county, view.as_of),
        "projects": [
            (project, StageChange.Stage(project.stage).label if project.stage else "", f"{trim(project.share)}%")
            for project in largest
        ],
        "project_count": visible.count(),
        "projects_url": _list_url(county, view.as_of),
        "events": _events(known, view.as_of),
        "platforms": Platform.objects.filter(county=county).order_by("name"),
        "attention": _attention(county, view.as_of, user),
        "demo": any(line["figure"].demo for line in lines),
    }


def _year_before(view):
    return View(span_before(view.span), year_before(view.as_of), view.shown)


def _line(view, before, parts, earlier, counties, county, key):
    part = parts[key].get(county.code, Part())
    figure = figure_of(
        key, view.as_of, part.value(key), part, span=view.span, narrow={"county": county.code}, words=[county.short]
    )
    then = earlier[key].get(county.code, Part())
    values = sorted((parts[key].get(code, Part()).value(key) for code in counties), reverse=True)
    city = parts[key].get("", Part()).value(key)
    change = shown_value(key, part) - shown_value(key, then)
    return {
        "key": key,
        "label": MEASURES[key][0],
        "figure": figure,
        "passport": passport_url(figure),
        "rank": values.index(part.value(key)) + 1 if part.value(key) else None,
        "share": share(part.value(key), city),
        "before": trim(shown_value(key, then)),
        "before_day": before.span.up_to(before.as_of),
        "change": f"{'+' if change > 0 else ''}{trim(change)}".replace("-", "−"),
        "counties": len(counties),
    }


def _card(line):
    figure = line["figure"]
    return {
        "label": line["label"],
        "value": figure.text,
        "unit": figure.unit,
        "line": f"全市第 {line['rank']} 位" if line["rank"] else "",
        "foot": f"占全市 {line['share']}%" if line["share"] is not None else "",
        "passport_url": line["passport"],
        "url": figure.rows_url,
    }


def _list_url(county, as_of, **query):
    asked = {"county": county.code, "as_of": as_of.isoformat()} | query
    return f"{reverse('projects:list')}?{urlencode(asked)}"


def _stages(known, county, as_of):
    """Return how many of the county's projects stand at each stage, in the order of the path."""
    found = dict(known.as_of(as_of).order_by().values_list("stage").annotate(n=Count("pk")))
    return [
        {"label": stage.label, "count": found[stage], "url": _list_url(county, as_of, stage=stage.value)}
        for stage in StageChange.Stage
        if found.get(stage)
    ]


def _events(known, as_of):
    """Return the signing events that the county's projects were signed at, newest first."""
    held = SigningEvent.objects.filter(Q(held_on__lte=as_of) | Q(held_on__isnull=True))
    own = held.filter(projects__in=known.values("pk")).annotate(own=Count("projects"))
    return own.order_by("-held_on", "name")


def _attention(county, as_of, user):
    """Return what waits in the county, for those who may see its cases: open cases, overdue ones, open findings."""
    if user.role in SEES_OWN_ORGANISATION and user.organisation_id != county.pk:
        return []
    cases = ServiceCase.objects.filter(county=county, received_on__lte=as_of).exclude(done_on__lte=as_of)
    counted = cases.aggregate(open=Count("pk"), late=Count("pk", filter=Q(due_on__lt=as_of)))
    findings = HealthFinding.objects.filter(owner=county, found_on__lte=as_of).exclude(closed_on__lte=as_of)
    return [
        {"label": "办理中的企业诉求", "count": counted["open"], "alarm": False},
        {"label": "其中已超时限", "count": counted["late"], "alarm": counted["late"] > 0},
        {"label": "待整改的体检问题", "count": findings.count(), "alarm": False},
    ]
