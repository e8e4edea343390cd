"""Filters of the lists of projects and money. Their parameters are those that passports link with."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Q
from django_filters import CharFilter, ChoiceFilter, DateFilter, FilterSet, ModelChoiceFilter

from accounts.models import Organisation
from common.periods import parse_period
from projects.models import FundEntry, InvestmentEntry, MoneyEntry, Platform, Project, SigningEvent, StageChange
from projects.querysets import CAPITAL_REGION

OTHER = "other"
UNKNOWN = "-"


def counties(request=None):
    return Organisation.objects.filter(kind__in=("county", "zone"))


def read_month(text):
    """Refuse what is not a month; the sentence goes to whoever reads the form's errors."""
    try:
        parse_period(text)
    except ValueError as problem:
        raise ValidationError(str(problem)) from problem


class DatedFilterSet(FilterSet):
    """Filters that look at the rows as of a date, which the view or the figure passes in."""

    def __init__(self, data=None, queryset=None, *, as_of: date, request=None, prefix=None):
        super().__init__(data, queryset, request=request, prefix=prefix)
        self.as_of = as_of


class ProjectFilter(DatedFilterSet):
    """Filters of projects; ``queryset`` is annotated by ``as_of``.

    The date ranges ask when a project first reached the stage; nothing after ``as_of`` counts.
    """

    q = CharFilter(label="搜索", method="search")
    county = ModelChoiceFilter(
        label="县市区", queryset=counties, to_field_name="code", null_label="落地未定", null_value=UNKNOWN
    )
    stage = ChoiceFilter(label="阶段", choices=StageChange.Stage.choices)
    origin = ChoiceFilter(
        label="来源地", choices=[(name, name) for name in CAPITAL_REGION] + [(OTHER, "其他")], method="by_origin"
    )
    event = ModelChoiceFilter(label="签约活动", queryset=SigningEvent.objects.all(), to_field_name="key")
    platform = ModelChoiceFilter(label="承接平台", queryset=Platform.objects.all(), to_field_name="key")
    kind = ChoiceFilter(label="投资方类型", field_name="investor_kind", choices=Project.InvestorKind.choices)
    capital = ChoiceFilter(label="范围", choices=[("1", "京津冀地区")], method="from_capital_region")
    over = ChoiceFilter(label="规模", choices=[("1", "1亿元及以上")], method="over_hundred_million")
    since_signed = ChoiceFilter(
        label="签约后", choices=[("registered", "已注册落地"), ("started", "已开工")], method="by_progress"
    )
    demo = ChoiceFilter(label="数据", choices=[("0", "名称已公布"), ("1", "示例")], method="by_demo")
    signed_from = DateFilter(label="签约起", method="in_ranges")
    signed_to = DateFilter(label="签约止", method="in_ranges")
    started_from = DateFilter(label="开工起", method="in_ranges")
    started_to = DateFilter(label="开工止", method="in_ranges")

    class Meta:
        model = Project
        fields = []

    def search(self, queryset, name, value):
        return queryset.filter(Q(name__icontains=value) | Q(investor__icontains=value) | Q(code__icontains=value))

    def by_origin(self, queryset, name, value):
        if value == OTHER:
            return queryset.exclude(origin_province__in=CAPITAL_REGION)
        return queryset.filter(origin_province=value)

    def from_capital_region(self, queryset, name, value):
        return queryset.from_capital_region()

    def over_hundred_million(self, queryset, name, value):
        return queryset.over_hundred_million()

    def by_progress(self, queryset, name, value):
        return queryset.gone_on_to(value, self.as_of)

    def by_demo(self, queryset, name, value):
        return queryset.filter(is_demo=value == "1")

    def in_ranges(self, queryset, name, value):
        """Apply a range once, at its first given end; the other end comes from the same form."""
        stage, _, end = name.partition("_")
        given = self.form.cleaned_data
        if end == "to" and given.get(f"{stage}_from"):
            return queryset
        first = given.get(f"{stage}_from") or date.min
        last = min(given.get(f"{stage}_to") or self.as_of, self.as_of)
        return queryset.reached(stage, first, last)


class MoneyFilter(DatedFilterSet):
    """Filters of dated amounts; ``queryset`` is annotated by ``as_of``. Without a state the counted rows show."""

    q = CharFilter(label="搜索", method="search")
    county = ModelChoiceFilter(
        label="县市区",
        field_name="project__county",
        queryset=counties,
        to_field_name="code",
        null_label="落地未定",
        null_value=UNKNOWN,
    )
    state = ChoiceFilter(
        label="核实", choices=[*MoneyEntry.State.choices, ("all", "全部")], method="by_state", empty_label=None
    )
    capital = ChoiceFilter(label="范围", choices=[("1", "京津冀地区")], method="from_capital_region")
    month_from = CharFilter(label="月份起", field_name="month", lookup_expr="gte", validators=[read_month])
    month_to = CharFilter(label="月份止", field_name="month", lookup_expr="lte", validators=[read_month])

    def filter_queryset(self, queryset):
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("state") else found.verified(self.as_of)

    def search(self, queryset, name, value):
        return queryset.filter(Q(project__name__icontains=value) | Q(project__code__icontains=value))

    def by_state(self, queryset, name, value):
        if value == "all":
            return queryset
        if value == MoneyEntry.State.CITY_VERIFIED:
            return queryset.verified(self.as_of)
        return queryset.filter(state_then=value)

    def from_capital_region(self, queryset, name, value):
        return queryset.from_capital_region()


class FundFilter(MoneyFilter):
    class Meta:
        model = FundEntry
        fields = []

    def search(self, queryset, name, value):
        found = Q(project__name__icontains=value) | Q(project__code__icontains=value)
        return queryset.filter(found | Q(voucher_number__icontains=value))


class InvestmentFilter(MoneyFilter):
    class Meta:
        model = InvestmentEntry
        fields = []


class NameFilter(FilterSet):
    """The search field of short lists; ``names`` are the fields it looks in."""

    q = CharFilter(label="搜索", method="search")
    names = ("name",)

    def search(self, queryset, name, value):
        found = Q()
        for field in self.names:
            found |= Q(**{f"{field}__icontains": value})
        return queryset.filter(found)


class EventFilter(NameFilter):
    names = ("name", "place", "host")


class PlatformFilter(NameFilter):
    names = ("name", "description", "county__short")
    county = ModelChoiceFilter(label="县市区", queryset=counties, to_field_name="code")


class MemorandumFilter(NameFilter):
    names = ("title", "partner", "local_party")
