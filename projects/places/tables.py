"""Tables of signing events, platforms and memoranda."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html

from common.amounts import WAN_PER_YI, in_yi
from common.tables import Table, sorted_by
from projects.cohorts import FUNDED, PRODUCING, REGISTERED, STARTED, Cohort
from projects.places.event_page import rows_url
from projects.tables import DEMO_MARK, RIGHT, TEXT, TITLE, WIDE


def reached_column(head):
    return tables.Column(head, accessor="pk", orderable=False, attrs=RIGHT)


class EventTable(Table):
    """The events side by side: what was published, and how far the projects of each have come."""

    name = tables.Column("签约活动", attrs=TITLE)
    held_on = tables.Column("日期", accessor="pk", attrs=TEXT)
    place = tables.Column("地点", attrs={"td": {"class": "nowrap hide-s"}})
    published_count = tables.Column("公布签约（个）", attrs=RIGHT)
    published_investment = tables.Column("公布总投资（亿元）", attrs=RIGHT)
    project_count = tables.Column("台账项目（个）", attrs=RIGHT)
    registered = reached_column("已注册（个）")
    started = reached_column("已开工（个）")
    funded = reached_column("有到位资金（个）")
    producing = reached_column("已投产（个）")
    source = tables.Column("公布数来源", attrs=WIDE)

    order_name = sorted_by("name")
    order_held_on = sorted_by("held_on")
    order_place = sorted_by("place")
    order_published_count = sorted_by("published_count")
    order_published_investment = sorted_by("published_investment")
    order_project_count = sorted_by("project_count")
    order_source = sorted_by("source__title")

    class Meta(Table.Meta):
        pass

    def __init__(self, *args, cohorts, as_of, **kwargs):
        super().__init__(*args, **kwargs)
        self.cohorts, self.as_of = cohorts, as_of

    def cohort(self, event) -> Cohort:
        return Cohort(event.held_on, self.as_of, self.cohorts.get(event.pk, ()))

    def render_name(self, value, record):
        url = f"{reverse('projects:event', args=[record.key])}?as_of={self.as_of.isoformat()}"
        return format_html('<a class="ttl" href="{}">{}</a>{}', url, value, DEMO_MARK if record.is_demo else "")

    def value_name(self, record):
        return f"{record.name}（示例）" if record.is_demo else record.name

    def render_held_on(self, record):
        return record.held_on.isoformat() if record.held_on else record.held_text or self.default

    def value_held_on(self, record):
        return record.held_on or record.held_text

    def render_published_investment(self, value):
        return in_yi(value)

    def value_published_investment(self, record):
        amount = record.published_investment
        return None if amount is None else amount / WAN_PER_YI

    def _reached(self, event, milestone):
        """The count with its share, linked to its rows; – where the ledger has no project of the event."""
        cohort = self.cohort(event)
        if not cohort.total:
            return self.default
        return format_html(
            '<a href="{}">{}</a> <span class="muted small">{}%</span>',
            rows_url(event, self.as_of, reached=milestone),
            cohort.count(milestone),
            cohort.share(milestone),
        )

    def _count(self, event, milestone):
        cohort = self.cohort(event)
        return cohort.count(milestone) if cohort.total else None

    def render_registered(self, record):
        return self._reached(record, REGISTERED)

    def render_started(self, record):
        return self._reached(record, STARTED)

    def render_funded(self, record):
        return self._reached(record, FUNDED)

    def render_producing(self, record):
        return self._reached(record, PRODUCING)

    def value_registered(self, record):
        return self._count(record, REGISTERED)

    def value_started(self, record):
        return self._count(record, STARTED)

    def value_funded(self, record):
        return self._count(record, FUNDED)

    def value_producing(self, record):
        return self._count(record, PRODUCING)

    @property
    def shows_demo(self):
        return any(self.cohort(row.record).is_demo or row.record.is_demo for row in self.paginated_rows)
