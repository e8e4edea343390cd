"""How far a task is, as the board's columns say it: from 未启动 to 已销号; one declaration for list, board, matrix."""

from datetime import date

from django.db.models import Exists, F, OuterRef, Q

from common.rules import OrderedRule
from tasklists.models import ProgressReport

STAGE = OrderedRule(
    conditions=(
        ("closed", Q(state="closed")),
        ("suspended", Q(state="suspended")),
        ("cancelled", Q(state="cancelled")),
        ("claimed", Q(claim_waits=True)),
        ("in_review", Q(report_waits=True)),
        ("not_started", Q(count_state="not_started")),
    ),
    default="under_way",
)
STAGE_WORDS = {
    "not_started": "未启动",
    "under_way": "推进中",
    "in_review": "待审核",
    "claimed": "申请办结",
    "closed": "已销号",
    "suspended": "中止",
    "cancelled": "已取消",
}


def with_stage(rows, day: date):
    """Annotate ``stage``, a key of ``STAGE_WORDS``, on items that ``TaskItemQuerySet.as_of(day)`` annotated."""
    if "stage" in rows.query.annotations:
        return rows
    waiting = waiting_reports(day).filter(assignment__item=OuterRef("pk"))
    return rows.alias(
        report_waits=Exists(waiting),
        claim_waits=Exists(waiting.filter(status="claimed", assignment__decides=True)),
    ).annotate(stage=STAGE.expression())


def waiting_reports(day: date):
    """Return the reports that were handed in by ``day`` and neither approved nor sent back by then."""
    sent_back = Q(submitted_on__lt=F("returned_on")) | Q(submitted_on=F("returned_on"), state="returned")
    return (
        ProgressReport.objects.filter(submitted_on__lte=day)
        .exclude(state="draft")
        .filter(Q(approved_on__isnull=True) | Q(approved_on__gt=day))
        .filter(Q(returned_on__isnull=True) | Q(returned_on__gt=day) | ~sent_back)
    )
