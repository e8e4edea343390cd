"""The ways to see the same tasks: board, saved views, columns, groups; filters go along, nobody sees more."""

import re
from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from tasklists.board import CARDS
from tasklists.models import SavedView
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


def group_heads(page):
    found = re.findall(r'<tr class="grp"><td colspan="\d+">(.*?) <span class="muted">(\d+) 项', page.content.decode())
    return [(label, int(number)) for label, number in found]


def test_groups_stand_together_with_their_whole_count(scene):
    for _ in range(6):
        make.make_item(scene.policy, lead=scene.second)
    page = scene.office.get(reverse("tasklists:list"), {"group": "owner", "per_page": "5"})
    assert group_heads(page) == [("市商务局", 2), ("市科技局", 7)]  # three of the seven on this page
    second = scene.office.get(reverse("tasklists:list"), {"group": "owner", "per_page": "5", "page": "2"})
    assert group_heads(second) == [("市科技局", 7)]


def test_group_by_aspect_county_and_deadline(scene):
    county = make.make_organisation("齐河县", kind="county")
    other = make.make_organisation("临邑县", kind="county")
    make.make_item(scene.policy, lead=scene.second, responsible=[county])
    make.make_item(scene.policy, responsible=[county, other])
    make.make_item(scene.policy, lead=scene.first, due_on=None, long_term=True)
    make.make_item(scene.policy, lead=scene.first, due_on=None)

    def heads(group):
        return group_heads(scene.office.get(reverse("tasklists:list"), {"group": group}))

    annual, policy = scene.annual.short, scene.policy.short
    assert sorted(heads("aspect")) == sorted([(f"{annual} · 产业融入", 2), (f"{policy} · 产业融入", 5)])
    assert heads("county") == [("齐河县", 1), ("多个县市区共同负责", 1), ("没有县市区的任务", 5)]
    assert heads("due") == [("2023年11月到期", 1), ("2023年12月到期", 4), ("时限未定", 1), ("长期坚持", 1)]


def test_groups_keep_the_filters_and_the_order_asked_for(scene):
    page = scene.office.get(reverse("tasklists:list"), {"group": "owner", "list": "annual", "sort": "-due_on"})
    assert group_heads(page) == [("市商务局", 2)]
    content = page.content.decode()
    assert content.index("已经销号") < content.index("已经逾期")


def heads_of(page):
    """The headings of the columns, without the office's tick boxes."""
    return [str(column.header) for column in page.context["table"].columns if column.name != "pick"]


def test_columns_are_those_asked_for(scene):
    make.make_report(scene.overdue.assignments.get(), "2023-11", outlook="at_risk")
    page = scene.office.get(reverse("tasklists:list"), {"cols": ["outlook", "code", "nonsense"]})
    assert heads_of(page) == ["编号", "任务", "预计"]
    assert "有风险" in page.content.decode()
    again = scene.office.get(reverse("tasklists:list"), {"cols": "times_returned,aspect"})
    assert heads_of(again) == ["任务", "方面", "退回次数"]


def test_sheet_holds_the_chosen_columns(scene):
    answer = scene.office.get(reverse("tasklists:list"), {"cols": "code", "group": "due", "_export": "xlsx"})
    rows = list(load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))
    head = rows.index(("编号", "任务"))
    assert [row[1] for row in rows[head + 1 :]] == ["已经逾期", "已经销号", "申请办结的"]


def save(client, **values):
    return client.post(reverse("tasklists:views"), {"act": "save"} | values)


def test_view_is_kept_and_stands_as_a_tab(scene):
    query = "list=annual&light=red&light=yellow&group=owner&cols=code"
    answer = save(scene.office, name="  我的 红黄灯 ", query=f"?{query}&page=3&as_of=2023-11-30&next=//elsewhere")
    assert answer.status_code == 302
    view = SavedView.objects.get()
    assert (view.owner, view.name, view.query) == (scene.user, "我的 红黄灯", query)
    page = scene.office.get(answer.url)
    assert [tab["label"] for tab in page.context["tabs"] if tab["current"]] == ["我的 红黄灯"]
    assert heads_of(page) == ["编号", "任务"]
    earlier = scene.office.get(reverse("tasklists:list"), {"as_of": "2023-11-30"}).context["tabs"][-1]["url"]
    assert earlier == f"?{query}&as_of=2023-11-30"


