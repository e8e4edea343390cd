"""The list of news and the counts per organisation: filters and tables."""

from decimal import Decimal

import django_filters
import django_tables2 as tables
from django.db.models import Q
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode

from accounts.models import Organisation
from common import periods
from common.amounts import round_half_up
from common.tables import Table, sorted_by
from projects.filters import OpenChoiceFilter
from reports.models import NewsItem
from reports.news.counting import first_year

DEMO = format_html(' <span class="tag demo mini">{}</span>', "示例")
THUMB = '<img class="thumb" src="{}?small" alt="" loading="lazy" width="48" height="36">'
RIGHT = {"td": {"class": "r"}, "th": {"class": "r"}}
TONES = {"submitted": "b", "adopted": "g", "declined": "", "merged": "y"}
ORGANISATIONS = ("department", "county", "zone")


def period_choices(today):
    """Return this year back to the first one with news, then the last twelve months."""
    this = periods.period_of(today)
    years = range(today.year, (first_year() or today.year) - 1, -1)
    months = [periods.shift(this, -n) for n in range(12)]
    return [(p, periods.span_label(p)) for p in (*map(str, years), *months)]


class NewsFilter(django_filters.FilterSet):
    """``today`` limits the periods offered."""

    state = django_filters.ChoiceFilter(label="状态", choices=NewsItem.State.choices)
    period = OpenChoiceFilter(label="报送时间", method="in_period")
    organisation = django_filters.ModelChoiceFilter(
        label="报送单位",
        queryset=Organisation.objects.filter(kind__in=ORGANISATIONS),
        to_field_name="code",
    )
    carried = django_filters.ChoiceFilter(
        label="刊载", method="is_carried", choices=[("yes", "已刊载"), ("no", "采用待刊载")]
    )
    issue = django_filters.NumberFilter(label="期号", field_name="bulletin__issue")
    q = django_filters.CharFilter(label="搜索", method="search")

    class Meta:
        model = NewsItem
        fields = ["state", "period", "organisation", "carried", "issue", "q"]

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["period"].extra["choices"] = period_choices(today)

    def in_period(self, rows, name, period):
        try:
            first, last = periods.span(period)
        except ValueError:
            return rows.none()
        return rows.reported().filter(reported_on__range=(first, last))

    def is_carried(self, rows, name, answer):
        return rows.filter(state="adopted", bulletin__isnull=answer == "no")

    def search(self, rows, name, text):
        for word in text.split():
            rows = rows.filter(Q(title__icontains=word) | Q(text__icontains=word))
        return rows


class NewsTable(Table):
    occurred_on = tables.Column("日期")
    title = tables.Column("标题")
    organisation = tables.Column("报送单位", accessor="organisation__short")
    place = tables.Column("地点")
    state = tables.Column("状态")
    adopted_on = tables.Column("采用日期")
    score = tables.Column("计分", attrs=RIGHT)
    issue = tables.Column("期号", accessor="bulletin__issue", attrs=RIGHT)

    class Meta(Table.Meta):
        model = NewsItem
        fields = ("occurred_on", "title", "organisation", "place", "state", "adopted_on", "score", "issue")
        order_by = ("-occurred_on",)

    def render_title(self, value, record):
        url = reverse("reports:news_item", args=[record.pk])
        photo = format_html(THUMB, reverse("reports:news_photo", args=[record.pk])) if record.photo else ""
        return format_html('{}<a class="ttl" href="{}">{}</a>{}', photo, url, value, DEMO if record.is_demo else "")

    def render_state(self, record):
        return format_html('<span class="tag {}">{}</span>', TONES[record.state], record.get_state_display())

    def value_state(self, record):
        return record.get_state_display()

    def render_score(self, value):
        return f"{value:f}"

    def render_occurred_on(self, value):
        return f"{value:%Y-%m-%d}"

    def render_adopted_on(self, value):
        return f"{value:%Y-%m-%d}"


class CountsFilter(django_filters.FilterSet):
    """The period is applied to the counts themselves, see ``counting``; here it is only offered."""

    period = OpenChoiceFilter(label="报送时间", method="as_is")
    kind = django_filters.ChoiceFilter(
        label="类别", choices=[("department", "市直部门"), ("county", "县市区"), ("zone", "功能区")]
    )
    q = django_filters.CharFilter(label="搜索", field_name="short", lookup_expr="icontains")

    class Meta:
        model = Organisation
        fields = ["period", "kind", "q"]

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["period"].extra["choices"] = period_choices(today)

    def as_is(self, rows, name, value):
        return rows


class CountsTable(Table):
    """Each number opens the rows that it counts, of the same period."""

    short = tables.Column("单位", order_by=("order", "pk"), attrs={"td": {"class": "main"}})
    submitted = tables.Column("报送（条）", attrs=RIGHT)
    adopted = tables.Column("采用（条）", attrs=RIGHT)
    declined = tables.Column("未采用（条）", attrs=RIGHT)
    merged = tables.Column("并入（条）", attrs=RIGHT)
    waiting = tables.Column("待办理（条）", attrs=RIGHT)
    rate = tables.Column("采用率（%）", empty_values=(), orderable=False, attrs=RIGHT)
    score = tables.Column("计分", attrs=RIGHT)

    class Meta(Table.Meta):
        model = Organisation
        fields = ("short", "submitted", "adopted", "declined", "merged", "waiting", "rate", "score")
        order_by = ("-adopted",)

    order_submitted, order_adopted = sorted_by("submitted"), sorted_by("adopted")
    order_declined, order_merged = sorted_by("declined"), sorted_by("merged")
    order_waiting, order_score = sorted_by("waiting"), sorted_by("score")

    def _rows(self, record, number, state=""):
        if not number:
            return "0"
        asked = {"organisation": record.code, "period": self.request.GET.get("period", ""), "state": state}
        query = urlencode({name: value for name, value in asked.items() if value})
        return format_html('<a href="{}?{}">{}</a>', reverse("reports:news"), query, number)

    def render_submitted(self, value, record):
        return self._rows(record, value)

    def render_adopted(self, value, record):
        return self._rows(record, value, "adopted")

    def render_declined(self, value, record):
        return self._rows(record, value, "declined")

    def render_merged(self, value, record):
        return self._rows(record, value, "merged")

    def render_waiting(self, value, record):
        return self._rows(record, value, "submitted")

    def render_rate(self, record):
        return f"{self.value_rate(record):.1f}"

    def value_rate(self, record):
        return round_half_up(Decimal(100 * record.adopted) / record.submitted, 1)

    def render_score(self, value):
        return f"{value:.1f}"
