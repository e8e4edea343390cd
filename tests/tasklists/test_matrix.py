"""The matrix: every number is what its address lists, whatever is filtered, grouped, or asked as of."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def business_date(db):
    make.make_business_date()


@pytest.fixture
def scene():
    """Two departments and a county with tasks of every stage and light, in two lists."""

    class Scene:
        office = make.client_of(make.make_user("coordinator"))
        first = make.make_organisation("市商务局")
        second = make.make_organisation("市科技局")
        county = make.make_organisation("齐河县", kind="county")
        annual = make.make_list("annual")
        policy = make.make_list("policy")

    fresh = {"assigned_on": date(2023, 12, 1), "due_on": date(2024, 11, 30)}
    closed = make.make_item(Scene.annual, lead=Scene.first, title="已经销号")
    make.make_state_change(closed, on=date(2023, 11, 20))
    make.make_item(Scene.annual, lead=Scene.first, responsible=[Scene.second], title="逾期", due_on=date(2023, 11, 30))
    make.make_item(Scene.annual, lead=Scene.second, supporting=[Scene.first], title="刚交办", **fresh)
    make.make_state_change(make.make_item(Scene.policy, lead=Scene.second), "suspended", date(2023, 12, 1))
    make.make_state_change(make.make_item(Scene.policy, lead=Scene.first), "cancelled", date(2023, 12, 1))
    claim = make.make_item(Scene.policy, responsible=[Scene.county, Scene.first])
    handed_in = {"submitted_on": date(2023, 12, 11)}
    part = claim.assignments.first()
    make.make_report(part, "2023-12", state="org_approved", status="claimed", percent=100, **handed_in)
    waits = make.make_item(Scene.policy, responsible=[Scene.county], aspect=make.make_aspect(Scene.policy, "市场"))
    make.make_report(waits.assignments.get(), "2023-12", state="submitted", **handed_in)
    return Scene


def listed(client, url):
    """How many rows the list at this address shows, by its own words."""
    found = re.search(r"符合条件 <b>(\d+)</b> 项", client.get(url).content.decode())
    return int(found[1])


def cells_of(matrix):
    for row in (*matrix.rows, matrix.everything):
        for (key, _), cell in zip(matrix.columns, row.cells, strict=True):
            yield f"{row.label} {key}", cell
        yield f"{row.label} total", row.total


@pytest.mark.parametrize("by", ["department", "county", "aspect"])
@pytest.mark.parametrize("show", ["light", "stage"])
@pytest.mark.parametrize(
    "filters", [{}, {"list": "policy"}, {"as_of": "2023-11-25"}, {"tab": "attention"}, {"q": "逾期"}, {"light": "red"}]
)
def test_each_number_is_what_its_address_lists(scene, by, show, filters):
    page = scene.office.get(reverse("tasklists:matrix"), {"by": by, "show": show} | filters)
    matrix = page.context["matrix"]
    opened = 0
    for where, cell in cells_of(matrix):
        assert bool(cell.url) == bool(cell.number), where
        if cell.url:
            assert listed(scene.office, cell.url) == cell.number, f"{where}: {cell.url}"
            opened += 1
    assert opened
    for row in (*matrix.rows, matrix.everything):
        assert sum(cell.number for cell in row.cells) == row.total.number


def test_organisation_counts_what_it_leads_or_answers_for(scene):
    page = scene.office.get(reverse("tasklists:matrix"), {"by": "department"})
    totals = {row.label: row.total.number for row in page.context["matrix"].rows}
    assert totals == {"市商务局": 3, "市科技局": 3}
    assert page.context["matrix"].everything.total.number == 7


def test_chosen_organisation_stands_alone(scene):
    page = scene.office.get(reverse("tasklists:matrix"), {"org": scene.first.code, "part": "done"})
    matrix = page.context["matrix"]
    assert [row.label for row in matrix.rows] == ["市商务局"]
    for where, cell in cells_of(matrix):
        assert not cell.url or listed(scene.office, cell.url) == cell.number, where


def test_people_of_one_organisation_see_their_own_row_only(scene):
    client = make.client_of(make.make_user("dept_reporter", scene.second))
    matrix = client.get(reverse("tasklists:matrix")).context["matrix"]
    assert [row.label for row in matrix.rows] == ["市科技局"]
    for where, cell in cells_of(matrix):
        assert not cell.url or listed(client, cell.url) == cell.number, where


def test_unknown_choices_fall_back_to_the_first(scene):
    page = scene.office.get(reverse("tasklists:matrix"), {"by": "planet", "show": "mood", "as_of": "someday"})
    assert page.status_code == 200
    assert page.context["head"] == "部门"


def test_empty_matrix_offers_to_clear_the_filters(scene):
    page = scene.office.get(reverse("tasklists:matrix"), {"q": "没有这样的任务"})
    assert "清除筛选" in page.content.decode()


def test_matrix_costs_the_same_queries_whatever_its_rows(scene):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            scene.office.get(reverse("tasklists:matrix"), {"show": "stage"})
        return len(asked)

    queries()
    few = queries()
    for _ in range(10):
        make.make_item(scene.annual, lead=make.make_organisation())
    assert queries() == few
