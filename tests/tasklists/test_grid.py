"""The month grid through the front door: what it shows, what a post may change, what each row is told."""

import json
import threading

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.models import AuditEntry, PeriodLock, UnlockRequest
from tasklists.models import Evidence, ProgressReport, ReportRevision, TaskEvent
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def business_date(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make.make_business_date()


@pytest.fixture
def cast():
    """A department with its reporter and reviewer and one task, and a stranger of another department."""

    class Cast:
        organisation = make.make_organisation("市商务局")
        other = make.make_organisation("市科技局")
        reporter = make.make_user("dept_reporter", organisation)
        reviewer = make.make_user("reviewer", organisation)
        stranger = make.make_user("dept_reporter", other)
        task_list = make.make_list("annual")
        item = make.make_item(task_list, lead=organisation, title="冷链仓储二期")
        part = item.assignments.get()
        client = make.client_of(reporter)

    return Cast


def new_parts(cast, count):
    return [make.make_item(cast.task_list, lead=cast.organisation).assignments.get() for _ in range(count)]


def row(of, **changes):
    values = {"version": 0, "text": "设备安装完成", "percent": "85", "status": "under_way", "difficulty": ""}
    return {"part": of.pk} | values | changes


def send(client, *rows, period="2023-12", name="grid"):
    body = json.dumps({"period": period, "rows": rows})
    return client.post(reverse(f"tasklists:{name}"), body, content_type="application/json")


def told(answer, part):
    return answer.json()["rows"][str(part.pk)]


# --- the page ----------------------------------------------------------------------------------------


def grid_rows(client, **query):
    page = client.get(reverse("tasklists:mine"), query)
    return {s["key"]: [r.line.item.title for r in s["rows"]] for s in page.context["sections"]}, page


def test_grid_leads_to_the_reporters_page(cast):
    answer = cast.client.get(reverse("tasklists:grid"), {"period": "2023-11"})
    assert answer.url == reverse("tasklists:mine") + "?period=2023-11"


def test_rows_stand_by_deadline_whatever_is_filled_in(cast):
    cast.item.delete()
    for title, due in (("二", "2023-12-20"), ("一", "2023-11-30"), ("三", "2024-01-31"), ("已交", "2023-10-31")):
        make.make_item(cast.task_list, lead=cast.organisation, title=title, due_on=due)
    parts = {part.item.title: part for part in cast.organisation.assignments.select_related("item")}
    make.make_report(parts["已交"], "2023-12", state="submitted")
    shown, _ = grid_rows(cast.client)
    assert shown == {"open": ["一", "二", "三"], "handed_in": ["已交"]}
    send(cast.client, row(parts["一"]))
    assert grid_rows(cast.client)[0] == shown


def test_row_shows_last_period_and_leads_to_its_own_form(cast):
    make.make_report(cast.part, "2023-11", percent=72, text="主体完工")
    text = cast.client.get(reverse("tasklists:mine")).content.decode()
    assert "主体完工" in text and '<span data-prev="percent">72</span>' in text
    assert f'href="{reverse("tasklists:report", args=[cast.item.pk])}?period=2023-12"' in text


def test_locked_month_can_only_be_read(cast):
    PeriodLock.objects.create(area="tasks", period="2023-11", locked_on=make.TODAY)
    shown, page = grid_rows(cast.client, period="2023-11")
    assert list(shown) == ["closed"] and "2023年11月已锁定" in page.content.decode()


def test_supporting_and_foreign_parts_have_no_row(cast):
    make.make_item(cast.task_list, lead=cast.other, supporting=[cast.organisation], title="配合的")
    make.make_item(cast.task_list, lead=cast.other, title="别家的")
    assert grid_rows(cast.client)[0] == {"open": ["冷链仓储二期"]}


def test_returned_row_counts_as_corrected_once_it_was_changed(cast):
    report = make.make_report(cast.part, "2023-12", state="returned", text="互认清单42项")
    TaskEvent.objects.create(item=cast.item, kind="returned", on=make.TODAY, report=report, by=cast.reviewer)
    page = grid_rows(cast.client)[1]
    assert page.context["counts"]["returned"] == 1
    assert "请补充数据。" in page.content.decode() and cast.reviewer.display_name in page.content.decode()
    send(cast.client, row(cast.part, version=1, text="互认清单42项，12月25日联调完成"))
    counts = grid_rows(cast.client)[1].context["counts"]
    assert (counts["returned"], counts["corrected"]) == (0, 1)


def test_page_costs_the_same_queries_whatever_its_rows(cast):
    def asked(count):
        for part in new_parts(cast, count):
            make.make_report(part, "2023-11")
            make.make_evidence(make.make_report(part, "2023-12", state="draft"), cast.reporter)
        cast.client.get(reverse("tasklists:mine"))
        with CaptureQueriesContext(connection) as queries:
            assert cast.client.get(reverse("tasklists:mine")).status_code == 200
        return len(queries)

    few = asked(3)
    assert asked(40) == few <= 14


# --- saving ------------------------------------------------------------------------------------------


def test_rows_are_saved_with_their_trail(cast):
    parts = [cast.part, *new_parts(cast, 2)]
    answer = send(cast.client, *(row(part, percent=f"{n}%") for n, part in enumerate(parts)))
    assert answer.status_code == 200
    assert [told(answer, part) for part in parts] == [{"state": "saved", "message": "", "field": "", "version": 1}] * 3
    assert list(ProgressReport.objects.order_by("pk").values_list("percent", "state")) == [
        (0, "draft"),
        (1, "draft"),
        (2, "draft"),
    ]
    trail = AuditEntry.objects.filter(action="保存填报").order_by("sequence")
    assert [entry.after["percent"] for entry in trail] == [0, 1, 2]
    send(cast.client, row(cast.part, version=1, percent="10"))
    changed = AuditEntry.objects.filter(action="保存填报").latest("sequence")
    assert (changed.before["percent"], changed.after["percent"]) == (0, 10)


def test_chain_of_the_trail_holds_over_many_rows(cast):
    from common import audit

    send(cast.client, *(row(part) for part in new_parts(cast, 12)))
    assert audit.broken_links() == []


def test_same_post_twenty_times_makes_one_row_and_one_trace(cast):
    for _ in range(20):
        assert send(cast.client, row(cast.part)).status_code == 200
    report = ProgressReport.objects.get()
    assert report.version == 1
    for _ in range(20):
        assert send(cast.client, row(cast.part, version=1, percent="90")).status_code == 200
    report.refresh_from_db()
    assert (report.version, report.percent) == (2, 90)
    assert AuditEntry.objects.filter(action="保存填报").count() == 2


def test_second_editor_gets_both_versions_and_the_other_rows_are_saved(cast):
    report = make.make_report(cast.part, "2023-12", state="draft", version=4, text="同事写的", percent=70)
    (fresh,) = new_parts(cast, 1)
    answer = send(cast.client, row(cast.part, version=3, text="我写的"), row(fresh))
    assert answer.status_code == 409
    stale = told(answer, cast.part)
    assert (stale["state"], stale["version"], stale["theirs"]["text"]) == ("stale", 4, "同事写的")
    assert told(answer, fresh)["state"] == "saved"
    report.refresh_from_db()
    assert (report.text, report.version) == ("同事写的", 4)


def test_conflict_names_who_saved_last(cast):
    colleague = make.make_user("dept_reporter", cast.organisation)
    send(make.client_of(colleague), row(cast.part, text="同事写的"))
    assert told(send(cast.client, row(cast.part, text="我写的")), cast.part)["by"] == colleague.display_name


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"percent": "130"}, "percent", "完成百分比应为 0—100，现填 130，未保存。"),
        ({"percent": "-1"}, "percent", "现填 -1"),
        ({"percent": "85.5"}, "percent", "整数"),
        ({"percent": ""}, "percent", "请填写完成百分比"),
        ({"percent": "9" * 5000}, "percent", "整数"),
        ({"percent": [85]}, "percent", "整数"),
        ({"status": "closed"}, "status", "选择"),
        ({"text": "字" * 2001}, "text", "最多 2000 字，现有 2001 字"),
        ({"difficulty": "字" * 1001}, "difficulty", "最多 1000 字"),
        ({"text": "a\x00b"}, "text", "无法保存的字符"),
        ({"text": "\ud800"}, "text", "无法保存的字符"),
    ],
)
def test_wrong_value_is_refused_at_its_place_and_the_other_rows_are_saved(cast, changes, field, words):
    (fresh,) = new_parts(cast, 1)
    answer = send(cast.client, row(cast.part, **changes), row(fresh))
    assert answer.status_code == 400
    refused = told(answer, cast.part)
    assert (refused["state"], refused["field"]) == ("refused", field) and words in refused["message"]
    assert [report.assignment for report in ProgressReport.objects.all()] == [fresh]


