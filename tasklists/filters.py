"""The filters of the task list; their names are the addresses that passports and charts link to."""

from datetime import date

from django.db.models import Exists, OuterRef, Q
from django_filters import (
    CharFilter,
    ChoiceFilter,
    DateFilter,
    FilterSet,
    ModelChoiceFilter,
    MultipleChoiceFilter,
)

from accounts.models import Organisation
from common import clock, lights, periods
from common.remember import remembered
from tasklists import rules, stages
from tasklists.models import Assignment, PlanNode, TaskItem, TaskList

COUNT_CHOICES = [(key, rules.COUNT_WORDS[key]) for key in ("under_way", "not_started", "closed", "cancelled")]


PART_CHOICES = [("counted", "牵头或负责"), ("done", "本单位已完成")]


def list_choices():
    """Lists in force and reference lists, which all who see tasks may know."""
    return remembered(
        "list-choices", lambda: list(TaskList.objects.exclude(state="draft").values_list("slug", "title"))
    )


def aspect_choices():
    return remembered("aspect-choices", _aspect_choices)


def _aspect_choices():
    titles = PlanNode.objects.filter(level="chapter", task_list__state="in_force").order_by("task_list", "order")
    return [(title, title) for title in dict.fromkeys(titles.values_list("title", flat=True))]


def organisations_with_parts(request):
    return Organisation.objects.filter(Exists(Assignment.objects.filter(organisation=OuterRef("pk"))))


def leading_organisations(request):
    return Organisation.objects.filter(Exists(Assignment.objects.filter(organisation=OuterRef("pk"), role="lead")))


class ItemFilter(FilterSet):
    """Filters over a queryset that ``TaskItemQuerySet.as_of`` has annotated."""

    q = CharFilter(label="搜索", method="search")
    list = ChoiceFilter(label="清单", choices=list_choices, field_name="task_list__slug")
    aspect = ChoiceFilter(label="方面", choices=aspect_choices, field_name="aspect__title")
    light = MultipleChoiceFilter(label="灯", choices=lights.CHOICES, method="by_light")
    reason = ChoiceFilter(label="原因", choices=tuple(rules.REASON_WORDS.items()), field_name="light_reason")
    state = ChoiceFilter(label="状态", choices=COUNT_CHOICES, method="by_state")
    org = ModelChoiceFilter(
        label="单位", queryset=organisations_with_parts, to_field_name="code", method="by_organisation"
    )
    part = ChoiceFilter(label="分工", choices=PART_CHOICES, method="by_part")
    lead = ModelChoiceFilter(label="牵头", queryset=leading_organisations, to_field_name="code", method="by_lead")
    stage = ChoiceFilter(label="进度", choices=tuple(stages.STAGE_WORDS.items()), method="by_stage")
    due_month = CharFilter(label="到期月份", method="by_due_month")
    closed_month = CharFilter(label="销号月份", method="by_closed_month")
    due_from = DateFilter(label="期限不早于", field_name="deadline", lookup_expr="gte")
    due_to = DateFilter(label="期限不晚于", field_name="deadline", lookup_expr="lte")

    class Meta:
        model = TaskItem
        fields = []

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        for name in ("lead", "part", "stage"):  # by addresses only: as menus they say little more than 单位, 状态
            if not (data and data.get(name)):
                del self.filters[name]

    def day(self) -> date:
        """The as-of date of the address; today where it names none, a bad or a future one."""
        today = clock.today()
        try:
            return min(date.fromisoformat(self.data.get("as_of", "").strip()), today)
        except ValueError:
            return today

    def search(self, rows, name, value):
        named = Assignment.objects.filter(item=OuterRef("pk"), organisation__short__icontains=value)
        return rows.filter(
            Q(title__icontains=value) | Q(code__iexact=value) | Q(text__icontains=value) | Exists(named)
        )

    def by_light(self, rows, name, values):
        reasons = [reason for light in values for reason in rules.REASONS_OF[light]]
        return rows.filter(light_reason__in=reasons) if reasons else rows

    def by_state(self, rows, name, value):
        """正在推进 includes what has not started: it is every task neither closed nor cancelled."""
        return rows.filter(count_state__in=("under_way", "not_started") if value == "under_way" else (value,))

    def by_organisation(self, rows, name, organisation):
        return rows.filter(Exists(Assignment.objects.filter(item=OuterRef("pk"), organisation=organisation)))

    def by_part(self, rows, name, value):
        """What counts in the chosen organisation's progress; ``done`` its finished parts. Needs ``org``."""
        parts = Assignment.objects.answering().filter(item=OuterRef("pk"), organisation__code=self.data.get("org", ""))
        rows = rows.exclude(state="cancelled").filter(Exists(parts))
        if value == "counted":
            return rows
        return rows.filter(Q(state="closed") | Exists(parts.filter(completed_on__lte=self.day())))

    def by_stage(self, rows, name, value):
        return stages.with_stage(rows, self.day()).filter(stage=value)

    def by_due_month(self, rows, name, value):
        if not periods.PERIOD.match(value):
            return rows.none()
        return rows.filter(deadline__gte=periods.first_day(value), deadline__lte=periods.last_day(value))

    def by_lead(self, rows, name, organisation):
        parts = Assignment.objects.filter(item=OuterRef("pk"), organisation=organisation, role="lead")
        return rows.filter(Exists(parts))

    def by_closed_month(self, rows, name, value):
        if not periods.PERIOD.match(value):
            return rows.none()
        return rows.filter(
            state="closed", state_on__gte=periods.first_day(value), state_on__lte=periods.last_day(value)
        )
