"""Filters of the list of cases; statistics link with the same parameters."""

from django.db.models import Q
from django_filters import CharFilter, ChoiceFilter, DateFilter, ModelChoiceFilter

from accounts.models import Organisation
from projects.filters import DatedFilterSet, counties
from projects.models import ServiceCase

UNRATED = "-"


def handling(request=None):
    return Organisation.objects.filter(pk__in=ServiceCase.objects.order_by().values("handler"))


class CaseFilter(DatedFilterSet):
    """``queryset`` is annotated by ``as_of``: states, ratings and lateness are those of the date."""

    q = CharFilter(label="搜索", method="search")
    channel = ChoiceFilter(label="渠道", choices=ServiceCase.Channel.choices)
    category = ChoiceFilter(label="类别", choices=ServiceCase.Category.choices)
    state = ChoiceFilter(label="状态", choices=[*ServiceCase.State.choices, ("open", "没有结果")], method="by_state")
    late = ChoiceFilter(
        label="时限",
        choices=[("open", "逾期未办结"), ("done", "逾期办结"), ("in_time", "按时办结"), ("due", "办结或逾期")],
        method="by_lateness",
    )
    county = ModelChoiceFilter(label="县市区", queryset=counties, to_field_name="code")
    handler = ModelChoiceFilter(label="承办单位", queryset=handling, to_field_name="code")
    satisfaction = ChoiceFilter(
        label="满意度",
        choices=[
            *ServiceCase.Satisfaction.choices,
            ("good", "满意及以上"),
            ("rated", "已评价"),
            (UNRATED, "未评价"),
        ],
        method="by_rating",
    )
    received_from = DateFilter(label="收到起", field_name="received_on", lookup_expr="gte")
    received_to = DateFilter(label="收到止", field_name="received_on", lookup_expr="lte")

    class Meta:
        model = ServiceCase
        fields = []

    def search(self, queryset, name, value):
        return queryset.filter(Q(number__icontains=value) | Q(company__icontains=value) | Q(text__icontains=value))

    def by_state(self, queryset, name, value):
        return queryset.unfinished() if value == "open" else queryset.filter(state_then=value)

    def by_lateness(self, queryset, name, value):
        if value == "open":
            return queryset.overdue()
        if value == "due":
            return queryset.filter(Q(state_then="done") | Q(is_overdue=True))
        done = queryset.filter(state_then="done")
        return done.late() if value == "done" else done.in_time()

    def by_rating(self, queryset, name, value):
        if value == "good":
            return queryset.filter(satisfaction_then__in=("very", "satisfied"))
        if value == "rated":
            return queryset.exclude(satisfaction_then="")
        return queryset.filter(satisfaction_then="" if value == UNRATED else value)
