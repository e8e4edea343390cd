"""The task pages through the front door: who sees what, what a post may change, nothing typed is lost."""

from datetime import date
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from common.models import AuditEntry, PeriodLock
from tasklists.models import Evidence, ProgressReport, StateChange, TaskItem
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def business_date(db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    make.make_business_date()


@pytest.fixture
def cast():
    """One department with its people, the office, and a stranger of another department."""

    class Cast:
        organisation = make.make_organisation("市商务局")
        other = make.make_organisation("市科技局")
        reporter = make.make_user("dept_reporter", organisation)
        reviewer = make.make_user("reviewer", organisation)
        office = make.make_user("coordinator")
        leader = make.make_user("leader")
        stranger = make.make_user("dept_reporter", other)
        task_list = make.make_list("annual")
        item = make.make_item(task_list, lead=organisation, title="冷链仓储二期")
        part = item.assignments.get()

    return Cast


def form(**changes):
    return {
        "version": 0,
        "status": "under_way",
        "percent": "85",
        "text": "设备安装完成",
        "difficulty": "",
        "outlook": "on_time",
        "act": "save",
    } | changes


def report_url(item, period="2023-12"):
    return f"{reverse('tasklists:report', args=[item.pk])}?period={period}"


# --- who sees what -----------------------------------------------------------------------------------


def test_another_organisations_task_is_404_everywhere(cast):
    report = make.make_report(cast.part, "2023-12", state="draft")
    stored = make.make_evidence(report, cast.reporter)
    client = make.client_of(cast.stranger)
    for url in (
        reverse("tasklists:detail", args=[cast.item.pk]),
        reverse("tasklists:report", args=[cast.item.pk]),
        reverse("tasklists:evidence", args=[stored.pk]),
    ):
        assert client.get(url).status_code == 404, url
    for url in (
        reverse("tasklists:report", args=[cast.item.pk]),
        reverse("tasklists:acknowledge", args=[cast.item.pk]),
        reverse("tasklists:evidence_remove", args=[stored.pk]),
    ):
        assert client.post(url, form()).status_code == 404, url
    outside_reviewer = make.client_of(make.make_user("reviewer", cast.other))
    url = reverse("tasklists:decide", args=[report.pk])
    assert outside_reviewer.post(url, {"decision": "approve", "version": 1}).status_code == 404
    report.refresh_from_db()
    assert report.state == "draft" and Evidence.objects.count() == 1


def test_another_organisations_task_is_not_listed_counted_or_exported(cast):
    client = make.client_of(cast.stranger)
    for query in ("", "?q=冷链", f"?org={cast.organisation.code}", "?list=annual"):
        page = client.get(reverse("tasklists:list") + query)
        assert "冷链仓储二期" not in page.content.decode()
        assert page.context["total"] == 0
        assert [tab["count"] for tab in page.context["tabs"]] == [0, 0, 0]
    sheet = client.get(reverse("tasklists:list") + "?_export=xlsx")
    assert "冷链仓储二期" not in str(read_sheet(sheet))


def test_draft_lists_are_the_offices_own(cast):
    draft = make.make_list("draft", state="draft")
    item = make.make_item(draft, lead=cast.organisation, assigned_on=None)
    url = reverse("tasklists:list_detail", args=["draft"])
    assert make.client_of(cast.office).get(url).status_code == 200
    assert make.client_of(cast.reporter).get(url).status_code == 404
    assert make.client_of(cast.reporter).get(reverse("tasklists:detail", args=[item.pk])).status_code == 404


ROLES = ("leader", "coordinator", "dept_reporter", "county_reporter", "reviewer", "sysadmin", "secadmin", "auditor")
BUSINESS = {"leader", "coordinator", "dept_reporter", "county_reporter", "reviewer"}


@pytest.mark.parametrize("role", ROLES)
def test_each_page_answers_only_the_roles_that_may(cast, role):
    organisation = cast.organisation if role.endswith("reporter") or role == "reviewer" else None
    client = make.client_of(make.make_user(role, organisation))
    expected = {
        reverse("tasklists:list"): role in BUSINESS,
        reverse("tasklists:detail", args=[cast.item.pk]): role in BUSINESS,
        reverse("tasklists:list_detail", args=["annual"]): role in BUSINESS,
        reverse("tasklists:report", args=[cast.item.pk]): role.endswith("reporter"),
        reverse("tasklists:review"): role in {"coordinator", "reviewer"},
        reverse("tasklists:import"): role == "coordinator",
    }
    for url, allowed in expected.items():
        assert client.get(url).status_code == (200 if allowed else 403), (role, url)
    assert client.post(reverse("tasklists:assign", args=["annual"])).status_code == (
        302 if role == "coordinator" else 403
    )


def test_strangers_to_the_site_are_sent_to_sign_in(client, cast):
    for url in (reverse("tasklists:list"), reverse("tasklists:mine"), report_url(cast.item)):
        assert client.get(url).url.startswith("/login/?next=")


def test_organisation_sees_only_its_own_reporting_on_a_shared_task(cast):
    shared = make.make_item(cast.task_list, lead=cast.organisation, responsible=[cast.other])
    report = make.make_report(shared.assignments.get(organisation=cast.organisation), "2023-11", text="内部进展")
    shared.events.create(
        kind="submitted", on=date(2023, 11, 15), organisation=cast.organisation, report=report, text="内部进展"
    )
    url = reverse("tasklists:detail", args=[shared.pk])
    assert "内部进展" in make.client_of(cast.reporter).get(url).content.decode()
    assert "内部进展" not in make.client_of(cast.stranger).get(url).content.decode()


# --- reporting ---------------------------------------------------------------------------------------


def test_reporter_saves_then_hands_in_and_the_reviewers_queue_fills(cast):
    client = make.client_of(cast.reporter)
    assert client.post(report_url(cast.item), form()).status_code == 302
    page = client.get(report_url(cast.item)).content.decode()
    assert "设备安装完成" in page
    answer = client.post(report_url(cast.item), form(version=1, act="submit"), follow=True)
    assert "已提交，等待单位审核" in answer.content.decode()
    queue = make.client_of(cast.reviewer).get(reverse("tasklists:review")).content.decode()
    assert "冷链仓储二期" in queue and "设备安装完成" in queue


def test_same_post_twenty_times_makes_one_row(cast):
    client = make.client_of(cast.reporter)
    for _ in range(20):
        assert client.post(report_url(cast.item), form(act="submit")).status_code == 302
    assert ProgressReport.objects.count() == 1
    assert cast.item.events.count() == 1
    assert AuditEntry.objects.filter(action="提交填报").count() == 1


def test_posted_fields_that_are_not_the_forms_change_nothing(cast):
    extra = {
        "state": "approved",
        "approved_on": "2023-12-13",
        "approved_by": cast.reporter.pk,
        "assignment": make.make_item(lead=cast.other).assignments.get().pk,
        "organisation": cast.other.pk,
        "period": "2023-10",
        "organisation_reviewed_by": cast.reviewer.pk,
        "is_demo": "on",
    }
    make.client_of(cast.reporter).post(report_url(cast.item), form(**extra))
    report = ProgressReport.objects.get()
    assert (report.state, report.period, report.assignment) == ("draft", "2023-12", cast.part)
    assert report.approved_on is None and report.organisation_reviewed_by is None and not report.is_demo


def test_impossible_percent_is_refused_at_its_field_and_the_text_stays(cast):
    answer = make.client_of(cast.reporter).post(report_url(cast.item), form(percent="130", text="一段很长的进展"))
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "完成百分比应为 0—100，现填 130，未保存。" in page
    assert "一段很长的进展" in page and 'value="130"' in page
    assert not ProgressReport.objects.exists()


@pytest.mark.parametrize("percent", ["", "abc", "12.5", "-3", "１２３４"])
def test_other_unfit_percents_are_refused_too(cast, percent):
    answer = make.client_of(cast.reporter).post(report_url(cast.item), form(percent=percent))
    assert answer.status_code == 400 and not ProgressReport.objects.exists()


def test_second_editor_sees_both_versions_and_can_save_over(cast):
    client = make.client_of(cast.reporter)
    client.post(report_url(cast.item), form())
    client.post(report_url(cast.item), form(version=1, percent="90", text="同事写的"))
    answer = client.post(report_url(cast.item), form(version=1, percent="70", text="我写的"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "同事写的" in page and page.count("我写的") >= 2
    assert ProgressReport.objects.get().text == "同事写的"
    newest = answer.context["form"]["version"].value()
    assert client.post(report_url(cast.item), form(version=newest, percent="70", text="我写的")).status_code == 302
    assert ProgressReport.objects.get().text == "我写的"


def test_locked_month_keeps_its_report_and_says_so(cast):
    PeriodLock.objects.create(area="tasks", period="2023-11", locked_on=make.TODAY)
    answer = make.client_of(cast.reporter).post(report_url(cast.item, "2023-11"), form(text="迟到的进展"))
    assert answer.status_code == 400
    assert "2023年11月已锁定" in answer.content.decode()
    assert not ProgressReport.objects.exists()


def test_months_that_are_none_are_404(cast):
    client = make.client_of(cast.reporter)
    for period in ("2023-13", "x", "2023"):
        assert client.get(report_url(cast.item, period)).status_code == 404


def test_submission_that_lacks_something_is_kept_as_draft(cast):
    answer = make.client_of(cast.reporter).post(
        report_url(cast.item), form(act="submit", status="claimed", percent="100")
    )
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "佐证材料" in page and "已存为草稿" in page
    assert ProgressReport.objects.get().state == "draft"


def test_user_text_is_shown_as_text(cast):
    client = make.client_of(cast.reporter)
    client.post(report_url(cast.item), form(act="submit", text="<script>alert(1)</script>"))
    for user, url in (
        (cast.reviewer, reverse("tasklists:review")),
        (cast.office, reverse("tasklists:detail", args=[cast.item.pk])),
    ):
        page = make.client_of(user).get(url).content.decode()
        assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def test_own_tasks_are_counted_by_what_they_need(cast):
    names = ("待填", "退回", "草稿", "已交", "办完")
    items = {name: make.make_item(cast.task_list, lead=cast.organisation, title=name) for name in names}
    cast.item.delete()
    make.make_report(items["退回"].assignments.get(), "2023-11", state="returned")
    make.make_report(items["草稿"].assignments.get(), "2023-12", state="draft")
    make.make_report(items["已交"].assignments.get(), "2023-12", state="submitted")
    make.make_state_change(items["办完"])
    page = make.client_of(cast.reporter).get(reverse("tasklists:mine"))
    shown = {part["key"]: [row.line.item.title for row in part["rows"]] for part in page.context["sections"]}
    assert shown == {"open": ["待填", "退回", "草稿"], "handed_in": ["已交"]}
    counts = page.context["counts"]
    assert (counts["empty"], counts["saved"], counts["handed_in"], page.context["done"]) == (2, 1, 1, 1)
    assert f"{reverse('tasklists:report', args=[items['退回'].pk])}?period=2023-11" in page.content.decode()


# --- evidence ----------------------------------------------------------------------------------------


def test_evidence_comes_back_as_an_attachment_to_those_who_may(cast):
    client = make.client_of(cast.reporter)
    upload = SimpleUploadedFile("验收 意见.pdf", make.PDF, content_type="text/html")
    client.post(report_url(cast.item), form(files=[upload]))
    url = reverse("tasklists:evidence", args=[Evidence.objects.get().pk])
    for user in (cast.reporter, cast.reviewer, cast.office, cast.leader):
        answer = make.client_of(user).get(url)
        assert b"".join(answer.streaming_content) == make.PDF
        assert answer["Content-Disposition"].startswith("attachment")
        assert answer["Content-Type"] == "application/octet-stream"
    assert make.client_of(cast.stranger).get(url).status_code == 404


def test_refused_file_is_named_and_the_report_is_kept(cast):
    upload = SimpleUploadedFile("脚本.html", b"<script>")
    answer = make.client_of(cast.reporter).post(report_url(cast.item), form(act="submit", files=[upload]))
    assert "佐证材料“脚本.html”未上传" in answer.content.decode()
    assert ProgressReport.objects.get().state == "draft" and not Evidence.objects.exists()


# --- review and closing ------------------------------------------------------------------------------


def submitted(cast, **fields):
    return make.make_report(
        cast.part, "2023-12", **{"state": "submitted", "submitted_by": cast.reporter, "percent": 88} | fields
    )


def decide(user, report, **data):
    return make.client_of(user).post(
        reverse("tasklists:decide", args=[report.pk]), {"version": report.version, **data}, follow=True
    )


def test_report_passes_reviewer_and_office_and_then_counts(cast):
    report = submitted(cast)
    decide(cast.reviewer, report, decision="approve")
    report.refresh_from_db()
    assert report.state == "org_approved"
    decide(cast.office, report, decision="approve")
    assert TaskItem.objects.as_of(make.TODAY).get().percent == 88


def test_task_page_leads_to_its_report_in_the_queue(cast):
    other = make.make_item(cast.task_list, lead=cast.organisation, title="另一项")
    make.make_report(other.assignments.get(), "2023-12", state="submitted")
    report = submitted(cast)
    client = make.client_of(cast.reviewer)
    link = f"{reverse('tasklists:review')}?report={report.pk}"
    assert link in client.get(reverse("tasklists:detail", args=[cast.item.pk])).content.decode()
    page = client.get(link).content.decode()
    assert "冷链仓储二期" in page and "另一项" not in page
    assert "另一项" in client.get(f"{reverse('tasklists:review')}?report=999999").content.decode()


def test_returned_report_reaches_its_reporter_with_the_reason(cast):
    decide(cast.reviewer, submitted(cast), decision="return", reason="请补照片")
    page = make.client_of(cast.reporter).get(reverse("tasklists:mine")).content.decode()
    assert "请补照片" in page


def test_return_without_reason_keeps_the_report_waiting(cast):
    report = submitted(cast)
    answer = decide(cast.reviewer, report, decision="return", reason="")
    assert answer.status_code == 409 and "退回须写明原因" in answer.content.decode()
    report.refresh_from_db()
    assert report.state == "submitted"


def test_reviewer_with_an_old_page_keeps_the_typed_reason(cast):
    report = submitted(cast)
    ProgressReport.objects.update(version=7, text="新内容")
    answer = decide(cast.reviewer, report, decision="return", reason="我写的原因")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "新内容" in page and "我写的原因" in page


def test_htmx_gets_the_card_back_in_place(cast):
    report = submitted(cast)
    answer = make.client_of(cast.reviewer).post(
        reverse("tasklists:decide", args=[report.pk]),
        {"version": 1, "decision": "approve"},
        headers={"HX-Request": "true"},
    )
    page = answer.content.decode()
    assert "已通过" in page and "<html" not in page and f'id="report-{report.pk}"' in page


def test_reporter_cannot_review_and_county_reporter_cannot_close(cast):
    report = submitted(cast, state="org_approved", status="claimed", percent=100)
    make.make_evidence(report, cast.reporter)
    for user in (cast.reporter, make.make_user("county_reporter", cast.organisation), cast.leader):
        assert decide(user, report, decision="close").status_code == 403
    answer = decide(cast.reviewer, report, decision="close")
    assert answer.status_code == 409
    assert not StateChange.objects.exists()


def test_office_verifies_a_claim_and_the_task_is_closed(cast):
    report = submitted(cast, state="org_approved", status="claimed", percent=100)
    make.make_evidence(report, cast.reporter)
    assert "核验并销号" in make.client_of(cast.office).get(reverse("tasklists:review")).content.decode()
    for _ in range(3):
        decide(cast.office, report, decision="close")
    assert StateChange.objects.get().state == "closed"
    page = make.client_of(cast.leader).get(reverse("tasklists:detail", args=[cast.item.pk])).content.decode()
    assert "已销号" in page


def test_claim_without_evidence_offers_no_closing(cast):
    submitted(cast, state="org_approved", status="claimed", percent=100)
    page = make.client_of(cast.office).get(reverse("tasklists:review")).content.decode()
    assert "没有佐证材料，不能销号" in page


def test_signing_for_a_task_shows_in_its_timeline(cast):
    client = make.client_of(cast.reporter)
    for _ in range(2):
        client.post(reverse("tasklists:acknowledge", args=[cast.item.pk]))
    assert cast.item.events.filter(kind="acknowledged").count() == 1


def test_reading_a_page_changes_nothing(cast):
    report = submitted(cast)
    for url in (reverse("tasklists:decide", args=[report.pk]), reverse("tasklists:acknowledge", args=[cast.item.pk])):
        assert make.client_of(cast.reviewer).get(url).status_code in (403, 405)
    report.refresh_from_db()
    assert report.state == "submitted"


# --- the list ----------------------------------------------------------------------------------------


def shown(client, query):
    page = client.get(reverse("tasklists:list") + query)
    assert page.status_code == 200
    return [row.title for row in page.context["page"].object_list.data]


def test_filters_find_what_their_address_says(cast):
    cast.item.delete()
    lead, other = cast.organisation, cast.other
    make.make_item(cast.task_list, lead=lead, title="甲", due_on=date(2023, 10, 1))
    closed = make.make_item(cast.task_list, lead=other, title="乙", code="9-9")
    make.make_state_change(closed, on=date(2023, 11, 20))
    second = make.make_list("policy")
    aspect = make.make_aspect(second, "市场融入")
    fine = make.make_item(second, lead=other, title="丙", aspect=aspect, due_on=date(2024, 6, 30))
    make.make_report(fine.assignments.get(), percent=95)
    make.make_item(make.make_list("old", state="reference"), lead=lead, title="旧", assigned_on=None)
    client = make.client_of(cast.office)
    for query, titles in {
        "": ["甲", "乙", "丙"],
        "?list=policy": ["丙"],
        "?list=old": ["旧"],
        "?state=closed": ["乙"],
        "?state=under_way": ["甲", "丙"],
        "?state=not_started": ["甲"],
        "?light=red": ["甲"],
        "?light=red&light=green": ["甲", "丙"],
        "?reason=overdue": ["甲"],
        "?aspect=市场融入": ["丙"],
        f"?org={other.code}": ["乙", "丙"],
        f"?lead={lead.code}": ["甲"],
        "?closed_month=2023-11": ["乙"],
        "?closed_month=2023-10": [],
        "?closed_month=nonsense": [],
        "?due_from=2024-01-01": ["丙"],
        "?due_to=2023-10-01": ["甲"],
        "?q=9-9": ["乙"],
        "?q=科技": ["乙", "丙"],
        "?tab=attention": ["甲"],
        "?sort=light": ["甲", "丙", "乙"],
        "?sort=-due_on": ["丙", "乙", "甲"],
        "?as_of=2023-11-19&state=closed": [],
        "?as_of=2023-02-01": [],
    }.items():
        assert shown(client, query) == titles, query


def test_reference_lists_are_read_without_lights_or_progress(cast):
    reference = make.make_list("old", state="reference")
    item = make.make_item(reference, lead=cast.organisation, title="旧任务", assigned_on=None)
    client = make.client_of(cast.office)
    for url in (
        reverse("tasklists:list") + "?list=old",
        reverse("tasklists:detail", args=[item.pk]),
        reverse("tasklists:list_detail", args=["old"]),
    ):
        page = client.get(url).content.decode()
        assert "旧任务" in page
        assert "#l-red" not in page.split("</defs>")[-1] and "未启动" not in page.split('class="tbl', 1)[-1]


def test_nonsense_in_the_address_is_answered_with_a_sentence(cast):
    client = make.client_of(cast.office)
    for query in ("?light=purple", "?list=nix", "?due_from=never", "?as_of=2023-99-01", "?sort=;drop", "?page=x"):
        assert client.get(reverse("tasklists:list") + query).status_code == 200, query


def read_sheet(answer):
    return CalamineWorkbook.from_filelike(BytesIO(answer.getvalue())).get_sheet_by_index(0).to_python()


def test_sheet_holds_exactly_what_is_shown(cast):
    make.make_item(cast.task_list, lead=cast.organisation, title="=1+1", due_on=date(2023, 10, 1))
    answer = make.client_of(cast.office).get(reverse("tasklists:list") + "?light=red&_export=xlsx")
    text = str(read_sheet(answer))
    assert "=1+1" in text and "截至 2023-12-13" in text and "灯：" in text


PAGES = {
    "list": lambda cast: (cast.office, reverse("tasklists:list") + "?per_page=100"),
    "mine": lambda cast: (cast.reporter, reverse("tasklists:mine")),
    "review": lambda cast: (cast.office, reverse("tasklists:review")),
    "structure": lambda cast: (cast.office, reverse("tasklists:list_detail", args=["annual"])),
    "sheet": lambda cast: (cast.office, reverse("tasklists:list") + "?_export=xlsx"),
}


@pytest.mark.parametrize("page", PAGES)
def test_number_of_queries_does_not_grow_with_rows(cast, page):
    user, url = PAGES[page](cast)

    def queries(rows):
        for _ in range(rows):
            item = make.make_item(cast.task_list, lead=cast.organisation, responsible=[cast.other])
            part = item.assignments.get(role="lead")
            make.make_report(part, "2023-11")
            make.make_report(part, "2023-12", state="org_approved")
        client = make.client_of(user)
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    few = queries(5)
    assert queries(45) == few


def test_number_of_queries_of_a_task_does_not_grow_with_its_parts(cast):
    def queries(parts):
        item = make.make_item(cast.task_list, responsible=[make.make_organisation() for _ in range(parts)])
        for part in item.assignments.all():
            report = make.make_report(part, "2023-11")
            make.make_evidence(report, cast.reporter)
            item.events.create(kind="submitted", on=date(2023, 11, 15), organisation=part.organisation, report=report)
        client = make.client_of(cast.office)
        url = reverse("tasklists:detail", args=[item.pk])
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    few = queries(3)
    assert queries(20) == few
