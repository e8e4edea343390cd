"""Who may write on which project: county reporters on their own county's, the office on any."""

from django.core.exceptions import PermissionDenied

from accounts.permissions import SEES_OWN_ORGANISATION, may
from projects.models import Project


def enters_projects(user) -> bool:
    """Whether the user may enter projects at all; departments have none of their own."""
    return may(user, "supervise") or (may(user, "report") and user.organisation.kind in ("county", "zone"))


def sees_totals_only(user) -> bool:
    """Whether the user sees the city's totals and no single project: departments."""
    return user.role in SEES_OWN_ORGANISATION and user.organisation.kind == "department"


def may_enter(user, project: Project) -> bool:
    """Whether the user may change the project's facts, stages and follow-ups."""
    if may(user, "supervise"):
        return True
    return enters_projects(user) and project.county_id == user.organisation_id


def may_review(user, project: Project) -> bool:
    """Whether the user may pass the gate or withdraw a stage: the county's reviewer, the office."""
    if may(user, "supervise"):
        return True
    return may(user, "review") and project.county_id == user.organisation_id


def check_entry(user, project: Project) -> None:
    """Raise PermissionDenied when the user may not change this project."""
    if not may_enter(user, project):
        raise PermissionDenied


def check_review(user, project: Project) -> None:
    """Raise PermissionDenied when the user may not review this project."""
    if not may_review(user, project):
        raise PermissionDenied
