"""One organisation's page: its counts, returns and timeliness; what others may see of it."""

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
    """A department with three tasks assigned in October: one closed, one overdue, one of its own part done."""

    class Scene:
        own = make.make_organisation("市商务局")
        other = make.make_organisation("市科技局")
        office = make.client_of(make.make_user("coordinator"))
        reporter = make.client_of(make.make_user("dept_reporter", own))
        stranger = make.client_of(make.make_user("dept_reporter", other))
        task_list = make.make_list("annual")

    since = {"assigned_on": date(2023, 10, 1)}
    Scene.closed = make.make_item(Scene.task_list, lead=Scene.own, title="冷链仓储", **since)
    make.make_state_change(Scene.closed, on=date(2023, 11, 10))
    Scene.overdue = make.make_item(
        Scene.task_list, lead=Scene.own, title="直采联盟", due_on=date(2023, 11, 30), **since
    )
    Scene.shared = make.make_item(Scene.task_list, responsible=[Scene.own, Scene.other], title="人才互认", **since)
    part = Scene.shared.assignments.get(organisation=Scene.own)
    part.completed_on = date(2023, 12, 5)
    part.save()
    return Scene


def page_of(client, organisation, **query):
    return client.get(reverse("tasklists:organisation", args=[organisation.code]), query)


def test_counts_rank_and_rows(scene):
    page = page_of(scene.office, scene.own)
    own = page.context["own"]
    assert (own.total, own.done, own.overdue) == (3, 2, 1)
    assert (page.context["rank"], page.context["kin"]) == (1, 2)
    content = page.content.decode()
    assert "直采联盟" in content and "人才互认" in content
    lights = {row["light"]: row["count"] for row in page.context["lights"]}
    assert lights["red"] >= 1 and lights["blue"] == 1 and sum(lights.values()) == 3


def test_each_light_opens_as_many_rows(scene):
    for row in page_of(scene.office, scene.own).context["lights"]:
        listed = scene.office.get(row["url"])
        assert listed.context["total"] == row["count"], row


def test_as_of_an_earlier_day_what_came_later_is_not_counted(scene):
    page = page_of(scene.office, scene.own, as_of="2023-11-15")
    assert (page.context["own"].done, page.context["own"].overdue) == (1, 0)


def test_months_tell_on_time_late_missing_and_returned(scene):
    part = scene.overdue.assignments.get()
    make.make_report(part, "2023-10")  # handed in on the 15th
    make.make_report(part, "2023-11", submitted_on=date(2023, 11, 24), approved_on=date(2023, 11, 27))
    shared = scene.shared.assignments.get(organisation=scene.own)
    make.make_report(shared, "2023-10", state="returned", submitted_on=date(2023, 10, 12))
    months = {month.period: month for month in page_of(scene.office, scene.own).context["months"]}
    assert set(months) == {"2023-10", "2023-11"}  # December's report is not due yet
    october, november = months["2023-10"], months["2023-11"]
    assert (october.due, october.on_time, october.late, october.missing, october.returned) == (3, 2, 0, 1, 1)
    assert (november.due, november.on_time, november.late, november.missing) == (3, 0, 1, 2)
    context = page_of(scene.office, scene.own).context
    assert (str(context["on_time_rate"]), str(context["returned_rate"])) == ("33.3", "33.3")


def test_organisation_sees_itself_in_full_and_others_as_the_ranking_does(scene):
    assert "直采联盟" in page_of(scene.reporter, scene.own).content.decode()
    seen = page_of(scene.stranger, scene.own)
    content = seen.content.decode()
    assert "直采联盟" not in content and "人才互认" not in content
    assert "66.7" in content
    for name in ("items", "months", "lights", "trend"):
        assert name not in seen.context


def test_trend_ends_with_the_done_parts(scene):
    trend = page_of(scene.office, scene.own).context["trend"]
    assert [cell["text"] for cell in trend["rows"][-1]] == ["12月", "2", "1"]


def test_organisation_without_tasks_and_unknown_ones(scene):
    assert "没有这个单位牵头或负责的任务" in page_of(scene.office, make.make_organisation()).content.decode()
    assert page_of(scene.office, make.make_organisation(kind="collective")).status_code == 404
    assert scene.office.get(reverse("tasklists:organisation", args=["X99"])).status_code == 404


def test_task_page_links_to_its_organisations(scene):
    page = scene.office.get(reverse("tasklists:detail", args=[scene.shared.pk]))
    assert reverse("tasklists:organisation", args=[scene.own.code]) in page.content.decode()


def test_page_costs_the_same_queries_whatever_its_rows(scene):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            page_of(scene.office, scene.own)
        return len(asked)

    queries()
    few = queries()
    for _ in range(10):
        make.make_item(scene.task_list, lead=scene.own)
    assert queries() == few


def test_figures_of_the_ranking_lead_to_the_page(scene):
    passport = scene.office.get(reverse("reports:passport", args=[f"organisations.{scene.own.code}.rate"]))
    address = f"{reverse('tasklists:organisation', args=[scene.own.code])}?as_of=2023-12-13"
    assert f'href="{address}"' in passport.content.decode()
