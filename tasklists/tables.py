"""The task list as a table."""

from django.db.models import Count, IntegerField, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.html import format_html
from django_tables2 import Column

from common.tables import Table, sorted_by
from common.templatetags.face import bar, light
from tasklists import rules, words
from tasklists.models import ProgressReport, TaskEvent

OUTLOOK_WORDS = dict(ProgressReport.Outlook.choices)
DOUBTFUL = (ProgressReport.Outlook.AT_RISK, ProgressReport.Outlook.LATE)  # these stand beside the light
SHOWN = ("light", "code", "title", "owner", "due_on", "percent", "expected", "count_state", "last_period")
OPTIONAL = ("task_list", "aspect", "outlook", "times_returned")
ALL_COLUMNS = SHOWN + OPTIONAL


def chosen_columns(asked: list[str]) -> tuple[str, ...]:
    """Return the columns to show, in the table's order: those asked for with the task itself, else the usual ones."""
    wanted = {name for text in asked for name in text.split(",")} & set(ALL_COLUMNS)
    return tuple(name for name in ALL_COLUMNS if name in wanted | {"title"}) if wanted else SHOWN


def with_columns(rows, columns, day):
    """Annotate what the chosen optional columns show; the usual ones need nothing more."""
    reports = ProgressReport.objects.filter(assignment__item=OuterRef("pk"))
    if "outlook" in columns:
        newest = reports.approved(day).filter(assignment__decides=True).order_by("-period", "pk")
        rows = rows.annotate(outlook=Subquery(newest.values("outlook")[:1]))
    if "times_returned" in columns:
        returned = TaskEvent.objects.filter(item=OuterRef("pk"), kind=TaskEvent.Kind.RETURNED, on__lte=day)
        number = returned.order_by().values("item").annotate(number=Count("pk")).values("number")
        rows = rows.annotate(times_returned=Coalesce(Subquery(number), 0, output_field=IntegerField()))
    if "aspect" in columns:
        rows = rows.select_related("aspect", "task_list")
    return rows


class ItemTable(Table):
    light = Column("灯", accessor="light_reason", attrs={"td": {"class": "nowrap"}})
    code = Column("编号", attrs={"td": {"class": "muted nowrap"}})
    title = Column("任务", attrs={"td": {"data-label": ""}})
    owner = Column("牵头单位", accessor="pk", orderable=False, attrs={"td": {"class": "nowrap"}})
    due_on = Column("期限", attrs={"td": {"class": "nowrap"}}, default="–", empty_values=())
    percent = Column("完成（%）", attrs={"td": {"class": "barcell"}})
    expected = Column("序时（%）", attrs={"td": {"class": "r"}, "th": {"class": "r"}}, default="–")
    count_state = Column("状态", attrs={"td": {"class": "nowrap"}}, orderable=False)
    last_period = Column("最近填报", attrs={"td": {"class": "muted nowrap"}}, default="–", empty_values=(None, ""))

    task_list = Column("清单", accessor="task_list__short", attrs={"td": {"class": "nowrap"}}, orderable=False)
    aspect = Column("方面", accessor="aspect__title", orderable=False)
    outlook = Column("预计", default="–", orderable=False, attrs={"td": {"class": "nowrap"}})
    times_returned = Column("退回次数", orderable=False, attrs={"td": {"class": "r"}, "th": {"class": "r"}})

    order_due_on = sorted_by("deadline")
    order_percent = sorted_by("percent")
    order_expected = sorted_by("expected")
    order_last_period = sorted_by("last_period")

    def order_light(self, rows, is_descending):
        key = rules.light_order()
        return rows.order_by(key.desc() if is_descending else key.asc(), "task_list__order", "order"), True

    def order_code(self, rows, is_descending):
        fields = ("task_list__order", "order")
        return rows.order_by(*(f"-{field}" for field in fields) if is_descending else fields), True

    def render_light(self, record):
        if not record.is_supervised:
            return "–"
        colour, word = words.light_of(record)
        outlook = getattr(record, "outlook", None)
        if outlook in DOUBTFUL and record.state == "open":
            return format_html('{} <span class="tag y mini">{}</span>', light(colour, word), OUTLOOK_WORDS[outlook])
        return light(colour, word)

    def value_light(self, record):
        return words.light_of(record)[1] if record.is_supervised else None

    def render_title(self, record):
        demo = format_html(' <span class="tag demo mini">示例</span>') if record.is_demo else ""
        url = reverse("tasklists:detail", args=[record.pk])
        return format_html('<a class="ttl" href="{}">{}</a>{}', url, record.title, demo)

    def render_owner(self, record):
        return words.owners_of(record.deciding)

    value_owner = render_owner

    def render_due_on(self, record):
        if record.long_term:
            return "长期"
        return f"{record.deadline:%Y-%m-%d}" if record.deadline else "–"

    def value_due_on(self, record):
        return "长期坚持" if record.long_term else record.deadline

    def render_outlook(self, record):
        return OUTLOOK_WORDS.get(record.outlook, "–")

    def value_outlook(self, record):
        return OUTLOOK_WORDS.get(record.outlook)

    def render_percent(self, record):
        if not record.is_supervised:
            return "–"
        colour = rules.LIGHT_OF[record.light_reason]
        return format_html(
            '<span class="num"><b>{}</b>%</span>{}',
            record.percent,
            bar(record.percent, colour, record.expected, spoken=False),
        )

    def value_percent(self, record):
        return record.percent if record.is_supervised else None

    def render_count_state(self, record):
        return words.state_of(record) if record.is_supervised else "–"

    value_count_state = render_count_state


def column_names() -> list[tuple[str, str]]:
    """Return (key, heading) of every column that can be left out or added."""
    return [(name, ItemTable.base_columns[name].header) for name in ALL_COLUMNS if name != "title"]
