"""Filters of the list of rectification slips."""

from django.db.models import Q
from django_filters import CharFilter, ChoiceFilter, ModelChoiceFilter

from projects.filters import DatedFilterSet, counties
from projects.models import HealthFinding


class FindingFilter(DatedFilterSet):
    """``queryset`` is annotated by ``as_of``: states and lateness are those of the date."""

    q = CharFilter(label="搜索", method="search")
    state = ChoiceFilter(label="状态", field_name="state_then", choices=HealthFinding.State.choices)
    late = ChoiceFilter(label="时限", choices=[("1", "逾期未整改")], method="by_lateness")
    rule = ChoiceFilter(label="规则", choices=HealthFinding.Rule.choices)
    county = ModelChoiceFilter(label="整改单位", field_name="owner", queryset=counties, to_field_name="code")

    class Meta:
        model = HealthFinding
        fields = []

    def search(self, queryset, name, value):
        return queryset.filter(Q(project__name__icontains=value) | Q(project__code__icontains=value))

    def by_lateness(self, queryset, name, value):
        return queryset.filter(state_then="open", due_on__lt=self.as_of)
