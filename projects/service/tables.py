"""The list of cases and the statistics of their handling."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html

from common.tables import DayColumn, Table, sorted_by
from projects.models import ServiceCase
from projects.service.deadlines import time_left
from projects.tables import DEMO_MARK, TEXT, TITLE, WIDE, tag

STATE_TONES = {"received": "y", "accepted": "b", "done": "g", "refused": ""}
BADGE = {"td": {"class": "badge-cell"}}


class CaseTable(Table):
    number = tables.Column("编号", attrs={"td": {"class": "nowrap muted"}})
    company = tables.Column("企业", attrs=TITLE)
    channel = tables.Column("渠道", attrs={"td": {"class": "nowrap hide-s"}})
    category = tables.Column("类别", attrs=TEXT)
    county = tables.Column("县市区", attrs=TEXT)
    handler = tables.Column("承办单位", attrs=TEXT)
    state = tables.Column("状态", accessor="state_then", attrs=BADGE)
    received_on = DayColumn("收到", attrs={"td": {"class": "nowrap hide-s"}})
    due_on = DayColumn("时限", attrs=TEXT)
    left = tables.Column("时限情况", accessor="pk", orderable=False, attrs=TEXT)
    satisfaction = tables.Column("满意度", accessor="satisfaction_then", attrs=TEXT)
    text = tables.Column("诉求内容", orderable=False, visible=False, attrs=WIDE)
    result = tables.Column("办理结果", orderable=False, visible=False, attrs=WIDE)

    order_number = sorted_by("number")
    order_company = sorted_by("company")
    order_channel = sorted_by("channel")
    order_category = sorted_by("category")
    order_county = sorted_by("county__order")
    order_handler = sorted_by("handler__order")
    order_state = sorted_by("state_then")
    order_received_on = sorted_by("received_on")
    order_due_on = sorted_by("due_on")
    order_satisfaction = sorted_by("satisfaction_then")

    def __init__(self, *args, on, **kwargs):
        super().__init__(*args, **kwargs)
        self.on = on

    def render_company(self, value, record):
        url = reverse("projects:case", args=[record.pk])
        return format_html('<a class="ttl" href="{}">{}</a>{}', url, value, DEMO_MARK if record.is_demo else "")

    def value_company(self, record):
        return f"{record.company}（示例）" if record.is_demo else record.company

    def render_state(self, value):
        return tag(ServiceCase.State(value).label, STATE_TONES[value])

    def value_state(self, record):
        return ServiceCase.State(record.state_then).label

    def render_left(self, record):
        words = self.value_left(record)
        return format_html('<span class="t-red">{}</span>', words) if record.is_overdue else words

    def value_left(self, record):
        return "不予受理" if record.state_then == "refused" else time_left(record, self.on)

    def render_satisfaction(self, value):
        return ServiceCase.Satisfaction(value).label

    def value_satisfaction(self, record):
        return ServiceCase.Satisfaction(record.satisfaction_then).label if record.satisfaction_then else None

    @property
    def shows_demo(self):
        return any(row.record.is_demo for row in self.paginated_rows)