def test_view_needs_a_name_of_its_own_and_conditions(scene):
    save(scene.office, name="红灯", query="light=red")
    for values, words in [
        ({"name": "红灯", "query": "light=yellow"}, "已有名为“红灯”的视图"),
        ({"name": " ", "query": "light=red"}, "请写视图名称"),
        ({"name": "长" * 25, "query": "light=red"}, "最多 24 个字，现为 25 个字"),
        ({"name": "空", "query": "page=2"}, "没有可存的条件"),
        ({"name": "长条件", "query": "q=" + "x" * 700}, "条件太长"),
    ]:
        answer = save(scene.office, **values)
        assert answer.status_code == 400
        assert words in answer.content.decode(), values
    assert SavedView.objects.count() == 1


def test_refused_view_keeps_what_was_typed(scene):
    save(scene.office, name="红灯", query="light=red")
    content = save(scene.office, name="红灯", query="light=yellow").content.decode()
    assert 'value="light=yellow"' in content and 'value="红灯"' in content


def test_views_are_renamed_and_deleted_by_their_owner_alone(scene):
    save(scene.office, name="红灯", query="light=red")
    view = SavedView.objects.get()
    other = make.client_of(make.make_user("coordinator"))
    address = reverse("tasklists:views")
    assert "红灯" not in other.get(address).content.decode()
    for act in ("rename", "delete"):
        assert other.post(address, {"act": act, "view": view.pk, "name": "别人的"}).status_code == 404
    scene.office.post(address, {"act": "rename", "view": view.pk, "name": "红灯任务"})
    view.refresh_from_db()
    assert view.name == "红灯任务"
    scene.office.post(address, {"act": "delete", "view": view.pk})
    assert not SavedView.objects.exists()


def test_views_page_says_what_a_view_holds(scene):
    save(scene.office, name="红灯", query="light=red&group=due&tab=attention")
    content = scene.office.get(reverse("tasklists:views")).content.decode()
    assert "需要过问；灯：逾期；按到期月份分组" in content


def test_grouped_list_costs_the_same_queries_whatever_its_rows(scene):
    query = {"group": "county", "cols": ["outlook", "times_returned", "aspect", "task_list", "owner"]}

    def queries():
        with CaptureQueriesContext(connection) as asked:
            scene.office.get(reverse("tasklists:list"), query)
        return len(asked)

    queries()
    few = queries()
    for _ in range(10):
        make.make_item(scene.annual, lead=make.make_organisation())
    assert queries() == few


def test_calendar_of_deadlines_opens_what_it_counts(scene):
    make.make_item(scene.policy, lead=scene.first, due_on=None, long_term=True)
    page = scene.office.get(reverse("tasklists:timeline"))
    months = page.context["months"]
    assert [(month.period, month.total.number) for month in months] == [("2023-11", 1), ("2023-12", 2)]
    assert page.context["undated"] == 1
    for month in months:
        assert sum(cell.number for cell in month.cells) == month.total.number
        for cell in (*month.cells, month.total):
            assert not cell.url or listed(scene.office, cell.url) == cell.number


def test_timeline_draws_open_tasks_by_deadline(scene):
    rows = scene.office.get(reverse("tasklists:timeline")).context["chart"]["rows"]
    assert [row[0]["text"] for row in rows] == ["已经逾期", "申请办结的"]


def test_timeline_shows_an_organisation_its_own_tasks_and_an_empty_one_is_explained(scene):
    client = make.client_of(make.make_user("dept_reporter", scene.second))
    assert "已经逾期" not in client.get(reverse("tasklists:timeline")).content.decode()
    assert "清除筛选" in client.get(reverse("tasklists:timeline"), {"q": "没有的"}).content.decode()


def test_timeline_costs_the_same_queries_whatever_its_rows(scene):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            scene.office.get(reverse("tasklists:timeline"))
        return len(asked)

    queries()
    few = queries()
    for _ in range(10):
        make.make_item(scene.annual, lead=make.make_organisation())
    assert queries() == few
