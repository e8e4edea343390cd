"""Filters of the lists of projects and money. Their parameters are those that passports link with."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db.models import Q
from django_filters import CharFilter, ChoiceFilter, DateFilter, FilterSet, ModelChoiceFilter
from django_filters.fields import ChoiceField

from accounts.models import Organisation
from common import spans
from common.periods import parse_period
from common.remember import remembered
from projects.dimensions import FIELDS, SIZES, UNKNOWN, condition
from projects.industries import division_name
from projects.models import FundEntry, InvestmentEntry, MoneyEntry, Platform, Project, SigningEvent, StageChange
from projects.pipeline.log import entered, gone_on_to
from projects.querysets import CAPITAL_REGION
from projects.stages import PATH

OTHER = "other"
NOT_STATED = (UNKNOWN, "未填")


def counties(request=None):
    return Organisation.objects.filter(kind__in=("county", "zone"))


def read_month(text):
    """Refuse what is not a month; the sentence goes to whoever reads the form's errors."""
    try:
        parse_period(text)
    except ValueError as problem:
        raise ValidationError(str(problem)) from problem


class OpenChoiceField(ChoiceField):
    def valid_value(self, value):
        return True


class OpenChoiceFilter(ChoiceFilter):
    """Offers choices and takes any value: one not offered finds what bears it, perhaps nothing."""

    field_class = OpenChoiceField


def used_values() -> dict[str, list]:
    """Return what any project bears, by dimension, and the events and platforms; asked once per state of the data."""

    def ask():
        found = {name: set() for name in FIELDS}
        for line in Project.objects.order_by().values_list(*FIELDS.values()).distinct():
            for name, value in zip(FIELDS, line, strict=True):
                found[name].add(value)
        values = {name: sorted(values - {""}) for name, values in found.items()}
        values["event"] = list(SigningEvent.objects.values_list("key", "name"))
        return values | {"platform": list(Platform.objects.values_list("key", "name"))}

    return remembered("project-values", ask)


def origin_choices():
    others = [name for name in used_values()["origin"] if name not in CAPITAL_REGION]
    return [*((name, name) for name in (*CAPITAL_REGION, *others)), (OTHER, "京津冀以外"), NOT_STATED]


def industry_choices():
    return [*((code, division_name(code)) for code in used_values()["industry"]), NOT_STATED]


def chain_choices():
    return [*((name, name) for name in used_values()["chain"]), NOT_STATED]


def event_choices():
    return used_values()["event"]


def platform_choices():
    return used_values()["platform"]


class DatedFilterSet(FilterSet):
    """Filters that look at the rows as of a date, which the view or the figure passes in.

    ``path`` leads from a row to its project; the filters of NARROWINGS mean what the counting means.
    """

    path = ""

    def __init__(self, data=None, queryset=None, *, as_of: date, request=None, prefix=None):
        super().__init__(data, queryset, request=request, prefix=prefix)
        self.as_of = as_of
        for name in ("signed_in", "started_in"):
            if name in self.filters:
                self.filters[name].extra["choices"] = spans.choices(as_of)

    def narrow(self, queryset, name, value):
        return queryset.filter(condition(name, value, self.path))

    def in_county(self, queryset, name, value):
        """Keep what the county has credit for; ``share`` is the per cent of it that counts for the county."""
        code = value if value == UNKNOWN else value.code
        return queryset.filter(condition("county", code, self.path)).with_share_of(code)


