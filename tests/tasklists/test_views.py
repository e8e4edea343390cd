"""The ways to see the same tasks: board, saved views, columns, groups; filters go along, nobody sees more."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tasklists.board import CARDS
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def business_date(db):
    make.make_business_date()


@pytest.fixture
def scene():
    class Scene:
        user = make.make_user("coordinator")
        office = make.client_of(user)
        first = make.make_organisation("市商务局")
        second = make.make_organisation("市科技局")
        annual = make.make_list("annual")
        policy = make.make_list("policy")

    closed = make.make_item(Scene.annual, lead=Scene.first, title="已经销号")
    make.make_state_change(closed, on=date(2023, 11, 20))
    Scene.closed = closed
    Scene.overdue = make.make_item(Scene.annual, lead=Scene.first, title="已经逾期", due_on=date(2023, 11, 30))
    Scene.claim = make.make_item(Scene.policy, responsible=[Scene.second], title="申请办结的")
    claim = {"status": "claimed", "percent": 100, "submitted_on": date(2023, 12, 11)}
    make.make_report(Scene.claim.assignments.get(), "2023-12", state="org_approved", **claim)
    return Scene


def stages_of(page):
    return {column.stage: column.count for column in page.context["columns"] if column.count}


def listed(client, url):
    return int(re.search(r"符合条件 <b>(\d+)</b> 项", client.get(url).content.decode())[1])


def test_each_column_is_what_its_link_lists(scene):
    for _ in range(CARDS + 3):
        make.make_item(scene.policy, lead=scene.second)
    page = scene.office.get(reverse("tasklists:board"))
    assert stages_of(page) == {"not_started": CARDS + 4, "claimed": 1, "closed": 1}
    for column in page.context["columns"]:
        assert listed(scene.office, column.url) == column.count
        assert len(column.cards) == min(column.count, CARDS)
    assert f"还有 {4} 项" in page.content.decode()


def test_board_keeps_filters_and_date(scene):
    page = scene.office.get(reverse("tasklists:board"), {"list": "annual", "as_of": "2023-11-15"})
    assert stages_of(page) == {"not_started": 2}  # what was closed on the 20th was not closed on the 15th
    links = [entry["url"] for entry in page.context["switch"]]
    assert all("list=annual" in url and "as_of=2023-11-15" in url for url in links)


def test_report_is_in_review_until_the_day_it_was_approved(scene):
    item = make.make_item(scene.policy, lead=scene.first)
    make.make_report(item.assignments.get(), "2023-11", approved_on=date(2023, 11, 20))  # handed in on the 15th
    assert stages_of(scene.office.get(reverse("tasklists:board"), {"as_of": "2023-11-17"}))["in_review"] == 1
    assert "in_review" not in stages_of(scene.office.get(reverse("tasklists:board"), {"as_of": "2023-11-20"}))


def test_returned_report_is_no_longer_in_review(scene):
    item = make.make_item(scene.policy, lead=scene.first)
    make.make_report(item.assignments.get(), "2023-12", state="returned", submitted_on=date(2023, 12, 10),
                     returned_on=date(2023, 12, 12))  # fmt: skip
    assert "in_review" not in stages_of(scene.office.get(reverse("tasklists:board")))
    assert stages_of(scene.office.get(reverse("tasklists:board"), {"as_of": "2023-12-11"}))["in_review"] == 1


def test_board_shows_an_organisation_its_own_tasks(scene):
    page = make.client_of(make.make_user("dept_reporter", scene.second)).get(reverse("tasklists:board"))
    assert "申请办结的" in page.content.decode() and "已经逾期" not in page.content.decode()


def test_board_costs_the_same_queries_whatever_its_rows(scene):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            scene.office.get(reverse("tasklists:board"))
        return len(asked)

    queries()
    few = queries()
    for _ in range(10):
        make.make_item(scene.annual, lead=make.make_organisation())
    assert queries() == few
