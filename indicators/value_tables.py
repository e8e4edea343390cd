"""Tables and filters of single values: those entered, and those published by others."""

import django_tables2 as tables
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django_filters import CharFilter, ChoiceFilter, FilterSet, ModelChoiceFilter

from accounts.models import Organisation
from common.models import Source
from common.tables import DayColumn, Table, sorted_by
from indicators.entering import state_word
from indicators.filters import categories, organisations
from indicators.models import Observation
from indicators.tables import DEMO_MARK
from indicators.values import rounded
from indicators.wording import period_text, value_text

TEXT = {"td": {"class": "nowrap"}}


def published_periods():
    rows = Observation.objects.filter(source__isnull=False).order_by("-period").values_list("period", flat=True)
    return [(period, period_text(period)) for period in rows.distinct()]


class ValueFilter(FilterSet):
    """Filters of entered values; ``indicator`` and the periods come by address, from a passport."""

    q = CharFilter(label="搜索", method="search")
    category = ChoiceFilter(label="类别", field_name="indicator__category", choices=categories)
    organisation = ModelChoiceFilter(label="单位", queryset=organisations, to_field_name="code")
    state = ChoiceFilter(label="状态", choices=Observation.State.choices)
    indicator = CharFilter(label="指标", field_name="indicator__code")
    period = CharFilter(label="期间", field_name="period")
    period_from = CharFilter(label="期间自", field_name="period", lookup_expr="gte")
    period_to = CharFilter(label="期间至", field_name="period", lookup_expr="lte")
    parts = ChoiceFilter(label="范围", choices=[("counties", "县市区"), ("departments", "市直部门")], method="of_kind")
    counted = ChoiceFilter(label="计入", choices=[("1", "已计入")], method="only_counted")
    whole = ChoiceFilter(label="分组", choices=[("1", "不含分组")], method="only_whole")

    class Meta:
        model = Observation
        fields = []

    def search(self, queryset, name, value):
        found = Q(indicator__name__icontains=value) | Q(indicator__code__icontains=value)
        return queryset.filter(found | Q(organisation__short__icontains=value) | Q(note__icontains=value))

    def of_kind(self, queryset, name, value):
        kinds = ("county", "zone") if value == "counties" else ("department",)
        return queryset.filter(organisation__kind__in=kinds)

    def only_counted(self, queryset, name, value):
        return queryset.filter(state="locked")

    def only_whole(self, queryset, name, value):
        return queryset.filter(member="")


class PublishedFilter(FilterSet):
    q = CharFilter(label="搜索", method="search")
    source = ModelChoiceFilter(
        label="来源", queryset=Source.objects.filter(observations__isnull=False).distinct(), to_field_name="key"
    )
    category = ChoiceFilter(label="类别", field_name="indicator__category", choices=categories)
    organisation = ModelChoiceFilter(
        label="单位",
        queryset=lambda request: Organisation.objects.filter(
            pk__in=Observation.objects.filter(source__isnull=False).values("organisation")
        ),
        to_field_name="code",
    )
    period = ChoiceFilter(label="期间", choices=published_periods)

    class Meta:
        model = Observation
        fields = []

    def search(self, queryset, name, value):
        found = Q(indicator__name__icontains=value) | Q(indicator__scope__icontains=value)
        return queryset.filter(found | Q(source_key__icontains=value) | Q(source__title__icontains=value))


class ValueTable(Table):
    """Values as they stood on the page's date, each leading to its indicator."""

    name = tables.Column("指标", accessor="indicator__name", attrs={"td": {"class": "main"}})
    organisation = tables.Column("单位", accessor="organisation__short", attrs=TEXT)
    period = tables.Column("期间", attrs=TEXT)
    known = tables.Column("数值", attrs={"td": {"class": "r value-cell"}, "th": {"class": "r"}})
    unit = tables.Column("计量单位", accessor="indicator__unit", orderable=False, attrs=TEXT)
    state = tables.Column("状态", orderable=False, attrs=TEXT)
    reported_on = DayColumn("填报日期", attrs=TEXT)
    locked_on = DayColumn("锁定日期", attrs=TEXT)
    note = tables.Column("说明", orderable=False, attrs={"td": {"class": "wide"}})

    order_name = sorted_by("indicator__name")
    order_organisation = sorted_by("organisation__order")
    order_period = sorted_by("period")
    order_known = sorted_by("known")
    order_reported_on = sorted_by("reported_on")
    order_locked_on = sorted_by("locked_on")

    class Meta(Table.Meta):
        pass

    def render_name(self, value, record):
        mark = DEMO_MARK if record.is_demo else ""
        return format_html('<a class="ttl" href="{}">{}</a>{}', self._url(record), self.value_name(record), mark)

    def value_name(self, record):
        return record.indicator.name + (f" · {record.member}" if record.member else "")

    def _url(self, record):
        as_of = self.request.GET.get("as_of", "")
        url = reverse("indicators:detail", args=[record.indicator.code])
        return url + (f"?{urlencode({'as_of': as_of})}" if as_of else "")

    def render_period(self, record):
        return self.value_period(record)

    def value_period(self, record):
        return period_text(record.period, record.period_text)

    def render_known(self, record):
        return value_text(rounded(record.known, record.indicator.decimals), record.comparator, "", "").strip()

    def render_state(self, record):
        return self.value_state(record)

    def value_state(self, record):
        return state_word(record)


class PublishedTable(ValueTable):
    """Published figures with their source, and what another publication or another scope says."""

    known = tables.Column("数值", attrs={"td": {"class": "r value-cell"}, "th": {"class": "r"}})
    category = tables.Column("类别", accessor="indicator__category", orderable=False, attrs=TEXT)
    source = tables.Column("来源", accessor="source__title", orderable=False, attrs={"td": {"class": "wide"}})
    published_on = DayColumn("发布日期", attrs=TEXT)
    remark = tables.Column("提示", accessor="pk", orderable=False, attrs={"td": {"class": "wide"}})
    unit = None
    state = None
    reported_on = None
    locked_on = None
    note = None

    order_published_on = sorted_by("published_on")

    class Meta(Table.Meta):
        sequence = ("name", "organisation", "known", "period", "category", "source", "published_on", "remark")

    def __init__(self, *args, conflicts, **kwargs):
        super().__init__(*args, **kwargs)
        self.conflicts = conflicts

    def render_known(self, record):
        return value_text(
            record.known,
            record.comparator,
            record.indicator.unit,
            record.value_text if record.known == record.value else "",
        )

    def render_remark(self, record):
        return self.value_remark(record) or self.default

    def value_remark(self, record):
        said = []
        if other := self.conflicts.get(record.indicator_id):
            said.append(f"口径不同：另见“{other}”")
        said += [
            f"{row.published_on} 曾公布为 {value_text(row.value, '=', record.indicator.unit)}"
            for row in record.earlier
            if row.value != record.known
        ]
        return "；".join(said)
