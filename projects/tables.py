"""Tables of projects, their money, and the events, platforms that they come from and go to."""

from decimal import Decimal

import django_tables2 as tables
from django.db.models import Case, Count, IntegerField, Sum, Value, When
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import mark_safe

from common.amounts import WAN_PER_YI, in_wan, in_yi, in_yi_column, trim
from common.tables import DayColumn, Table, sorted_by
from projects.models import MoneyEntry, StageChange

DEMO_MARK = mark_safe(' <span class="tag demo mini">示例</span>')
STAGE_TONES = {"registered": "b", "started": "g", "producing": "g", "at_capacity": "g", "paused": "y"}
STATE_TONES = {"city_verified": "g", "county_verified": "b", "claimed": "y", "returned": "rd"}
TITLE = {"td": {"class": "main"}}
RIGHT = {"td": {"class": "r"}, "th": {"class": "r"}}
WIDE = {"td": {"class": "wide"}}  # a line of its own on phones
TEXT = {"td": {"class": "nowrap"}}
DESKTOP = {"td": {"class": "nowrap hide-s"}}


def tag(label, tone=""):
    return format_html('<span class="tag {}">{}</span>', tone, label)


def stage_tag(stage):
    return tag(StageChange.Stage(stage).label, STAGE_TONES.get(stage, ""))


def state_tag(state):
    return tag(MoneyEntry.State(state).label, STATE_TONES[state])


class SharedTable(Table):
    """Rows that may count for one county by its share of the credit: two more columns then add up to its figure."""

    shared_columns = ("share", "counted")
    summed = "total_investment"

    def __init__(self, data=None, **options):
        annotations = getattr(getattr(data, "query", None), "annotations", {})
        self.is_shared = "share" in annotations
        if not self.is_shared:
            options["exclude"] = (*options.get("exclude", ()), *self.shared_columns)
        super().__init__(data, **options)

    @cached_property
    def totals(self) -> tuple[Decimal, Decimal]:
        """The rows by share and the amount by share (万元), over every page."""
        rows = self.summed_rows()
        if self.is_shared:
            return rows.shared_totals(self.summed)
        found = rows.order_by().aggregate(rows=Count("pk"), total=Sum(self.summed))
        return Decimal(found["rows"]), found["total"] or Decimal(0)

    def summed_rows(self):
        """Return the rows that the sums cover."""
        return self.data.data

    @staticmethod
    def percent(value) -> str:
        return f"{trim(value)}%"

    def sheet_rows(self, chunk_size=2000):
        """Yield the rows, then the sums as they stand below the table."""
        yield from super().sheet_rows(chunk_size)
        sums = self.sheet_sums()
        yield [sums.get(column.name) for column in self.sheet_columns()]


class ProjectTable(SharedTable):
    code = tables.Column("编号", attrs={"td": {"class": "nowrap muted hide-s"}})
    name = tables.Column("项目", attrs=TITLE, footer="合计")
    investor = tables.Column("投资方", attrs=WIDE)
    origin = tables.Column("来源地", accessor="origin_province", attrs=TEXT)
    county = tables.Column("落地县市区", attrs=TEXT)
    stage = tables.Column("阶段", attrs={"td": {"class": "badge-cell"}})
    total_investment = tables.Column(
        "签约总投资（亿元）",
        attrs=RIGHT,
        footer=lambda table: "" if table.is_shared else in_yi_column(table.totals[1]),
    )
    share = tables.Column("本县分成（个）", attrs=RIGHT, footer=lambda table: trim(table.totals[0]))
    counted = tables.Column(
        "计入总投资（亿元）",
        accessor="total_investment",
        orderable=False,
        attrs=RIGHT,
        footer=lambda table: in_yi(table.totals[1]),
    )
    funds_in_place = tables.Column("到位资金（万元）", attrs=RIGHT)
    signed_on = DayColumn("签约日期", attrs=TEXT)
    started_on = DayColumn("开工日期", attrs=TEXT)

    order_code = sorted_by("code")
    order_name = sorted_by("name")
    order_investor = sorted_by("investor")
    order_county = sorted_by("county__order")
    order_total_investment = sorted_by("total_investment")
    order_share = sorted_by("share")
    order_funds_in_place = sorted_by("funds_in_place")
    order_signed_on = sorted_by("signed_on")
    order_started_on = sorted_by("started_on")

    class Meta(Table.Meta):
        order_by = "-total_investment"

    def render_name(self, value, record):
        url = reverse("projects:detail", args=[record.pk]) + self.as_of_query
        return format_html('<a class="ttl" href="{}">{}</a>{}', url, value, DEMO_MARK if record.is_demo else "")

    def render_origin(self, record):
        return f"{record.origin_province} {record.origin_district}".strip()

    def render_stage(self, value):
        return stage_tag(value)

    def render_total_investment(self, value):
        return in_yi_column(value)

    def render_share(self, value):
        return trim(value / 100)

    def render_counted(self, value, record):
        return in_yi(value * record.share / 100, 4)

    def value_share(self, record):
        return record.share / 100

    def value_counted(self, record):
        amount = record.total_investment
        return None if amount is None else amount * record.share / 100 / WAN_PER_YI

    def sheet_sums(self):
        count, total = self.totals
        sums = {"share": count, "counted": total / WAN_PER_YI} if self.is_shared else {}
        return {"name": "合计", "total_investment": None if self.is_shared else total / WAN_PER_YI} | sums

    def render_funds_in_place(self, value):
        return in_wan(value)

    def value_name(self, record):
        return f"{record.name}（示例）" if record.is_demo else record.name

    def value_origin(self, record):
        return self.render_origin(record)

    def value_stage(self, record):
        return StageChange.Stage(record.stage).label if record.stage else None

    def value_total_investment(self, record):
        return None if record.total_investment is None else record.total_investment / WAN_PER_YI

    def order_origin(self, queryset, is_descending):
        sign = "-" if is_descending else ""
        return queryset.order_by(f"{sign}origin_province", f"{sign}origin_district", "pk"), True

    def order_stage(self, queryset, is_descending):
        """Sort along the path that a project goes, not by the word."""
        path = [When(stage=stage, then=Value(n)) for n, stage in enumerate(StageChange.Stage.values)]
        ranked = queryset.annotate(stage_rank=Case(*path, default=Value(-1), output_field=IntegerField()))
        return ranked.order_by("-stage_rank" if is_descending else "stage_rank", "pk"), True

    @property
    def as_of_query(self):
        """The part of a link that keeps the page's as-of date."""
        as_of = self.request.GET.get("as_of", "")
        return f"?{urlencode({'as_of': as_of})}" if as_of else ""

    @property
    def shows_demo(self):
        return any(row.record.is_demo for row in self.paginated_rows)