def test_full_width_digits_and_percent_signs_are_read(cast):
    assert send(cast.client, row(cast.part, percent=" ８５％ ")).status_code == 200
    assert ProgressReport.objects.get().percent == 85


@pytest.mark.parametrize("state", ["submitted", "org_approved", "approved"])
def test_handed_in_report_is_not_changed(cast, state):
    report = make.make_report(cast.part, "2023-12", state=state)
    answer = send(cast.client, row(cast.part, version=1))
    assert answer.status_code == 400 and "不能修改" in told(answer, cast.part)["message"]
    report.refresh_from_db()
    assert report.percent == 50


def test_closed_months_and_tasks_are_refused_in_words(cast):
    PeriodLock.objects.create(area="tasks", period="2023-11", locked_on=make.TODAY)
    make.make_state_change(cast.item, "suspended")
    for period, words in (
        ("2023-11", "已锁定"),
        ("2024-01", "还没有到"),
        ("2023-01", "此前的月份"),
        ("2023-12", "中止"),
    ):
        answer = send(cast.client, row(cast.part), period=period)
        assert answer.status_code == 400 and words in told(answer, cast.part)["message"]
    assert not ProgressReport.objects.exists()


@pytest.mark.parametrize("name", ["grid", "grid_submit"])
def test_foreign_row_answers_404_and_nothing_is_written(cast, name):
    foreign = make.make_item(cast.task_list, lead=cast.other, responsible=[cast.organisation])
    strange = foreign.assignments.get(organisation=cast.other)
    theirs = make.make_report(strange, "2023-12", state="draft")
    before = AuditEntry.objects.count()
    for pk in (strange.pk, 10**9):
        assert send(cast.client, row(cast.part), row(strange, version=1, part=pk), name=name).status_code == 404
    theirs.refresh_from_db()
    assert (theirs.version, theirs.state, ProgressReport.objects.count()) == (1, "draft", 1)
    assert AuditEntry.objects.count() == before


