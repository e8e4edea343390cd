"""Filters of events and their cohorts, of platforms and memoranda."""

from django_filters import ChoiceFilter, ModelChoiceFilter

from projects.cohorts import DAYS, IN_TIME, LATE, MILESTONES, NOT_YET, PROMISED, Cohort, outcome_of
from projects.filters import NameFilter, ProjectFilter, counties

DUE = "due"
OUTCOMES = {DUE: "应实现", IN_TIME: "按期", LATE: "逾期实现", NOT_YET: "逾期未实现"}


class CohortFilter(ProjectFilter):
    """Filters of the projects of one event: by what ``cohort`` says of them, so that numbers and rows agree."""

    event = None
    reached = ChoiceFilter(label="已实现", choices=list(MILESTONES.items()), method="by_reached")
    within_days = ChoiceFilter(
        label="签约后", choices=[(str(days), f"{days}天内") for days in DAYS], method="with_reached"
    )
    promise = ChoiceFilter(
        label="约定",
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
