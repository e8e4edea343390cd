"""Messages of the night: leads that nobody follows up, promised dates that come near or have passed."""

from datetime import date, timedelta

from django.db import transaction
from django.urls import reverse

from accounts import notices
from accounts.permissions import COUNTY_REPORTER, REVIEWER
from projects.models import Project
from projects.pipeline.following import STALE_AFTER, stale_leads
from projects.pipeline.log import with_stage
from projects.stages import PATH, PROMISES, Stage, rank

LANDING_AHEAD = 30  # days before a promised date


@transaction.atomic
def remind(*, on: date) -> int:
    """Tell the counties' reporters and reviewers, and who entered a project without one; return how many messages.

    Told once per thing: a lead per last contact, a promised date once before it and once after it has passed.
    """
    found = [*_stale(on), *_landing(on)]
    counties = {project.county_id for project, *_ in found if project.county_id}
    people = {}
    for user in notices.people_of(counties, (COUNTY_REPORTER, REVIEWER)):
        people.setdefault(user.organisation_id, []).append(user)
    messages = [
        notices.notice(
            recipient=user,
            key=key,
            title=title,
            text=project.name,
            url=reverse("projects:detail", args=[project.pk]),
            on=on,
        )
        for project, key, title in found
        for user in people.get(project.county_id) or _enterer(project)
    ]
    notices.send(messages)
    return len(messages)


def _enterer(project):
    """Who entered a project of no county; nobody where its county has no account yet."""
    return [project.created_by] if project.county_id is None and project.created_by else []


def _stale(on):
    for project in stale_leads(Project.objects.all(), on).select_related("created_by"):
        days = (on - project.contact_on).days
        word = Stage(project.stage).label
        yield (
            project,
            f"lead:{project.pk}:{project.contact_on}",
            f"{word}项目已 {days} 天未跟进（满 {STALE_AFTER} 天提醒）",
        )


def _landing(on):
    soon = on + timedelta(days=LANDING_AHEAD)
    for stage, field in PROMISES.items():
        due = Project.objects.filter(**{f"{field}__lte": soon}).select_related("created_by")
        before = PATH[: rank(stage)]
        for project in with_stage(due, on).filter(stage__in=before).order_by("pk"):
            day = getattr(project, field)
            key = f"landing:{project.pk}:{stage}:{day}"
            if day < on:
                yield (
                    project,
                    f"{key}:passed",
                    f"约定{stage.label}日期 {day} 已过，项目仍在{Stage(project.stage).label}",
                )
            else:
                yield project, f"{key}:near", f"约定{stage.label}日期 {day} 临近，项目现为{Stage(project.stage).label}"
