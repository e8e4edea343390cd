"""Memoranda: what was published and what is listed, progress by dates, who writes; a clause becomes a task."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.models import AuditEntry
from projects.models import ClauseProgress, Memorandum
from projects.places.memoranda import clauses_now, counted, published_words
from tasklists.models import TaskItem
from tests.make import TODAY, client_of, make_aspect, make_business_date, make_list, make_organisation, make_user
from tests.projects.make import sheet_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    make_business_date()
    bureau = make_organisation("市农业农村局")
    memorandum = Memorandum.objects.create(
        key="xiongan",
        title="合作备忘录",
        partner="某新区",
        signed_on=date(2023, 4, 14),
        field_count=9,
        aspect_count=29,
    )
    first = memorandum.clauses.create(order=1, text="农业全产业链供应", owner=bureau, due_on=date(2023, 12, 31))
    second = memorandum.clauses.create(order=2, text="人力资源交流")
    return {
        "memorandum": memorandum,
        "first": first,
        "second": second,
        "bureau": bureau,
        "reporter": make_user("dept_reporter", bureau),
        "outsider": make_user("dept_reporter"),
        "office": make_user("coordinator"),
    }


PAGE = "/projects/memoranda/xiongan/"


def report(clause, on, state, text="进展"):
    return ClauseProgress.objects.create(clause=clause, on=on, state=state, text=text)


def states(scene, as_of=TODAY):
    return dict(counted(clauses_now(scene["memorandum"].clauses.all(), as_of)))


# --- counting --------------------------------------------------------------------------------------


def test_the_newest_report_by_the_date_counts(scene):
    report(scene["first"], date(2023, 6, 1), "not_started")
    report(scene["first"], date(2023, 9, 1), "under_way")
    report(scene["first"], date(2023, 12, 1), "done")
    nobody = {"已落实": 0, "推进中": 0, "未启动": 0, "未报进展": 2}
    assert states(scene, date(2023, 5, 31)) == nobody
    assert states(scene, date(2023, 6, 1)) == nobody | {"未启动": 1, "未报进展": 1}
    assert states(scene, date(2023, 11, 30)) == nobody | {"推进中": 1, "未报进展": 1}
    assert states(scene) == nobody | {"已落实": 1, "未报进展": 1}


def test_what_is_only_a_number_stays_unknown(scene):
    page = client_of(make_user("leader")).get(PAGE).content.decode()
    assert "公布 9 个领域、29 个方面，台账列出 2 项；其余事项公开资料未列出，进展不详。" in page
    bare = Memorandum(title="协议", aspect_count=7)
    assert published_words(bare, 0) == "公布 7 个方面，台账列出 0 项；具体事项公开资料未列出，进展不详。"
    assert published_words(bare, 7) == "公布 7 个方面，台账列出 7 项。"
    assert "没有公布事项数" in published_words(Memorandum(title="协议"), 0)


def test_a_clause_past_its_deadline_is_late_until_it_is_done(scene):
    day = date(2024, 1, 1)
    late = clauses_now([scene["first"], scene["second"]], day)
    assert [now.is_late for now in late] == [True, False]
    report(scene["first"], date(2023, 12, 30), "done")
    assert not clauses_now([scene["first"]], day)[0].is_late
    assert not clauses_now([scene["first"]], TODAY)[0].is_late


def test_the_sheet_counts_like_the_page(scene):
    report(scene["first"], date(2023, 6, 1), "done")
    client = client_of(make_user("leader"))
    _, head, rows = sheet_of(client.get(f"{reverse('projects:memoranda')}?_export=xlsx"))
    row = dict(zip(head, [cell.value for cell in rows[0]], strict=True))
    assert (row["公布方面（个）"], row["列出事项（项）"], row["已落实（项）"], row["未报进展（项）"]) == (29, 2, 1, 1)
    page = client.get(reverse("projects:memoranda")).content.decode()
    assert "已落实" in page and PAGE in page


def test_a_memorandum_signed_later_is_not_there_yet(scene):
    client = client_of(make_user("leader"))
    assert client.get(PAGE, {"as_of": "2023-04-13"}).status_code == 404
    assert client.get(PAGE, {"as_of": "2023-04-14"}).status_code == 200


# --- writing ---------------------------------------------------------------------------------------


def test_the_owner_reports_and_the_same_report_is_one(scene):
    url = reverse("projects:clause_report", args=[scene["first"].pk])
    client = client_of(scene["reporter"])
    for _ in range(3):
        assert client.post(url, {"state": "under_way", "text": "已签供应合同"}).status_code == 302
    row = ClauseProgress.objects.get()
    assert (row.on, row.state, row.by) == (TODAY, "under_way", scene["reporter"])
    assert AuditEntry.objects.filter(action="填写协议事项进展").count() == 1
    assert "已签供应合同" in client.get(PAGE).content.decode()


def test_refusals_stand_at_their_place_and_keep_the_typing(scene):
    client = client_of(scene["reporter"])
    url = reverse("projects:clause_report", args=[scene["first"].pk])
    page = client.post(url, {"state": "", "text": "写了半天"}).content.decode()
    assert "请选择状态。" in page and "写了半天" in page
    assert "请写进展。" in client.post(url, {"state": "done", "text": " "}).content.decode()
    assert not ClauseProgress.objects.exists()


def test_only_the_owner_and_the_office_report(scene):
    url = reverse("projects:clause_report", args=[scene["first"].pk])
    typed = {"state": "done", "text": "完成"}
    assert client_of(scene["outsider"]).post(url, typed).status_code == 403
    for role in ("leader", "reviewer"):
        assert client_of(make_user(role)).post(url, typed).status_code == 403
    assert client_of(scene["office"]).post(url, typed).status_code == 302
    assert "填写进展" not in client_of(scene["outsider"]).get(PAGE).content.decode()


def test_the_office_plans_a_clause_over_the_version_it_saw(scene):
    clause = scene["second"]
    url = reverse("projects:clause_plan", args=[clause.pk])
    client = client_of(scene["office"])
    typed = {"version": 1, "owner": scene["bureau"].code, "due_on": "2024-03-31", "next_step": "定期会商"}
    assert client.post(url, typed).status_code == 302
    clause.refresh_from_db()
    assert (clause.owner, clause.due_on, clause.next_step) == (scene["bureau"], date(2024, 3, 31), "定期会商")
    stale = client.post(url, typed | {"next_step": "另一步"})
    assert stale.status_code == 409 and "另一步" in stale.content.decode() and "定期会商" in stale.content.decode()
    early = client.post(url, typed | {"version": 2, "due_on": "2023-04-01"})
    assert "完成时限不能早于协议签署日期（2023-04-14）。" in early.content.decode()
    assert client_of(scene["reporter"]).post(url, typed).status_code == 403


# --- a clause becomes a task -----------------------------------------------------------------------


def task_of(scene, client, aspect, **fields):
    url = reverse("tasklists:clause_task", args=[scene["first"].pk])
    return client.post(url, {"aspect": aspect.pk, "title": "建立供应基地", "due_on": "2024-06-30"} | fields)


def test_a_clause_becomes_an_assigned_task_of_a_list_in_force(scene):
    aspect = make_aspect(make_list("annual"))
    client = client_of(scene["office"])
    for _ in range(3):
        assert task_of(scene, client, aspect).status_code == 302
    item = TaskItem.objects.get()
    assert (item.clause, item.assigned_on, item.due_on, item.code) == (scene["first"], TODAY, date(2024, 6, 30), "协1")
    part = item.assignments.get()
    assert (part.organisation, part.role, part.decides) == (scene["bureau"], "lead", True)
    page = client.get(PAGE).content.decode()
    assert reverse("tasklists:detail", args=[item.pk]) in page and 'class="lt' in page
    assert "转为任务" in page  # the second clause still may
    outsider = client_of(scene["outsider"]).get(PAGE).content.decode()
    assert reverse("tasklists:detail", args=[item.pk]) not in outsider
    assert reverse("tasklists:detail", args=[item.pk]) in client_of(scene["reporter"]).get(PAGE).content.decode()


def test_a_task_of_a_draft_waits_for_its_list(scene):
    aspect = make_aspect(make_list("next", state="draft"))
    client = client_of(scene["office"])
    task_of(scene, client, aspect)
    assert TaskItem.objects.get().assigned_on is None
    assert "草稿" in client.get(PAGE).content.decode()


def test_a_task_needs_owner_list_and_a_day_ahead(scene):
    aspect = make_aspect(make_list("annual"))
    reference = make_aspect(make_list("old", state="reference"))
    client = client_of(scene["office"])
    assert "请从列表中选择清单和方面。" in task_of(scene, client, reference).content.decode()
    assert "完成时限不能早于今天" in task_of(scene, client, aspect, due_on="2023-12-12").content.decode()
    assert "请填写任务。" in task_of(scene, client, aspect, title=" ").content.decode()
    url = reverse("tasklists:clause_task", args=[scene["second"].pk])
    page = client.post(url, {"aspect": aspect.pk, "title": "任务", "due_on": "2024-06-30"}).content.decode()
    assert "还没有责任单位" in page
    assert not TaskItem.objects.exists()
    assert task_of(scene, client_of(scene["reporter"]), aspect).status_code == 403


def test_the_page_costs_the_same_queries_whatever_the_clauses(scene):
    client = client_of(make_user("leader"))
    client.get(PAGE)

    def queries():
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE)
        return len(asked)

    few = queries()
    for n in range(3, 9):
        report(scene["memorandum"].clauses.create(order=n, text=f"事项{n}", owner=scene["bureau"]), TODAY, "done")
    assert queries() == few
