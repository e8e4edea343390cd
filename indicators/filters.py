"""Filters of the indicators' list."""

from django.db.models import Exists, OuterRef, Prefetch, Q
from django_filters import CharFilter, ChoiceFilter, FilterSet, ModelChoiceFilter

from accounts.models import Organisation
from common.models import Source
from common.remember import remembered
from indicators.models import Indicator, Observation


def categories():
    """The categories in use, in their order; asked once per state of the data."""
    return remembered("indicator-categories", _categories)


def _categories():
    used = Indicator.objects.exclude(category="").order_by("category").values_list("category", flat=True)
    return [(name, name) for name in used.distinct()]


def organisations(request=None):
    return Organisation.objects.filter(pk__in=Observation.objects.values("organisation"))


class IndicatorFilter(FilterSet):
    """Filters of indicators; ``observations`` are those the user may see as of the page's date.

    Organisation, source and 示例 narrow the observations: the newest of those left stands in the row
    (``record.newest``, a list of at most one), and indicators without any of them drop out.
    """

    q = CharFilter(label="搜索", method="search")
    category = ChoiceFilter(label="类别", choices=categories)
    organisation = ModelChoiceFilter(
        label="单位", queryset=organisations, to_field_name="code", method="narrow", distinct=False
    )
    source = ModelChoiceFilter(
        label="来源",
        queryset=Source.objects.filter(observations__isnull=False).distinct(),
        to_field_name="key",
        method="narrow",
    )
    demo = ChoiceFilter(label="数据", choices=[("0", "公开数据"), ("1", "示例")], method="narrow")

    class Meta:
        model = Indicator
        fields = []

    def __init__(self, data=None, queryset=None, *, observations, request=None, prefix=None):
        super().__init__(data, queryset, request=request, prefix=prefix)
        self.observations = observations
        self.narrowed = False

    def filter_queryset(self, queryset):
        found = super().filter_queryset(queryset)
        if self.narrowed:
            found = found.filter(Exists(self.observations.filter(indicator=OuterRef("pk"))))
        newest = self.observations.newest_only().select_related("organisation", "source")
        return found.annotate(
            newest_period=self.observations.newest_of_indicator("period"),
            newest_published_on=self.observations.newest_of_indicator("published_on"),
        ).prefetch_related(Prefetch("observations", queryset=newest, to_attr="newest"))

    def narrow(self, queryset, name, value):
        chosen = {name: value} if name != "demo" else {"is_demo": value == "1"}
        self.observations, self.narrowed = self.observations.filter(**chosen), True
        return queryset

    def search(self, queryset, name, value):
        return queryset.filter(Q(name__icontains=value) | Q(code__icontains=value) | Q(scope__icontains=value))
