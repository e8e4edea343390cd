"""Tables of the bulletin archive, of the restatements and of the download log."""

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from common.tables import Table
from reports.bulletins import archive
from reports.models import Bulletin, BulletinDownload, Restatement

DEMO = format_html(' <span class="tag demo mini">{}</span>', "示例")


class BulletinTable(Table):
    issue = tables.Column("期号", attrs={"td": {"class": "r"}, "th": {"class": "r"}})
    title = tables.Column("标题")
    kind = tables.Column("类别")
    subject = tables.Column("对象", empty_values=(), order_by="organisation__order")
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
        words = archive.words_of(self.request.GET.get("q", ""))
        title = archive.marked(value, words) if words else value
        found = ""
        if words and not archive.is_closed_to(self.request.user, record):
            found = archive.excerpt(record.plain_text, words)
        return format_html('<a class="ttl" href="{}">{}</a>{}{}', url, title, DEMO if record.is_demo else "", found)

    def render_subject(self, record):
        return self.value_subject(record)

    def value_subject(self, record):
        about = record.organisation or record.task_list
        return about.short if about else "全市"

    def render_published_on(self, value):
        return f"{value:%Y-%m-%d}"

    def render_files(self, record):
        return format_html(
            '<a href="{}">PDF</a> · <a href="{}">Word</a>',
            reverse("reports:download", args=[record.pk, "pdf"]),
            reverse("reports:download", args=[record.pk, "docx"]),
        )


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


class DownloadTable(Table):
    at = tables.Column("时间")
    by = tables.Column("下载人", accessor="by__display_name")
    organisation = tables.Column("单位", accessor="by__organisation__short")
    issue = tables.Column("期号", accessor="bulletin__issue", attrs={"td": {"class": "r"}, "th": {"class": "r"}})
    title = tables.Column("通报", accessor="bulletin__title")
    ending = tables.Column("文件")
    sha256 = tables.Column("摘要", orderable=False)

    class Meta(Table.Meta):
        model = BulletinDownload
        fields = ("at", "by", "organisation", "issue", "title", "ending", "sha256")
        order_by = ("-at",)

    def value_at(self, record):
        return f"{timezone.localtime(record.at):%Y-%m-%d %H:%M:%S}"

    def render_at(self, record):
        return f"{timezone.localtime(record.at):%Y-%m-%d %H:%M}"

    def render_title(self, value, record):
        return format_html(
            '<a class="ttl" href="{}">{}</a>', reverse("reports:detail", args=[record.bulletin_id]), value
        )

    def render_ending(self, record):
        return self.value_ending(record)

    def value_ending(self, record):
        return {"pdf": "PDF", "docx": "Word"}.get(record.ending, record.ending)

    def render_sha256(self, value):
        return format_html('<span class="mono" title="{}">{}…</span>', value, value[:12])