def test_extra_fields_change_nothing(cast):
    extra = {
        "state": "approved",
        "assignment": 1,
        "organisation": cast.other.pk,
        "approved_on": "2023-12-01",
        "submitted_by": cast.reviewer.pk,
        "outlook": "late",
        "is_demo": True,
        "id": 99,
    }
    assert send(cast.client, row(cast.part, **extra)).status_code == 200
    report = ProgressReport.objects.get()
    assert (report.state, report.assignment, report.approved_on, report.submitted_by) == (
        "draft",
        cast.part,
        None,
        None,
    )
    assert (report.outlook, report.is_demo) == ("on_time", False)


def test_last_outlook_stands_on_in_a_new_row(cast):
    make.make_report(cast.part, "2023-11", outlook="at_risk")
    send(cast.client, row(cast.part))
    assert ProgressReport.objects.get(period="2023-12").outlook == "at_risk"


def test_what_changes_in_a_month_opened_again_is_kept_as_a_correction(cast):
    make.make_report(cast.part, "2023-11", state="draft", percent=40, text="旧")
    office = [make.make_user("coordinator") for _ in range(2)]
    UnlockRequest.objects.create(
        area="tasks",
        period="2023-11",
        reason="漏报",
        asked_by=office[0],
        asked_on=make.TODAY,
        agreed_by=office[1],
        agreed_on=make.TODAY,
    )
    send(cast.client, row(cast.part, version=1, percent="45", text="旧"), period="2023-11")
    kept = ReportRevision.objects.get()
    assert (kept.field, kept.old, kept.new, kept.reason) == ("percent", "40", "45", "漏报")


@pytest.mark.parametrize(
    "body",
    ["", "[]", "null", "{", '{"period": "2023-12"}', '{"period": "2023-12", "rows": []}',
     '{"period": 5, "rows": [{}]}',
     '{"period": "2023-12", "rows": [1]}', '{"period": "2023-12", "rows": [{"part": true, "version": 0}]}',
     '{"period": "2023-12", "rows": [{"part": "1", "version": 0}]}', '{"period": "2023-12", "rows": [{"part": 1}]}',
     '{"period": "2023-12", "rows": [{"part": 1, "version": -1}]}', "[" * 100000, b"\xff\xfe"],
)  # fmt: skip
def test_request_that_is_not_the_grids_is_refused_in_one_sentence(cast, body):
    for name in ("grid", "grid_submit"):
        answer = cast.client.post(reverse(f"tasklists:{name}"), body, content_type="application/json")
        assert answer.status_code == 400 and answer.json()["message"].endswith("。")


def test_too_many_rows_and_the_same_row_twice_are_refused(cast):
    assert send(cast.client, row(cast.part), row(cast.part)).status_code == 400
    many = [row(cast.part, part=n) for n in range(501)]
    assert "500 行" in send(cast.client, *many).json()["message"]
    assert not ProgressReport.objects.exists()


