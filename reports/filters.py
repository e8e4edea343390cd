"""Filters of the bulletin archive, of the restatements and of the download log."""

import django_filters
from django.db.models import Q

from accounts.models import Organisation
from reports.bulletins import archive
from reports.models import Bulletin, BulletinDownload, BulletinTemplate, Restatement


class BulletinFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=Bulletin.State.choices)
    kind = django_filters.ChoiceFilter(label="类别", choices=Bulletin.Kind.choices)
    subject = django_filters.ChoiceFilter(label="关于", method="about", choices=BulletinTemplate.Subject.choices)
    year = django_filters.ChoiceFilter(label="年度", field_name="year", choices=archive.years)
    organisation = django_filters.ModelChoiceFilter(
        label="对象",
        queryset=Organisation.objects.filter(kind__in=("department", "county", "zone")),
        to_field_name="code",
    )
    q = django_filters.CharFilter(label="搜索", method="search")

    class Meta:
        model = Bulletin
        fields = ["state", "kind", "subject", "year", "organisation", "q"]

    def about(self, rows, name, subject):
        return rows.filter(archive.ABOUT[subject])

    def search(self, rows, name, text):
        return archive.search(rows, text, self.request.user)


class RestatementFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label="状态", method="in_state", choices=[("open", "待更正"), ("carried", "已更正"), ("dismissed", "不予更正")]
    )
    issue = django_filters.NumberFilter(label="期号", field_name="bulletin__issue")
    q = django_filters.CharFilter(label="搜索", field_name="label", lookup_expr="icontains")

    class Meta:
        model = Restatement
        fields = ["state", "issue", "q"]

    def in_state(self, rows, name, state):
        if state == "open":
            return rows.filter(carried_by=None, dismissed_on=None)
        return rows.exclude(carried_by=None) if state == "carried" else rows.exclude(dismissed_on=None)


class DownloadFilter(django_filters.FilterSet):
    ending = django_filters.ChoiceFilter(label="文件", choices=[("pdf", "PDF"), ("docx", "Word")])
    organisation = django_filters.ModelChoiceFilter(
        label="下载人单位",
        field_name="by__organisation",
        queryset=Organisation.objects.filter(kind__in=("department", "county", "zone")),
        to_field_name="code",
    )
    issue = django_filters.NumberFilter(label="期号", field_name="bulletin__issue")
    bulletin = django_filters.NumberFilter(label="通报", field_name="bulletin")
    q = django_filters.CharFilter(label="搜索", method="search")

    class Meta:
        model = BulletinDownload
        fields = ["ending", "organisation", "issue", "bulletin", "q"]

    def search(self, rows, name, text):
        return rows.filter(Q(bulletin__title__icontains=text) | Q(by__display_name__icontains=text))
