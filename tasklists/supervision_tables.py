"""Slips and instructions as tables."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django_tables2 import Column

from common.tables import DayColumn, Table, sorted_by

DEMO = mark_safe(' <span class="tag demo mini">示例</span>')
TAG = '<span class="tag {}">{}</span>'
TONES = {"blue": "b", "yellow": "y", "red": "rd"}
STATE_TONES = {"answered": "y", "settled": "g"}


class SlipTable(Table):
    pick = Column("选", accessor="pk", orderable=False, exclude_from_export=True, attrs={"td": {"class": "c1"}})
    colour = Column("等级", attrs={"td": {"class": "nowrap"}})
    number = Column("编号", attrs={"td": {"class": "nowrap"}}, empty_values=())
    item = Column("任务", accessor="item__title", order_by="item__title")
    organisation = Column("单位", attrs={"td": {"class": "nowrap"}}, order_by="organisation__order")
    reason = Column("督办事由", orderable=False)
    proposed_on = DayColumn("提出", attrs={"td": {"class": "nowrap"}})
    issued_on = DayColumn("发出", attrs={"td": {"class": "nowrap"}})
    answer_due_on = DayColumn("答复时限", attrs={"td": {"class": "nowrap"}})
    state = Column("状态", attrs={"td": {"class": "nowrap"}})

    order_issued_on = sorted_by("issued_on")
    order_answer_due_on = sorted_by("answer_due_on")

    def __init__(self, data=None, *, today, picking=False, **options):
        """``picking`` shows proposals with a box each, which belongs to the form ``issue-form`` of the page."""
        self.today = today
        exclude = ("answer_due_on", "issued_on", "number", "state") if picking else ("pick", "proposed_on")
        super().__init__(data, exclude=exclude, **options)

    def render_pick(self, record):
        return format_html(
            '<input class="form-check-input" type="checkbox" name="slip" value="{}:{}" form="issue-form"'
            ' aria-label="选中：{}（{}）">',
            record.pk,
            record.version,
            record.item.title,
            record.organisation.short,
        )

    def render_colour(self, record):
        return format_html(TAG, TONES[record.colour], record.get_colour_display())

    def value_colour(self, record):
        return record.get_colour_display()

    def order_number(self, rows, is_descending):
        fields = ("year", "colour", "number")
        return rows.order_by(*(f"-{field}" for field in fields) if is_descending else fields), True

    def render_number(self, record):
        url = reverse("tasklists:slip", args=[record.pk])
        return format_html('<a href="{}">{}</a>', url, record.short_number or "未编号")

    def value_number(self, record):
        return record.full_number

    def render_item(self, record):
        url = reverse("tasklists:slip", args=[record.pk])
        demo = DEMO if record.is_demo else ""
        return format_html('<a class="ttl" href="{}">{}</a>{}', url, record.item.title, demo)

    def render_state(self, record):
        if record.is_late(self.today):
            return format_html(TAG, "rd", "逾期未答复")
        return format_html(TAG, STATE_TONES.get(record.state, ""), record.get_state_display())

    def value_state(self, record):
        return record.get_state_display()


class InstructionTable(Table):
    text = Column("批示内容", orderable=False)
    about = Column("批示对象", orderable=False)
    organisation = Column("承办单位", attrs={"td": {"class": "nowrap"}}, order_by="organisation__order")
    by = Column("批示人", attrs={"td": {"class": "nowrap"}}, orderable=False)
    on = DayColumn("批示日期", attrs={"td": {"class": "nowrap"}})
    due_on = DayColumn("反馈时限", attrs={"td": {"class": "nowrap"}})
    answered_on = DayColumn("反馈日期", attrs={"td": {"class": "nowrap"}})
    state = Column("状态", attrs={"td": {"class": "nowrap"}})

    order_answered_on = sorted_by("answered_on")

    def __init__(self, data=None, *, today, **options):
        self.today = today
        super().__init__(data, **options)

    def render_text(self, record):
        url = reverse("tasklists:instruction", args=[record.pk])
        demo = DEMO if record.is_demo else ""
        return format_html('<a class="ttl" href="{}">{}</a>{}', url, record.text, demo)

    def render_state(self, record):
        if record.state == "open" and record.due_on < self.today:
            return format_html(TAG, "rd", "逾期未反馈")
        return format_html(TAG, STATE_TONES.get(record.state, ""), record.get_state_display())