class MoneyTable(SharedTable):
    """Dated amounts with their sum below; the sum covers every page."""

    summed = "amount"

    project = tables.Column("项目", accessor="project__name", attrs=TITLE, footer="合计")
    county = tables.Column("县市区", accessor="project__county", attrs=TEXT)
    month = tables.Column("月份", attrs=TEXT)
    amount = tables.Column(
        "金额（万元）", attrs=RIGHT, footer=lambda table: "" if table.is_shared else in_wan(table.totals[1])
    )
    share = tables.Column("本县分成", attrs=RIGHT)
    counted = tables.Column(
        "计入（万元）",
        accessor="amount",
        orderable=False,
        attrs=RIGHT,
        footer=lambda table: in_wan(table.totals[1]),
    )
    state = tables.Column("核实", accessor="state_then", attrs={"td": {"class": "badge-cell"}})
    claimed_on = DayColumn("申报日期", attrs=DESKTOP)
    city_verified_on = DayColumn("市级核实日期", attrs=TEXT)

    order_project = sorted_by("project__name")
    order_county = sorted_by("project__county__order")
    order_month = sorted_by("month")
    order_amount = sorted_by("amount")
    order_share = sorted_by("share")
    order_state = sorted_by("city_verified_on")
    order_claimed_on = sorted_by("claimed_on")
    order_city_verified_on = sorted_by("city_verified_on")

    class Meta(Table.Meta):
        pass

    @property
    def shows_demo(self):
        return any(row.record.is_demo or row.record.project.is_demo for row in self.paginated_rows)

    def render_project(self, value, record):
        url = reverse("projects:detail", args=[record.project_id])
        mark = DEMO_MARK if record.is_demo or record.project.is_demo else ""
        return format_html('<a class="ttl" href="{}">{}</a>{}', url, value, mark)

    def render_amount(self, value):
        return in_wan(value)

    def render_month(self, value, record):
        """The month; of a reversal and of a reversed row also the way to the other one."""
        other, word = record.reverses_id, "冲销行"
        if other is None and (reversal := getattr(record, "reversed_by", None)):
            other, word = reversal.pk, "已冲销" if reversal.state == "city_verified" else "冲销待核实"
        if other is None:
            return value
        url = f"{reverse('projects:detail', args=[record.project_id])}#{self.kind}-{other}"
        return format_html('{} <a class="tag y" href="{}">{}</a>', value, url, word)

    def value_month(self, record):
        return record.month

    def render_state(self, value, record):
        if value != MoneyEntry.State.RETURNED:
            return state_tag(value)
        return format_html('{}<div class="small t-red">{}</div>', state_tag(value), record.return_reason)

    def value_project(self, record):
        return f"{record.project.name}（示例）" if record.is_demo or record.project.is_demo else record.project.name

    def value_state(self, record):
        label = MoneyEntry.State(record.state_then).label
        return f"{label}：{record.return_reason}" if record.state_then == MoneyEntry.State.RETURNED else label

    def summed_rows(self):
        """What was sent back adds to nothing, unless only such rows are shown."""
        rows = super().summed_rows()
        if not rows.filter(state="returned").exists():
            return rows
        counted = rows.exclude(state_then="returned")
        return counted if counted.exists() else rows

    def render_share(self, value):
        return self.percent(value)

    def render_counted(self, value, record):
        return in_wan(value * record.share / 100)

    def value_share(self, record):
        return self.percent(record.share)

    def value_counted(self, record):
        return record.amount * record.share / 100

    def sheet_sums(self):
        return {"project": "合计", "counted" if self.is_shared else "amount": self.totals[1]}


class FundTable(MoneyTable):
    kind = "funds"

    voucher_kind = tables.Column("凭证种类", attrs=TEXT)
    voucher_number = tables.Column("凭证号", attrs=TEXT)

    order_voucher_kind = sorted_by("voucher_kind")
    order_voucher_number = sorted_by("voucher_number")

    class Meta(MoneyTable.Meta):
        sequence = (
            "project",
            "county",
            "month",
            "amount",
            "share",
            "counted",
            "voucher_kind",
            "voucher_number",
            "...",
        )

    def render_voucher_kind(self, value, record):
        return f"{value}（冲销）" if record.reverses_id else value

    def value_voucher_kind(self, record):
        return self.render_voucher_kind(record.voucher_kind, record)

    def render_voucher_number(self, value, record):
        if record.voucher_file_id is None:
            return value
        url = reverse("projects:file", args=[record.voucher_file_id])
        return format_html('<a href="{}" title="下载凭证文件">{}</a>', url, value)

    def value_voucher_number(self, record):
        return record.voucher_number


class InvestmentTable(MoneyTable):
    kind = "investments"

    class Meta(MoneyTable.Meta):
        pass
