"""Filters of the bulletin archive and of work news."""

import django_filters
from django.db.models import Q

from accounts.models import Organisation
from reports.models import Bulletin, NewsItem, Restatement


class BulletinFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=Bulletin.State.choices)
    kind = django_filters.ChoiceFilter(label="类别", choices=Bulletin.Kind.choices)
    year = django_filters.NumberFilter(label="年度", field_name="year")
    organisation = django_filters.ModelChoiceFilter(
        label="对象",
        queryset=Organisation.objects.filter(kind__in=("department", "county", "zone")),
        to_field_name="code",
    )
    q = django_filters.CharFilter(label="搜索", method="search")

    class Meta:
        model = Bulletin
        fields = ["state", "kind", "year", "organisation", "q"]

    def search(self, rows, name, text):
        issue = Q(issue=int(text)) if text.isdecimal() and len(text) < 6 else Q()
        return rows.filter(Q(title__icontains=text) | issue)


class NewsFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label="状态", choices=NewsItem.State.choices)
    organisation = django_filters.ModelChoiceFilter(
        label="报送单位",
        queryset=Organisation.objects.filter(kind__in=("department", "county", "zone")),
        to_field_name="code",
    )
    issue = django_filters.NumberFilter(label="期号", field_name="bulletin__issue")
    q = django_filters.CharFilter(label="搜索", field_name="title", lookup_expr="icontains")

    class Meta:
        model = NewsItem
        fields = ["state", "organisation", "issue", "q"]


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