def test_only_reporters_may_save(cast):
    for user in (cast.reviewer, make.make_user("coordinator"), make.make_user("leader")):
        assert send(make.client_of(user), row(cast.part)).status_code == 403
    assert send(make.client_of(cast.stranger), row(cast.part)).status_code == 404


def test_thirty_rows_cost_a_few_queries_more_than_one(cast):
    def asked(*rows):
        with CaptureQueriesContext(connection) as queries:
            assert send(cast.client, *rows).status_code == 200
        return len(queries)

    parts = new_parts(cast, 31)
    cast.client.get(reverse("tasklists:mine"))
    one = asked(row(parts[0]))
    assert asked(*(row(part) for part in parts[1:])) <= one
    assert one <= 19
    again = asked(*(row(part, version=1, percent="90") for part in parts[1:]))
    assert again <= one + 30


@pytest.mark.django_db(transaction=True)
def test_of_ten_savers_of_one_new_row_one_wins(cast):
    answers = []

    def save(number):
        try:
            answers.append(send(make.client_of(cast.reporter), row(cast.part, percent=str(number))).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=save, args=[number]) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] + [409] * 9
    assert ProgressReport.objects.get().version == 1


# --- handing in --------------------------------------------------------------------------------------


def test_rows_that_can_go_are_handed_in_and_the_others_say_why(cast):
    good, empty, claimed, changed, never = new_parts(cast, 5)
    make.make_report(good, "2023-12", state="draft")
    make.make_report(empty, "2023-12", state="draft", text="")
    make.make_report(claimed, "2023-12", state="draft", status="claimed", percent=100)
    make.make_report(changed, "2023-12", state="draft", version=7)
    sent = [{"part": part.pk, "version": 1} for part in (good, empty, claimed, changed, never)]
    answer = send(cast.client, *sent, name="grid_submit")
    assert answer.status_code == 409
    assert [told(answer, part)["state"] for part in (good, empty, claimed, changed, never)] == [
        "submitted",
        "refused",
        "refused",
        "stale",
        "refused",
    ]
    assert "请填写本期进展" in told(answer, empty)["message"]
    assert "须附佐证材料" in told(answer, claimed)["message"]
    assert "还没有填报" in told(answer, never)["message"]
    assert list(ProgressReport.objects.filter(state="submitted")) == [good.progress_reports.get()]
    assert TaskEvent.objects.filter(kind="submitted").count() == 1


def test_handing_in_twenty_times_is_one_act(cast):
    make.make_report(cast.part, "2023-12", state="draft")
    for _ in range(20):
        answer = send(cast.client, {"part": cast.part.pk, "version": 1}, name="grid_submit")
        assert (answer.status_code, told(answer, cast.part)["state"]) == (200, "submitted")
    assert TaskEvent.objects.count() == AuditEntry.objects.filter(action="提交填报").count() == 1


def test_locked_month_is_not_handed_in(cast):
    make.make_report(cast.part, "2023-11", state="draft")
    PeriodLock.objects.create(area="tasks", period="2023-11", locked_on=make.TODAY)
    answer = send(cast.client, {"part": cast.part.pk, "version": 1}, period="2023-11", name="grid_submit")
    assert answer.status_code == 400 and "已锁定" in told(answer, cast.part)["message"]


# --- files -------------------------------------------------------------------------------------------


def upload(client, item, *files, period="2023-12"):
    url = reverse("tasklists:grid_evidence", args=[item.pk])
    return client.post(url, {"period": period, "files": list(files)})


def test_files_are_kept_with_the_row_and_refused_ones_are_named(cast):
    make.make_report(cast.part, "2023-12", state="draft")
    answer = upload(cast.client, cast.item, SimpleUploadedFile("验收.pdf", make.PDF))
    assert (answer.status_code, answer.json()) == (200, {"count": 1, "message": ""})
    answer = upload(cast.client, cast.item, SimpleUploadedFile("脚本.html", b"<script>"))
    assert answer.status_code == 400 and "“脚本.html”未上传" in answer.json()["message"]
    assert Evidence.objects.get().name == "验收.pdf"


def test_file_needs_a_saved_row_and_its_own_organisation(cast):
    file = SimpleUploadedFile("验收.pdf", make.PDF)
    assert "先填写并保存" in upload(cast.client, cast.item, file).json()["message"]
    assert upload(cast.client, cast.item).status_code == 400
    make.make_report(cast.part, "2023-12", state="draft")
    assert upload(make.client_of(cast.stranger), cast.item, file).status_code == 404
    assert not Evidence.objects.exists()
