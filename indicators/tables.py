"""The table of indicators, each with the newest observation that the user may see."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import mark_safe

from common.tables import DayColumn, Table, sorted_by
from indicators.wording import period_text, target_text, value_text

DEMO_MARK = mark_safe(' <span class="tag demo mini">示例</span>')
TEXT = {"td": {"class": "nowrap"}}


class IndicatorTable(Table):
    """Columns without an accessor of their own read the row's observation or target, which may be missing."""

    name = tables.Column("指标", attrs={"td": {"class": "main"}})
    category = tables.Column("类别", attrs=TEXT)
    organisation = tables.Column("单位", accessor="pk", orderable=False, attrs=TEXT)
    value = tables.Column(
        "数值", accessor="pk", orderable=False, attrs={"td": {"class": "r value-cell"}, "th": {"class": "r"}}
    )
    period = tables.Column("期间", accessor="pk", attrs=TEXT)
    source = tables.Column("来源", accessor="pk", orderable=False, attrs={"td": {"class": "wide"}})
    published_on = DayColumn("发布日期", accessor="newest_published_on", attrs=TEXT)
    target = tables.Column("目标", accessor="pk", orderable=False, attrs=TEXT)

    order_name = sorted_by("name")
    order_category = sorted_by("category")
    order_period = sorted_by("newest_period")
    order_published_on = sorted_by("newest_published_on")

    class Meta(Table.Meta):
        pass

    def __init__(self, *args, as_of, cards=(), **kwargs):
        """``cards`` are the city's standings in the indicators followed period by period; they stand before a
        single organisation's value."""
        super().__init__(*args, **kwargs)
        self.as_of = as_of
        self.cards = {card.indicator.pk: card for card in cards}

    def card(self, record):
        found = self.cards.get(record.pk)
        return found if found and found.standing.total.value is not None else None

    @property
    def shows_demo(self):
        return any(_is_demo(row.record) for row in self.paginated_rows)

    def render_name(self, value, record):
        as_of = self.request.GET.get("as_of", "")
        url = reverse("indicators:detail", args=[record.code])
        url += f"?{urlencode({'as_of': as_of})}" if as_of else ""
        return format_html('<a class="ttl" href="{}">{}</a>{}', url, value, DEMO_MARK if _is_demo(record) else "")

    def value_name(self, record):
        return f"{record.name}（示例）" if _is_demo(record) else record.name

    def render_organisation(self, record):
        return self.value_organisation(record) or self.default

    def value_organisation(self, record):
        if self.card(record):
            return "全市"
        shown = newest(record) or target_of(record)
        return shown and shown.organisation.short

    def render_value(self, record):
        return self.value_value(record) or self.default

    def value_value(self, record):
        if card := self.card(record):
            return f"{card.value} {record.unit}"
        row = newest(record)
        if row is None:
            return None
        written = row.value_text if row.known == row.value else ""
        return value_text(row.known, row.comparator, record.unit, written)

    def render_period(self, record):
        return self.value_period(record) or self.default

    def value_period(self, record):
        if card := self.card(record):
            return card.standing.label
        row, target = newest(record), target_of(record)
        if row:
            return period_text(row.period, row.period_text)
        return target and period_text(target.period)

    def render_source(self, record):
        return self.value_source(record) or self.default

    def value_source(self, record):
        if self.card(record):
            return "本站台账" if record.rule else "各单位填报"
        row = newest(record)
        if row is None:
            return "本站台账" if record.rule else None
        return row.source and row.source.title

    def render_target(self, record):
        target = target_of(record)
        if target is None:
            return self.default
        text = target_text(target.value, target.comparator, record.unit)
        return format_html("{}{}", text, DEMO_MARK if target.is_demo else "")

    def value_target(self, record):
        target = target_of(record)
        return target and target_text(target.value, target.comparator, record.unit)


def newest(record):
    """Return the observation that stands for the indicator, or None."""
    return record.newest[0] if record.newest else None


def target_of(record):
    """Return the newest target of the same organisation (of the city where there is no observation), or None."""
    row = newest(record)
    if record.reported_by != "none":
        row = None
    for target in record.shown_targets:
        if target.organisation_id == row.organisation_id if row else target.organisation.kind == "city":
            return target
    return None


def _is_demo(record):
    if record.is_demo:
        return True
    row, target = newest(record), target_of(record)
    return row.is_demo if row else bool(target and target.is_demo)
