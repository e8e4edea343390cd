"""Tables of signing events, platforms and memoranda."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html

from common.amounts import WAN_PER_YI, grouped, in_yi
from common.tables import DayColumn, Table, sorted_by
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
        """The count with its share, linked to its rows; – where no project of the event is known with a stage."""
        cohort = self.cohort(event)
        if not cohort.is_known:
            return self.default
        return format_html(
            '<a href="{}">{}</a> <span class="muted small">{}%</span>',
            rows_url(event, self.as_of, reached=milestone),
            cohort.count(milestone),
            cohort.share(milestone),
        )

    def _count(self, event, milestone):
        cohort = self.cohort(event)
        return cohort.count(milestone) if cohort.is_known else None

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


class PlatformTable(Table):
    """The platforms side by side; the numbers of occupancy are those of the date."""

    name = tables.Column("承接平台", attrs=TITLE)
    county = tables.Column("所在县市区", attrs=TEXT)
    area_km2 = tables.Column("面积（平方公里）", attrs=RIGHT)
    usable_area_m2 = tables.Column("可用面积（平方米）", attrs=RIGHT)
    counted = reached_column("入驻单位（家）")
    residents = tables.Column("公布入驻（家）", attrs=RIGHT)
    rate = reached_column("面积占用率（%）")
    share_by_count = reached_column("京津占比·家数（%）")
    share_by_area = reached_column("京津占比·面积（%）")
    project_count = tables.Column("台账项目（个）", attrs=RIGHT)

    order_name = sorted_by("name")
    order_county = sorted_by("county__order")
    order_area_km2 = sorted_by("area_km2")
    order_usable_area_m2 = sorted_by("usable_area_m2")
    order_residents = sorted_by("residents")
    order_project_count = sorted_by("project_count")

    class Meta(Table.Meta):
        pass

    def __init__(self, *args, occupancies, as_of, **kwargs):
        super().__init__(*args, **kwargs)
        self.occupancies, self.as_of = occupancies, as_of

    def render_name(self, value, record):
        url = f"{reverse('projects:platform', args=[record.key])}?as_of={self.as_of.isoformat()}"
        return format_html('<a class="ttl" href="{}">{}</a>{}', url, value, DEMO_MARK if record.is_demo else "")

    def render_area_km2(self, value):
        return grouped(value)

    def render_usable_area_m2(self, value):
        return grouped(value)

    def render_counted(self, record):
        return self._shown(self.value_counted(record))

    def render_rate(self, record):
        return self._shown(self.value_rate(record))

    def render_share_by_count(self, record):
        return self._shown(self.value_share_by_count(record))

    def render_share_by_area(self, record):
        return self._shown(self.value_share_by_area(record))

    def _shown(self, value):
        return self.default if value is None else str(value)

    def value_counted(self, record):
        """Without any resident in the ledger the number is not known; it is not zero."""
        return self.occupancies[record.pk].count or None

    def value_rate(self, record):
        return self.occupancies[record.pk].rate

    def value_share_by_count(self, record):
        return self.occupancies[record.pk].share_by_count

    def value_share_by_area(self, record):
        return self.occupancies[record.pk].share_by_area

    @property
    def shows_demo(self):
        return any(self.occupancies[row.record.pk].is_demo for row in self.paginated_rows)


class ResidentTable(Table):
    name = tables.Column("入驻单位", attrs=TITLE)
    origin = tables.Column("来源地", accessor="origin_province", attrs=TEXT)
    area_m2 = tables.Column("使用面积（平方米）", attrs=RIGHT)
    project = tables.Column("台账项目", accessor="project__code", attrs=TEXT)
    entered_on = DayColumn("入驻日期", attrs=TEXT)
    left_on = DayColumn("退出日期", attrs=TEXT)
    note = tables.Column("说明", orderable=False, attrs=WIDE)
    edit = tables.Column("", accessor="pk", orderable=False, exclude_from_export=True, attrs=TEXT)

    order_name = sorted_by("name")
    order_origin = sorted_by("origin_province")
    order_area_m2 = sorted_by("area_m2")
    order_project = sorted_by("project__code")
    order_entered_on = sorted_by("entered_on")
    order_left_on = sorted_by("left_on")

    class Meta(Table.Meta):
        pass

    def __init__(self, *args, projects, may_edit, as_of, **kwargs):
        super().__init__(*args, exclude=() if may_edit else ("edit",), **kwargs)
        self.projects, self.as_of = projects, as_of

    def render_name(self, value, record):
        return format_html("{}{}", value, DEMO_MARK if record.is_demo else "")

    def value_name(self, record):
        return f"{record.name}（示例）" if record.is_demo else record.name

    def render_origin(self, record):
        return f"{record.origin_province} {record.origin_district}".strip()

    def value_origin(self, record):
        return self.render_origin(record)

    def render_area_m2(self, value):
        return grouped(value)

    def render_project(self, value, record):
        """The project's number, linked for those who may open it."""
        if record.project_id not in self.projects:
            return value
        return format_html('<a href="{}">{}</a>', reverse("projects:detail", args=[record.project_id]), value)

    def render_left_on(self, value):
        return value.isoformat() if value <= self.as_of else self.default

    def value_left_on(self, record):
        return record.left_on if record.left_on and record.left_on <= self.as_of else None

    def render_edit(self, record):
        return format_html('<a href="{}">修改</a>', reverse("projects:resident", args=[record.pk]))

    @property
    def shows_demo(self):
        return any(row.record.is_demo for row in self.paginated_rows)


class MemorandumTable(Table):
    """The sheet of memoranda; on the page each one is a card."""

    title = tables.Column("合作协议")
    partner = tables.Column("合作方")
    local_party = tables.Column("本市签约方")
    signed_on = DayColumn("签署日期")
    field_count = tables.Column("公布领域（个）")
    aspect_count = tables.Column("公布方面（个）")
    listed = tables.Column("列出事项（项）", accessor="pk", orderable=False)
    done = tables.Column("已落实（项）", accessor="pk", orderable=False)
    under_way = tables.Column("推进中（项）", accessor="pk", orderable=False)
    not_started = tables.Column("未启动（项）", accessor="pk", orderable=False)
    unreported = tables.Column("未报进展（项）", accessor="pk", orderable=False)
    clauses = tables.Column("协议事项", accessor="title", orderable=False)
    source = tables.Column("来源", attrs=WIDE)

    class Meta(Table.Meta):
        pass

    def __init__(self, *args, clauses, **kwargs):
        super().__init__(*args, **kwargs)
        self.clauses = clauses

    def _in_state(self, record, state):
        found = self.clauses.get(record.pk, [])
        return sum(now.state == state for now in found) if found else None

    def value_listed(self, record):
        return len(self.clauses.get(record.pk, [])) or None

    def value_done(self, record):
        return self._in_state(record, "done")

    def value_under_way(self, record):
        return self._in_state(record, "under_way")

    def value_not_started(self, record):
        return self._in_state(record, "not_started")

    def value_unreported(self, record):
        return self._in_state(record, "unreported")

    def value_clauses(self, record):
        return "；".join(now.clause.text for now in self.clauses.get(record.pk, []))
