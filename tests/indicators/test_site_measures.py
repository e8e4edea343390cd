"""Measures read from this site's rows, held against the lists that their addresses open."""

import re
from datetime import date

import pytest

from indicators.assessment.measures import MEASURES, Question
from indicators.assessment.spans import parse_span
from projects.models import ServiceCase
from reports.models import NewsItem
from tests.make import TODAY, client_of, make_business_date, make_organisation, make_user
from tests.projects.make import make_county, make_credit, make_fund, make_project, sheet_of

pytestmark = pytest.mark.django_db


def reading(key, organisation, period="2023", as_of=TODAY):
    found = MEASURES[key].read(Question([organisation], parse_span(period), as_of))
    return found.get(organisation.pk)


def rows_behind(key, organisation, period="2023", as_of=TODAY):
    """Return the headers and the rows of the list that the measure's address opens, as its sheet has them."""
    make_business_date()
    url = MEASURES[key].rows_url(organisation, parse_span(period), as_of)
    answer = client_of(make_user("coordinator")).get(f"{url}&_export=xlsx")
    _, headers, rows = sheet_of(answer)
    return headers, [[cell.value for cell in row] for row in rows]


def make_case(county, *, received="2023-03-01", due="2023-03-20", done=None, state=None, **fields):
    number = f"N{ServiceCase.objects.count():05d}"
    return ServiceCase.objects.create(
        **{
            "number": number, "channel": "request", "company": "企业", "category": "land", "text": "诉求",
            "county": county, "received_on": date.fromisoformat(received), "due_on": date.fromisoformat(due),
            "done_on": done and date.fromisoformat(done), "result": "办结" if done else "",
            "state": state or ("done" if done else "received"),
        }
        | fields
    )  # fmt: skip


def make_news(organisation, *, submitted="2023-08-10", adopted="2023-08-12", score="1.5", state="adopted"):
    return NewsItem.objects.create(
        title="动态", organisation=organisation, occurred_on=date.fromisoformat(submitted),
        submitted_on=date.fromisoformat(submitted), state=state, score=score,
        adopted_on=date.fromisoformat(adopted) if adopted else None,
    )  # fmt: skip


def test_the_verified_share_follows_the_split_of_the_credit_and_so_do_its_rows():
    here, there = make_county("落地县"), make_county("首谈县")
    make_fund(make_project(here), "1000")
    split = make_project(here)
    make_credit(split, here, "60", "landing")
    make_credit(split, there, "40", "first_talks")
    make_fund(split, "1000", state="claimed", county_verified_on=None, city_verified_on=None)
    found = reading("funds.verified_share", here)
    assert (found.part, found.whole) == (1000, 1600)  # all of the first, 60 % of the second
    found = reading("funds.verified_share", there)
    assert (found.part, found.whole) == (0, 400)
    headers, rows = rows_behind("funds.verified_share", there)
    assert len([row for row in rows if row[0] and row[0] != "合计"]) == 1
    assert "本县分成" in [re.sub(r"（.*", "", h) for h in headers if h]


def test_companies_requests_are_on_time_of_those_done_or_late():
    county, other = make_county("甲县"), make_county("乙县")
    make_case(county, done="2023-03-20")
    make_case(county, done="2023-03-21")
    make_case(county)  # late and open
    make_case(county, due="2023-12-30")  # still has time
    make_case(county, done="2023-03-10", state="refused")
    make_case(county, received="2022-12-31", done="2023-01-05")
    make_case(other, due="2023-12-30")
    found = reading("service.on_time_rate", county)
    assert (found.part, found.whole) == (1, 3)
    assert reading("service.on_time_rate", other).actual is None  # nothing to divide by: no rate
    before = reading("service.on_time_rate", county, as_of=date(2023, 3, 20))
    assert (before.part, before.whole) == (1, 1)
    _, rows = rows_behind("service.on_time_rate", county)
    assert len(rows) == 5


def test_adopted_news_counts_by_the_day_of_submitting():
    bureau, other = make_organisation("甲局"), make_organisation("乙局")
    make_news(bureau)
    make_news(bureau, submitted="2023-11-01", adopted="2023-12-20")  # not yet adopted on the day
    make_news(bureau, submitted="2022-12-30", adopted="2023-01-03")
    make_news(bureau, adopted=None, score=None, state="submitted")
    assert reading("news.adopted.count", bureau).actual == 1
    assert str(reading("news.adopted.points", bureau).actual) == "1.5"
    assert reading("news.adopted.count", bureau, as_of=date(2023, 12, 31)).actual == 2
    assert reading("news.adopted.count", bureau, period="2023-Q3").actual == 1
    assert reading("news.adopted.count", other).actual == 0
    _, rows = rows_behind("news.adopted.count", bureau)
    assert len(rows) == 1


@pytest.mark.parametrize("key", ["news.adopted.count", "service.on_time_rate", "funds.verified_share"])
def test_queries_do_not_grow_with_the_organisations(key, django_assert_num_queries):
    counties = [make_county(f"县{n}") for n in range(6)]
    for county in counties:
        make_news(county)
        make_case(county, done="2023-03-10")
        make_fund(make_project(county))
    with django_assert_num_queries(2 if key == "funds.verified_share" else 1):
        assert len(MEASURES[key].read(Question(counties, parse_span("2023"), TODAY))) == 6
