"""Questions to the stage log that counting, board, funnel and reminders ask; all as of a date."""

from datetime import date

from django.db.models import Min, OuterRef, Subquery

from projects.models import StageChange
from projects.stages import and_after


def with_stage(projects, day: date):
    """Annotate ``stage`` and ``stage_on`` alone, as ``ProjectQuerySet.as_of`` does beside the money."""
    log = StageChange.objects.filter(project=OuterRef("pk"), on__lte=day).order_by("-on", "-id")
    return projects.annotate(stage=Subquery(log.values("stage")[:1]), stage_on=Subquery(log.values("on")[:1]))


def entered(projects, first: date, last: date):
    """Return the projects whose stage log begins from ``first`` to ``last``, both included."""
    begun = StageChange.objects.order_by().values("project").annotate(first=Min("on"))
    return projects.filter(pk__in=begun.filter(first__gte=first, first__lte=last).values("project"))


def gone_on_to(projects, stage: str, day: date):
    """Return the projects that by ``day`` had reached ``stage`` or a stage after it on the path."""
    log = StageChange.objects.filter(stage__in=and_after(stage), on__lte=day).order_by()
    return projects.filter(pk__in=log.values("project"))
