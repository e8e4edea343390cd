"""Groups of the task list: how rows are ordered into them, what each is called, how many it holds."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Case, CharField, Count, F, IntegerField, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce, TruncMonth

from accounts.models import Organisation
from tasklists.models import Assignment

NAMES = {"aspect": "方面", "owner": "牵头单位", "county": "县市区", "due": "到期月份"}


@dataclass(frozen=True)
class Grouping:
    """``order`` comes before the reader's own order; ``fields`` tell the groups apart; ``label(record)`` names one."""

    order: tuple
    fields: tuple[str, ...]
    label: Callable
    counts: dict

    def key(self, record):
        return tuple(getattr(record, name) for name in self.fields)

    def count(self, record):
        """How many of all rows, not only the page's, stand in the record's group."""
        return self.counts.get(self.key(record), 0)


def annotated(rows, name: str):
    """Return the rows with what the grouping ``name``, a key of ``NAMES``, needs to order and name them."""
    return KINDS[name][0](rows)


def grouping_of(rows, name: str) -> Grouping:
    """Return the grouping over ``annotated`` rows that the filters have left."""
    _, order, fields, label = KINDS[name]
    return Grouping(order, fields, label, _counts(rows, fields))


def _counts(rows, fields):
    counted = rows.order_by().values_list(*fields).annotate(number=Count("pk"))
    return {tuple(values): number for *values, number in counted}


def _by_aspect(rows):
    return rows.select_related("aspect", "task_list")


def _by_owner(rows):
    deciding = Assignment.objects.filter(item=OuterRef("pk"), decides=True)
    first = deciding.order_by("organisation__order", "organisation__code")
    return rows.annotate(
        group_rank=Subquery(first.values("organisation__order")[:1]),
        group_name=Subquery(first.values("organisation__short")[:1]),
    )


def _by_county(rows):
    parts = Assignment.objects.answering().filter(
        item=OuterRef("pk"), organisation__in=Organisation.objects.counties_and_zones().values("pk")
    )
    first = parts.order_by("organisation__order", "organisation__code")
    number = parts.order_by().values("item").annotate(number=Count("pk")).values("number")
    return rows.annotate(counties=Coalesce(Subquery(number), 0, output_field=IntegerField())).annotate(
        group_place=Case(When(counties=1, then=0), When(counties__gt=1, then=1), default=2),
        group_rank=Case(When(counties=1, then=Subquery(first.values("organisation__order")[:1])), default=0),
        group_name=Case(
            When(counties=1, then=Subquery(first.values("organisation__short")[:1])),
            When(counties__gt=1, then=Value("多个县市区共同负责")),
            default=Value("没有县市区的任务"),
            output_field=CharField(),
        ),
    )


def _by_due(rows):
    return rows.annotate(group_month=TruncMonth("due_on"))


def _due_label(record):
    if record.group_month:
        return f"{record.group_month.year}年{record.group_month.month}月到期"
    return "长期坚持" if record.long_term else "时限未定"


KINDS = {
    "aspect": (
        _by_aspect,
        ("task_list__order", "aspect__order"),
        ("task_list_id", "aspect_id"),
        lambda record: f"{record.task_list.short} · {record.aspect.title}",
    ),
    "owner": (
        _by_owner,
        (F("group_rank").asc(nulls_last=True), F("group_name").asc(nulls_last=True)),
        ("group_name",),
        lambda record: record.group_name or "没有牵头或责任单位",
    ),
    "county": (
        _by_county,
        ("group_place", "group_rank", "group_name"),
        ("group_name",),
        lambda record: record.group_name,
    ),
    "due": (
        _by_due,
        (F("group_month").asc(nulls_last=True), F("long_term").asc()),
        ("group_month", "long_term"),
        _due_label,
    ),
}
