"""Notes of contacts with the investor. A lead without one for a month is stale."""

from datetime import date, timedelta

from django.db import transaction
from django.db.models import DateField, F, OuterRef, Subquery
from django.db.models.functions import Coalesce, Greatest

from common import audit
from common.errors import UserError
from projects.models import FollowUp, Project
from projects.pipeline.log import with_stage
from projects.pipeline.rights import check_entry
from projects.stages import BEFORE_SIGNING

STALE_AFTER = 30  # days without a contact


@transaction.atomic
def add_follow_up(*, project: Project, on: date | None, text: str, by, today: date) -> FollowUp:
    """Keep a note and return it; the same note again is the same row. Raises UserError at the field."""
    check_entry(by, project)
    Project.objects.select_for_update().get(pk=project.pk)
    text = " ".join(text.split())
    if on is None or on > today:
        raise UserError("跟进日期应为今天或以前。", field="follow_on")
    if not text:
        raise UserError("请写跟进情况。", field="text")
    if len(text) > 300:
        raise UserError(f"跟进情况最多 300 个字，现为 {len(text)} 个字。", field="text")
    if already := project.follow_ups.filter(on=on, text=text, by=by).first():
        return already
    note = FollowUp.objects.create(project=project, on=on, text=text, by=by, is_demo=False)
    audit.record(by=by, action="记录跟进", target=project, after={"日期": on, "跟进情况": text})
    return note


def with_last_contact(projects, day: date):
    """Annotate ``contact_on``: the later of the last follow-up by ``day`` and the day the stage began.

    ``projects`` carry ``stage_on`` (pipeline.log.with_stage or as_of).
    """
    notes = FollowUp.objects.filter(project=OuterRef("pk"), on__lte=day).order_by("-on")
    last = Coalesce(Subquery(notes.values("on")[:1]), F("stage_on"))
    return projects.annotate(contact_on=Greatest(last, F("stage_on"), output_field=DateField()))


def stale_leads(projects, day: date):
    """Return the 线索 and 在谈 projects that nobody has followed up for STALE_AFTER days, the longest first."""
    waiting = with_last_contact(with_stage(projects, day).filter(stage__in=BEFORE_SIGNING), day)
    return waiting.filter(contact_on__lte=day - timedelta(days=STALE_AFTER)).order_by("contact_on", "pk")