class ProjectFilter(DatedFilterSet):
    """Filters of projects; ``queryset`` is annotated by ``as_of``.

    The date ranges ask when a project first reached the stage; nothing after ``as_of`` counts.
    """

    q = CharFilter(label="搜索", method="search")
    county = ModelChoiceFilter(
        label="县市区",
        queryset=counties,
        to_field_name="code",
        null_label="落地未定",
        null_value=UNKNOWN,
        method="in_county",
    )
    stage = ChoiceFilter(label="阶段", choices=StageChange.Stage.choices)
    origin = OpenChoiceFilter(label="来源地", choices=origin_choices, method="by_origin")
    district = CharFilter(label="来源区（市）", method="narrow")
    industry = OpenChoiceFilter(label="行业", choices=industry_choices, method="narrow")
    chain = OpenChoiceFilter(label="产业链", choices=chain_choices, method="narrow")
    size = ChoiceFilter(
        label="投资规模", choices=[*((code, words) for code, words, *_ in SIZES), NOT_STATED], method="narrow"
    )
    event = ChoiceFilter(label="签约活动", field_name="event__key", choices=event_choices)
    platform = ChoiceFilter(label="承接平台", field_name="platform__key", choices=platform_choices)
    kind = ChoiceFilter(label="投资方类型", choices=[*Project.InvestorKind.choices, NOT_STATED], method="narrow")
    officer = CharFilter(label="包保领导", field_name="officer", lookup_expr="icontains")
    signed_in = ChoiceFilter(label="签约时间", choices=(), method="in_span")
    started_in = ChoiceFilter(label="开工时间", choices=(), method="in_span")
    capital = ChoiceFilter(label="来源范围", choices=[("1", "京津冀地区")], method="from_capital_region")
    over = ChoiceFilter(label="过亿元", choices=[("1", "1亿元及以上")], method="over_hundred_million")
    since_signed = ChoiceFilter(
        label="签约后进展", choices=[("registered", "已注册落地"), ("started", "已开工")], method="by_progress"
    )
    demo = ChoiceFilter(label="是否示例", choices=[("0", "名称已公布"), ("1", "示例")], method="by_demo")
    signed_from = DateFilter(label="签约起", method="in_ranges")
    signed_to = DateFilter(label="签约止", method="in_ranges")
    started_from = DateFilter(label="开工起", method="in_ranges")
    started_to = DateFilter(label="开工止", method="in_ranges")

    entered_from = DateFilter(label="进入起", method="by_entry")
    entered_to = DateFilter(label="进入止", method="by_entry")
    went_to = ChoiceFilter(label="到过阶段", choices=[(stage, stage.label) for stage in PATH], method="by_furthest")

    class Meta:
        model = Project
        fields = []

    def by_entry(self, queryset, name, value):
        """Keep the projects that came into the stage log between the two days, once for both ends."""
        given = self.form.cleaned_data
        if name == "entered_to" and given.get("entered_from"):
            return queryset
        last = min(given.get("entered_to") or self.as_of, self.as_of)
        return entered(queryset, given.get("entered_from") or date.min, last)

    def by_furthest(self, queryset, name, value):
        return gone_on_to(queryset, value, self.as_of)

    def search(self, queryset, name, value):
        return queryset.filter(Q(name__icontains=value) | Q(investor__icontains=value) | Q(code__icontains=value))

    def by_origin(self, queryset, name, value):
        if value == OTHER:
            return queryset.exclude(origin_province__in=CAPITAL_REGION)
        return self.narrow(queryset, name, value)

    def in_span(self, queryset, name, value):
        """Keep the projects that first reached the stage in a year, quarter or month."""
        try:
            span = spans.read_span(value, self.as_of)
        except ValueError:
            return queryset.none()
        return queryset.reached(name.removesuffix("_in"), span.first, span.up_to(self.as_of))

    def from_capital_region(self, queryset, name, value):
        return queryset.from_capital_region()

    def over_hundred_million(self, queryset, name, value):
        return queryset.over_hundred_million()

    def by_progress(self, queryset, name, value):
        return gone_on_to(queryset, value, self.as_of)

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
    """Filters of dated amounts; ``queryset`` is annotated by ``with_state_as_of``, or by ``as_of``.

    Without a state the counted rows show. Those are known by the day anyway: asking once more would keep the
    database from counting and summing by its index.
    """

    path = "project__"

    q = CharFilter(label="搜索", method="search")
    county = ModelChoiceFilter(
        label="县市区",
        queryset=counties,
        to_field_name="code",
        null_label="落地未定",
        null_value=UNKNOWN,
        method="in_county",
    )
    state = ChoiceFilter(
        label="核实", choices=[*MoneyEntry.State.choices, ("all", "全部")], method="by_state", empty_label=None
    )
    origin = OpenChoiceFilter(label="来源地", choices=origin_choices, method="by_origin")
    district = CharFilter(label="来源区（市）", method="narrow")
    industry = OpenChoiceFilter(label="行业", choices=industry_choices, method="narrow")
    chain = OpenChoiceFilter(label="产业链", choices=chain_choices, method="narrow")
    kind = ChoiceFilter(label="投资方类型", choices=[*Project.InvestorKind.choices, NOT_STATED], method="narrow")
    size = ChoiceFilter(
        label="投资规模", choices=[*((code, words) for code, words, *_ in SIZES), NOT_STATED], method="narrow"
    )
    capital = ChoiceFilter(label="来源范围", choices=[("1", "京津冀地区")], method="from_capital_region")
    month_from = CharFilter(label="月份起", field_name="month", lookup_expr="gte", validators=[read_month])
    month_to = CharFilter(label="月份止", field_name="month", lookup_expr="lte", validators=[read_month])

    def filter_queryset(self, queryset):
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("state") else found.verified(self.as_of)

    def search(self, queryset, name, value):
        return queryset.filter(Q(project__name__icontains=value) | Q(project__code__icontains=value))

    def by_origin(self, queryset, name, value):
        if value == OTHER:
            return queryset.exclude(project__origin_province__in=CAPITAL_REGION)
        return self.narrow(queryset, name, value)

    def by_state(self, queryset, name, value):
        if value == MoneyEntry.State.CITY_VERIFIED:
            return queryset.verified(self.as_of)
        known = queryset.known_by(self.as_of)
        return known if value == "all" else known.filter(state_then=value)

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
