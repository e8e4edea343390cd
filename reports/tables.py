"""Tables of the bulletin archive and of work news."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html

from common.tables import Table
from reports.models import Bulletin, NewsItem, Restatement

DEMO = format_html(' <span class="tag demo mini">{}</span>', "示例")


class BulletinTable(Table):
    issue = tables.Column("期号", attrs={"td": {"class": "r"}, "th": {"class": "r"}})
    title = tables.Column("标题")
    kind = tables.Column("类别")
    subject = tables.Column("对象", accessor="organisation__short", default="全市", order_by="organisation__order")
    period = tables.Column("期间")
    state = tables.Column("状态")
    published_on = tables.Column("印发日期")
    pages = tables.Column("页数", attrs={"td": {"class": "r"}, "th": {"class": "r"}})
    files = tables.Column("文件", accessor="pdf_file", orderable=False, default="–")
    files.exclude_from_export = True

    class Meta(Table.Meta):
        model = Bulletin
        fields = ("issue", "title", "kind", "subject", "period", "state", "published_on", "pages", "files")
        order_by = ("-issue",)

    def render_title(self, value, record):
        url = reverse("reports:detail", args=[record.pk])
        return format_html('<a class="ttl" href="{}">{}</a>{}', url, value, DEMO if record.is_demo else "")

    def render_published_on(self, value):
        return f"{value:%Y-%m-%d}"

    def render_files(self, record):
        return format_html(
            '<a href="{}">PDF</a> · <a href="{}">Word</a>',
            reverse("reports:download", args=[record.pk, "pdf"]),
            reverse("reports:download", args=[record.pk, "docx"]),
        )


class NewsTable(Table):
    occurred_on = tables.Column("日期")
    title = tables.Column("标题")
    organisation = tables.Column("报送单位", accessor="organisation__short")
    state = tables.Column("状态")
    adopted_on = tables.Column("采用日期")
    issue = tables.Column("期号", accessor="bulletin__issue", attrs={"td": {"class": "r"}, "th": {"class": "r"}})

    class Meta(Table.Meta):
        model = NewsItem
        fields = ("occurred_on", "title", "organisation", "state", "adopted_on", "issue")
        order_by = ("-occurred_on",)

    def render_title(self, value, record):
        return format_html("{}{}", value, DEMO if record.is_demo else "")

    def render_occurred_on(self, value):
        return f"{value:%Y-%m-%d}"

    def render_adopted_on(self, value):
        return f"{value:%Y-%m-%d}"


class RestatementTable(Table):
    found_on = tables.Column("发现日期")
    issue = tables.Column("期号", accessor="bulletin__issue", attrs={"td": {"class": "r"}, "th": {"class": "r"}})
    label = tables.Column("数字")
    frozen_value = tables.Column("印发时", attrs={"td": {"class": "r"}, "th": {"class": "r"}})
    new_value = tables.Column("应为", attrs={"td": {"class": "r"}, "th": {"class": "r"}})
    unit = tables.Column("单位")
    reason = tables.Column("原因", default="–")
    state = tables.Column("办理", empty_values=(), orderable=False)

    class Meta(Table.Meta):
        model = Restatement
        fields = ("found_on", "issue", "label", "frozen_value", "new_value", "unit", "reason", "state")
        order_by = ("-found_on",)

    def render_label(self, value, record):
        return format_html('<a class="ttl" href="{}">{}</a>', reverse("reports:restatement", args=[record.pk]), value)

    def render_found_on(self, value):
        return f"{value:%Y-%m-%d}"

    def render_state(self, record):
        return self.value_state(record)

    def value_state(self, record):
        if record.carried_by:
            return f"{record.carried_by.number_words}已更正"
        return "不予更正" if record.dismissed_on else "待更正"
