"""The list of rectification slips."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html

from common.tables import DayColumn, Table, sorted_by
from projects.models import HealthFinding
from projects.tables import DEMO_MARK, TEXT, TITLE, WIDE, tag

STATE_TONES = {"open": "y", "answered": "b", "closed": "g"}


class FindingTable(Table):
    number = tables.Column("编号", attrs={"td": {"class": "nowrap muted"}})
    project = tables.Column("项目", accessor="project__name", attrs=TITLE)
    owner = tables.Column("整改单位", attrs=TEXT)
    rule = tables.Column("规则", attrs=TEXT)
    basis = tables.Column("依据", orderable=False, attrs=WIDE)
    state = tables.Column("状态", accessor="state_then", attrs={"td": {"class": "badge-cell"}})
    found_on = DayColumn("发现", attrs={"td": {"class": "nowrap hide-s"}})
    due_on = DayColumn("整改时限", attrs=TEXT)
    answer = tables.Column("整改情况", orderable=False, visible=False, attrs=WIDE)

    order_project = sorted_by("project__name")
    order_owner = sorted_by("owner__order")
    order_rule = sorted_by("rule")
    order_state = sorted_by("state_then")
    order_found_on = sorted_by("found_on")
    order_due_on = sorted_by("due_on")

    class Meta(Table.Meta):
        pass

    def __init__(self, *args, on, **kwargs):
        super().__init__(*args, **kwargs)
        self.on = on

    def order_number(self, queryset, is_descending):
        sign = "-" if is_descending else ""
        return queryset.order_by(f"{sign}year", f"{sign}number"), True

    def is_late(self, record):
        return record.state_then == "open" and record.due_on < self.on

    def render_number(self, record):
        return record.short_number

    def value_number(self, record):
        return record.short_number

    def render_project(self, value, record):
        url = reverse("projects:finding", args=[record.pk])
        return format_html('<a class="ttl" href="{}">{}</a>{}', url, value, DEMO_MARK if record.is_demo else "")

    def value_project(self, record):
        return f"{record.project.name}（示例）" if record.is_demo else record.project.name

    def render_owner(self, record):
        return record.owner.short

    def value_owner(self, record):
        return record.owner.short

    def render_state(self, value, record):
        if self.is_late(record):
            return tag("逾期未整改", "rd")
        return tag(HealthFinding.State(value).label, STATE_TONES[value])

    def value_state(self, record):
        return "逾期未整改" if self.is_late(record) else HealthFinding.State(record.state_then).label

    @property
    def shows_demo(self):
        return any(row.record.is_demo for row in self.paginated_rows)
