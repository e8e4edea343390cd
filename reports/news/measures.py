"""Adopted work news as measures of the assessment."""

from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, Sum
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Organisation
from indicators.assessment.measures import COUNT, COUNTIES, DEPARTMENTS, Measure, Question, register
from indicators.assessment.scoring import Reading
from indicators.assessment.spans import Span
from reports.models import NewsItem


def _adopted(question: Question):
    """Return by organisation the number, the points and the made-up ones; by the day of submitting, as counted."""

    def read():
        span = question.span
        rows = NewsItem.objects.adopted(question.as_of).reported().order_by()
        rows = rows.filter(organisation__in=question.keys, reported_on__range=(span.first, span.last))
        numbers = {"n": Count("pk"), "points": Sum("score"), "made_up": Count("pk", filter=Q(is_demo=True))}
        return {key: counts for key, *counts in rows.values_list("organisation").annotate(**numbers)}

    return question.once("news", read)


def _reader(place):
    def read(question: Question):
        found = _adopted(question)
        none = (0, None, 0)
        lines = ((key, found.get(key, none)) for key in question.keys)  # who has none adopted has zero, as is known
        return {key: Reading(Decimal(line[place] or 0), demo=bool(line[2])) for key, line in lines}

    return read


def _rows_url(organisation: Organisation, span: Span, as_of: date) -> str:
    query = {"state": "adopted", "organisation": organisation.code, "period": span.text, "as_of": as_of.isoformat()}
    return f"{reverse('reports:news')}?{urlencode(query)}"


for key, label, unit, place, noun, scope in (
    (
        "news.adopted.count",
        "采用工作动态",
        "条",
        0,
        "1 条采用的工作动态",
        "期间内报送、截至日已被通报采用的工作动态条数。",
    ),
    (
        "news.adopted.points",
        "工作动态得分",
        "分",
        1,
        "1 分工作动态计分",
        "期间内报送、截至日已被采用的工作动态计分之和。",
    ),
):
    register(
        Measure(
            key, label, unit, scope, COUNT, frozenset({COUNTIES, DEPARTMENTS}), _reader(place), _rows_url, noun=noun
        )
    )
