"""The sheets of projects and money hold what the lists show; the lists ask no more for many rows than for few."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from projects.models import Platform
from tests.make import client_of, make_business_date, make_user
from tests.projects.make import make_county, make_event, make_fund, make_investment, make_project, sheet_of

pytestmark = pytest.mark.django_db
LIST = "/projects/"


@pytest.fixture(autouse=True)
def business_date():
    cache.clear()
    make_business_date()


@pytest.fixture
def counties():
    return make_county("甲县", "371001"), make_county("乙县", "371002")


# --- sheets ----------------------------------------------------------------------------------------


def test_the_sheet_holds_what_is_shown_with_filters_and_date(counties):
    make_project(counties[1])
    for n in range(30):
        make_project(
            counties[0],
            name='=HYPERLINK("http://x")' if n == 3 else f"项目{n:02d}",
            total_investment=Decimal(10000 + n),
            stages=[("signed", date(2023, 3, 1))],
        )
    client = client_of(make_user("leader"))
    query = f"?county={counties[0].code}&sort=name&as_of=2023-11-30"
    shown = client.get(LIST + query)
    notes, heads, rows = sheet_of(client.get(f"{LIST}{query}&_export=xlsx"))
    assert heads == [str(column.header) for column in shown.context["table"].columns]
    *rows, sums = rows
    assert len(rows) == shown.context["total"] == 30
    assert sums[heads.index("本县分成（个）")].value == 30
    assert sums[heads.index("计入总投资（亿元）")].value == pytest.approx(30.0435)
    said = "".join(str(row[0].value) for row in notes)
    assert "2023-11-30" in said and "县市区：甲县" in said and "30" in said
    assert [row[1].value for row in rows] == [r.record.name for p in (1, 2) for r in _page(client, query, p)]
    formula = next(row[1] for row in rows if row[1].value.startswith("="))
    assert formula.data_type == "s"
    amount = rows[1][heads.index("签约总投资（亿元）")]
    assert amount.data_type == "n"
    assert rows[0][heads.index("签约日期")].value.date() == date(2023, 3, 1)
    assert rows[0][heads.index("到位资金（万元）")].value is None


def _page(client, query, number):
    return client.get(f"{LIST}{query}&page={number}").context["table"].paginated_rows


def test_the_ledgers_sheet_ends_with_its_sum(counties):
    project = make_project(counties[0])
    make_fund(project, "100.25")
    make_fund(project, "200.50")
    _, heads, rows = sheet_of(client_of(make_user("leader")).get(f"{reverse('projects:funds')}?_export=xlsx"))
    assert len(rows) == 3
    assert rows[-1][0].value == "合计"
    assert rows[-1][heads.index("金额（万元）")].value == 300.75


# --- speed -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["list", "funds", "investments", "events", "platforms"])
def test_the_number_of_queries_does_not_grow_with_the_rows(name, counties):
    client = client_of(make_user("leader"))

    def add(first, last):
        for n in range(first, last):
            event = make_event(f"event-{n}")
            park = Platform.objects.create(key=f"park-{n}", name=f"园区{n}", county=counties[n % 2])
            project = make_project(counties[n % 2], event=event, platform=park, stages=[("signed", date(2023, 3, 1))])
            make_fund(project)
            make_investment(project)

    def queries():
        client.get(reverse(f"projects:{name}"))  # the summary of figures is computed once and kept
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"{reverse(f'projects:{name}')}?per_page=100").status_code == 200
        return len(captured)

    add(0, 5)
    few = queries()
    add(5, 60)
    assert queries() == few
    assert few <= 12
