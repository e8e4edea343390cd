"""Filters of events and their cohorts, of platforms and memoranda."""

from django.db.models import Q
from django_filters import ChoiceFilter, ModelChoiceFilter

from projects.cohorts import DAYS, IN_TIME, LATE, MILESTONES, NOT_YET, PROMISED, Cohort, outcome_of
from projects.filters import NameFilter, ProjectFilter, counties
from projects.places.occupancy import BEIJING_TIANJIN

DUE = "due"
OUTCOMES = {DUE: "应实现", IN_TIME: "按期", LATE: "逾期实现", NOT_YET: "逾期未实现"}


class CohortFilter(ProjectFilter):
    """Filters of the projects of one event: by what ``cohort`` says of them, so that numbers and rows agree."""

    event = None
    reached = ChoiceFilter(label="已实现", choices=list(MILESTONES.items()), method="by_reached")
    within_days = ChoiceFilter(
        label="签约后几天内", choices=[(str(days), f"{days}天内") for days in DAYS], method="with_reached"
    )
    promise = ChoiceFilter(
        label="约定实现",
        choices=[
            (f"{milestone}-{outcome}", f"{MILESTONES[milestone]}{word}")
            for milestone in PROMISED
            for outcome, word in OUTCOMES.items()
        ],
        method="by_promise",
    )

    def __init__(self, *args, cohort: Cohort, **kwargs):
        super().__init__(*args, **kwargs)
        self.cohort = cohort

    def by_reached(self, queryset, name, value):
        days = self.form.cleaned_data.get("within_days")
        members = self.cohort.reached(value, int(days) if days else None)
        return queryset.filter(pk__in=[member.pk for member in members or ()])

    def with_reached(self, queryset, name, value):
        """The days narrow what was reached; alone they ask nothing."""
        return queryset

    def by_promise(self, queryset, name, value):
        milestone, _, outcome = value.partition("-")
        wanted = {IN_TIME, LATE, NOT_YET} if outcome == DUE else {outcome}
        members = self.cohort.members
        found = [member.pk for member in members if outcome_of(member, milestone, self.cohort.as_of) in wanted]
        return queryset.filter(pk__in=found)


class EventFilter(NameFilter):
    names = ("name", "place", "host")


class PlatformFilter(NameFilter):
    names = ("name", "description", "county__short")
    county = ModelChoiceFilter(label="县市区", queryset=counties, to_field_name="code")


class MemorandumFilter(NameFilter):
    names = ("title", "partner", "local_party")


class ResidentFilter(NameFilter):
    """Residents of one platform; without a choice those who are there on the date."""

    names = ("name", "note", "project__code")
    origin = ChoiceFilter(
        label="来源地", choices=[("capitals", "北京、天津"), ("other", "其他"), ("-", "未填")], method="by_origin"
    )
    shown = ChoiceFilter(
        label="在驻情况", choices=[("all", "含已退出"), ("left", "已退出")], method="by_presence", empty_label=None
    )

    def __init__(self, *args, as_of, **kwargs):
        super().__init__(*args, **kwargs)
        self.as_of = as_of

    def filter_queryset(self, queryset):
        found = super().filter_queryset(queryset.filter(entered_on__lte=self.as_of))
        if self.form.cleaned_data.get("shown"):
            return found
        return found.filter(Q(left_on__isnull=True) | Q(left_on__gt=self.as_of))

    def by_origin(self, queryset, name, value):
        if value == "-":
            return queryset.filter(origin_province="")
        known = queryset.exclude(origin_province="")
        capitals = Q(origin_province__in=BEIJING_TIANJIN)
        return known.filter(capitals if value == "capitals" else ~capitals)

    def by_presence(self, queryset, name, value):
        return queryset.filter(left_on__lte=self.as_of) if value == "left" else queryset
