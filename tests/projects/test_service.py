"""Cases of companies: registered, accepted, handed over, finished or refused, rated; late ones; statistics."""

import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.models import Notice
from common.errors import UserError
from common.models import AuditEntry
from common.versions import StaleVersion
from projects.models import CaseStep, ServiceCase
from projects.service import cases, reminders, statistics
from projects.service.deadlines import WORKING_DAYS, due_date, overdue_cases, time_left
from projects.tasks import check_service
from tests.common.racing import race
from tests.make import TODAY, client_of, make_business_date, make_user
from tests.projects.make import make_county, make_project
from tests.projects.service import Cast

pytestmark = pytest.mark.django_db
LIST = "/projects/service/"


def url(name, case):
    return reverse(f"projects:{name}", args=[case.pk])


def typed(cast, **fields):
    known = {
        "channel": "request",
        "category": "land",
        "company": "京禾科技",
        "county": cast.county.code,
        "text": "用地手续久拖未办",
        "received_on": "2023-12-01",
    }
    return known | fields


# --- registration ----------------------------------------------------------------------------------


def test_a_county_registers_its_companys_request(cast):
    client = client_of(cast.county_reporter)
    answer = client.post(reverse("projects:case_new"), typed(cast, contact="李工", phone="0534-1234567"))
    case = ServiceCase.objects.get()
    assert answer["Location"].startswith(url("case", case))
    assert (case.number, case.state, case.county) == ("QS-2023-0001", "received", cast.county)
    assert case.due_on == due_date("land", date(2023, 12, 1)) == date(2023, 12, 22)
    assert [step.text for step in case.steps.all()] == ["诉求已登记。"]
    assert AuditEntry.objects.filter(action="登记企业诉求", target_id=str(case.pk)).count() == 1
    assert "QS-2023-0001" in client.get(url("case", case)).content.decode()


def test_the_same_entry_posted_again_is_the_same_case(cast):
    client = client_of(cast.county_reporter)
    for _ in range(5):
        assert client.post(reverse("projects:case_new"), typed(cast)).status_code == 302
    assert ServiceCase.objects.count() == CaseStep.objects.count() == 1


def test_numbers_run_by_channel_and_year(cast):
    first = cast.open()
    second = cast.open(company="华蘅装备")
    hotline = cast.open(company="津沐食品", channel="hotline")
    earlier = cast.open(company="冀桓物流", received_on=date(2022, 12, 30))
    assert [case.number for case in (first, second, hotline, earlier)] == [
        "QS-2023-0001",
        "QS-2023-0002",
        "RX-2023-0001",
        "QS-2022-0001",
    ]


def test_the_number_after_9999_has_five_digits(cast):
    case = cast.open()
    ServiceCase.objects.filter(pk=case.pk).update(number="QS-2023-9999")
    assert cast.open(company="甲").number == "QS-2023-10000"
    assert cast.open(company="乙").number == "QS-2023-10001"


@pytest.mark.django_db(transaction=True)
def test_cases_registered_at_once_get_different_numbers():
    people = Cast()
    race(lambda n: people.open(company=f"公司{n}"), 8)
    numbers = set(ServiceCase.objects.values_list("number", flat=True))
    assert numbers == {f"QS-2023-{n:04d}" for n in range(1, 9)}


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("company", " ", "请填写企业名称。"),
        ("text", "", "请写明诉求内容。"),
        ("category", "", "请选择类别。"),
        ("received_on", "2023-12-14", "收到日期不能晚于今天（2023-12-13）。"),
        ("received_on", "昨天", "日期应写作 2023-12-13。"),
        ("project", "P404", "没有编号为“P404”的项目"),
    ],
)
def test_bad_input_is_answered_at_its_place_and_keeps_the_rest(cast, field, value, sentence):
    page = client_of(cast.county_reporter).post(
        reverse("projects:case_new"), typed(cast, **{field: value, "contact": "李工"})
    )
    assert page.status_code == 200 and ServiceCase.objects.count() == 0
    assert sentence in str(page.context["form"].errors[field])
    assert "李工" in page.content.decode()


def test_all_that_a_case_lacks_is_said_at_once(cast):
    page = client_of(cast.county_reporter).post(
        reverse("projects:case_new"), typed(cast, company=" ", text="", category="")
    )
    assert set(page.context["form"].errors) == {"company", "text", "category"}


def test_a_county_cannot_register_for_another(cast):
    client = client_of(cast.county_reporter)
    page = client.post(reverse("projects:case_new"), typed(cast, county=cast.other_county.code))
    assert page.context["form"].errors["county"] and ServiceCase.objects.count() == 0
    with pytest.raises(UserError, match="只能登记本县"):
        cast.open(county=cast.other_county)


def test_another_countys_project_is_unknown_to_the_form(cast):
    strange, own = make_project(cast.other_county), make_project(cast.county)
    client = client_of(cast.county_reporter)
    page = client.post(reverse("projects:case_new"), typed(cast, project=strange.code))
    assert strange.name not in page.content.decode() and page.context["form"].errors["project"]
    client.post(reverse("projects:case_new"), typed(cast, project=own.code))
    assert ServiceCase.objects.get().project == own
    office = client_of(cast.office).post(reverse("projects:case_new"), typed(cast, project=strange.code))
    assert "不在甲县" in str(office.context["form"].errors["project"])


def test_departments_and_leaders_register_nothing(cast):
    assert client_of(cast.handler).post(reverse("projects:case_new"), typed(cast)).status_code == 302
    assert client_of(cast.leader).post(reverse("projects:case_new"), typed(cast)).status_code == 403
    assert ServiceCase.objects.count() == 0


# --- who sees what ---------------------------------------------------------------------------------


def test_a_case_is_seen_by_its_county_its_handler_office_and_leader(cast):
    case = cast.accepted()
    for user in (cast.county_reporter, cast.handler, cast.handler_reviewer, cast.office, cast.leader):
        client = client_of(user)
        assert client.get(url("case", case)).status_code == 200
        assert case.number in client.get(LIST).content.decode()
    for user in (cast.other_county_reporter, cast.outsider):
        client = client_of(user)
        assert client.get(url("case", case)).status_code == 404
        assert client.get(LIST, {"q": case.number}).context["total"] == 0
        assert client.post(url("case_finish", case), {"result": "x", "version": case.version}).status_code == 404


def test_who_sees_but_may_not_act_is_refused_and_the_attempt_is_kept(cast):
    case = cast.done()
    attempts = AuditEntry.objects.filter(action="越权访问")
    for user in (cast.handler, cast.leader, cast.handler_reviewer):
        answer = client_of(user).post(url("case_rate", case), {"satisfaction": "very", "version": case.version})
        assert answer.status_code == 403
    assert attempts.count() == 3
    case.refresh_from_db()
    assert case.satisfaction == ""


# --- the course of a case --------------------------------------------------------------------------


def test_a_case_goes_from_acceptance_to_rating_through_the_pages(cast):
    case = cast.open()
    county, bureau = client_of(cast.county_reporter), client_of(cast.handler)
    assert bureau.get(url("case", case)).status_code == 404
    county.post(url("case_accept", case), {"handler": cast.bureau.code, "version": case.version})
    case.refresh_from_db()
    assert (case.state, case.handler, case.accepted_on) == ("accepted", cast.bureau, TODAY)
    bureau.post(url("case_step", case), {"text": "已与企业对接", "is_public": "on"})
    bureau.post(url("case_step", case), {"text": "内部会商"})
    bureau.post(url("case_finish", case), {"result": "手续已办妥", "version": case.version})
    case.refresh_from_db()
    assert (case.state, case.result, case.done_on) == ("done", "手续已办妥", TODAY)
    county.post(url("case_rate", case), {"satisfaction": "satisfied", "note": "还可再快", "version": case.version})
    case.refresh_from_db()
    assert (case.satisfaction, case.rated_on) == ("satisfied", TODAY)
    assert set(case.steps.filter(is_public=True).values_list("text", flat=True)) == {
        "诉求已登记。",
        "已受理，由市自然资源局承办。",
        "已与企业对接",
        "已办结。",
    }
    page = county.get(url("case", case)).content.decode()
    assert "还可再快" in page and "内部会商" in page


def test_acceptance_needs_a_handler(cast):
    case = cast.open()
    page = client_of(cast.county_reporter).post(url("case_accept", case), {"version": case.version})
    assert "请先选定承办单位。" in page.content.decode()
    case.refresh_from_db()
    assert case.state == "received"


def test_a_case_is_finished_only_after_acceptance_and_with_a_result(cast):
    case = cast.open(handler=cast.bureau)
    with pytest.raises(UserError, match="受理后才能办结"):
        cases.finish_case(case=case, result="好了", version=case.version, by=cast.handler, on=TODAY)
    case = cast.accepted(company="另一家")
    page = client_of(cast.handler).post(url("case_finish", case), {"result": " ", "version": case.version})
    assert "请写办理结果。" in page.content.decode()


def test_a_case_handed_over_leaves_the_first_handlers_sight(cast):
    case = cast.accepted()
    client = client_of(cast.handler)
    answer = client.post(
        url("case_hand_over", case),
        {"handler": cast.other_bureau.code, "reason": "不属本局职责", "version": case.version},
        follow=True,
    )
    assert answer.redirect_chain[-1][0] == LIST
    assert client.get(url("case", case)).status_code == 404
    case.refresh_from_db()
    assert case.handler == cast.other_bureau and case.due_on == due_date("land", case.received_on)
    assert Notice.objects.filter(recipient=cast.outsider, title__contains="转由本单位承办").count() == 1


def test_a_refusal_is_dated_and_reasoned_and_final(cast):
    case = cast.open()
    client = client_of(cast.county_reporter)
    assert "请写明不予受理的原因。" in client.post(url("case_refuse", case), {"version": 1}).content.decode()
    client.post(url("case_refuse", case), {"reason": "属司法程序事项", "version": case.version})
    case.refresh_from_db()
    assert (case.state, case.result, case.done_on) == ("refused", "属司法程序事项", TODAY)
    page = client.post(url("case_accept", case), {"handler": cast.bureau.code, "version": case.version})
    case.refresh_from_db()
    assert case.state == "refused" and page.status_code == 200


def test_doing_an_act_again_changes_nothing(cast):
    case = cast.accepted()
    client = client_of(cast.handler)
    for _ in range(4):
        client.post(url("case_step", case), {"text": "已对接"})
    for _ in range(4):
        client.post(url("case_finish", case), {"result": "办妥", "version": case.version})
    case.refresh_from_db()
    assert (case.state, case.version) == ("done", 3)
    assert case.steps.filter(text="已对接").count() == case.steps.filter(text="已办结。").count() == 1


def test_who_saves_over_a_newer_version_keeps_the_typing(cast):
    case = cast.accepted()
    stale = case.version
    cases.hand_over(case=case, handler=cast.other_bureau, reason="分工", version=stale, by=cast.office, on=TODAY)
    page = client_of(cast.office).post(url("case_finish", case), {"result": "写了很多字", "version": stale})
    assert page.status_code == 409
    assert "写了很多字" in page.content.decode() and "刚被他人办理过" in page.content.decode()
    with pytest.raises(StaleVersion):
        cases.finish_case(case=case, result="x", version=stale, by=cast.office, on=TODAY)


def test_a_county_that_handles_its_own_case_does_not_rate_it(cast):
    case = cast.open()
    case = cases.accept_case(case=case, handler=cast.county, version=case.version, by=cast.county_reporter, on=TODAY)
    case = cases.finish_case(case=case, result="办妥", version=case.version, by=cast.county_reporter, on=TODAY)
    rating = {"satisfaction": "very", "version": case.version}
    assert client_of(cast.county_reporter).post(url("case_rate", case), rating).status_code == 403
    assert client_of(cast.office).post(url("case_rate", case), rating).status_code == 302


# --- deadlines -------------------------------------------------------------------------------------


def test_every_category_has_its_working_days():
    assert set(WORKING_DAYS) == set(ServiceCase.Category)
    assert due_date("utilities", date(2023, 9, 28)) == date(2023, 10, 11)  # the holidays, then a weekend worked


def test_time_left_is_said_in_working_days_and_lateness_in_days(cast):
    case = cast.open()
    assert time_left(case, date(2023, 12, 13)) == "还剩 7 个工作日"
    assert time_left(case, date(2023, 12, 22)) == "今天到期"
    assert time_left(case, date(2023, 12, 25)) == "逾期 3 天"
    case.done_on = date(2023, 12, 24)
    assert time_left(case, date(2023, 12, 23)) == "逾期 1 天"
    assert time_left(case, date(2023, 12, 24)) == "逾期 2 天办结"


def test_overdue_cases_are_those_of_the_date(cast):
    late = cast.open(company="迟", received_on=date(2023, 11, 1))
    in_time = cast.open(company="早")
    finished = cast.done(company="完", received_on=date(2023, 11, 1))
    assert set(overdue_cases(TODAY)) == {late}
    assert set(overdue_cases(TODAY - timedelta(days=1))) == {late, finished}
    assert set(overdue_cases(late.due_on)) == set()
    assert in_time in overdue_cases(date(2023, 12, 23))


def test_the_list_shows_the_states_of_its_date(cast):
    case = cast.done(received_on=date(2023, 11, 1))
    client = client_of(cast.office)
    shown = {
        day: client.get(LIST, {"as_of": day}).content.decode().split("<tbody>")[-1]
        for day in ("2023-12-12", "2023-12-13")
    }
    assert "待受理" in shown["2023-12-12"] and "已办结" in shown["2023-12-13"]
    assert case.number not in client.get(LIST, {"as_of": "2023-10-31"}).content.decode()
    for query, found in (
        ({"late": "open", "as_of": "2023-12-12"}, 1),
        ({"late": "open"}, 0),
        ({"late": "done"}, 1),
        ({"late": "in_time"}, 0),
        ({"state": "done"}, 1),
        ({"channel": "hotline"}, 0),
        ({"category": "land"}, 1),
        ({"handler": cast.bureau.code}, 1),
        ({"county": cast.county.code}, 1),
        ({"satisfaction": "-"}, 1),
        ({"satisfaction": "good"}, 0),
        ({"received_from": "2023-11-02"}, 0),
    ):
        assert client.get(LIST, query).context["total"] == found, query


def test_the_sheet_holds_what_the_list_shows(cast):
    cast.done(received_on=date(2023, 11, 1))
    cast.open(company="津沐食品")
    sheet = client_of(cast.office).get(LIST, {"_export": "xlsx", "state": "done"})
    values = [
        cell for row in load_workbook(io.BytesIO(sheet.content)).active.iter_rows(values_only=True) for cell in row
    ]
    assert "QS-2023-0001" in values and "逾期 21 天办结" in values and "津沐食品" not in values


def test_handlers_are_reminded_once_before_and_once_after(cast):
    case = cast.accepted()  # due on the 22nd
    unhandled = cast.open(company="未定承办")
    Notice.objects.all().delete()
    for day in range(18, 28):
        reminders.remind(on=date(2023, 12, day))
        reminders.remind(on=date(2023, 12, day))
    told = Notice.objects.filter(recipient=cast.handler).order_by("on")
    assert [(notice.on, notice.url) for notice in told] == [
        (date(2023, 12, 20), url("case", case)),
        (date(2023, 12, 23), url("case", case)),
    ]
    assert Notice.objects.filter(recipient=cast.county_reporter, url=url("case", unhandled)).count() == 2
    assert not Notice.objects.filter(recipient=cast.outsider).exists()


def test_the_nightly_task_reminds(cast):
    cast.accepted(received_on=date(2023, 11, 1))
    Notice.objects.all().delete()
    check_service()
    check_service()
    assert Notice.objects.filter(recipient=cast.handler, title__contains="已逾期").count() == 1


# --- statistics ------------------------------------------------------------------------------------


def test_statistics_count_the_years_cases(cast):
    late = cast.done(company="甲", received_on=date(2023, 11, 1))
    cast.done(company="乙")
    cast.open(company="丙", received_on=date(2023, 11, 1), category="policy")
    cast.open(company="丁", received_on=date(2022, 11, 1))
    cases.rate_case(case=late, satisfaction="partly", note="", version=late.version, by=cast.office, on=TODAY)
    found = statistics.year_statistics(ServiceCase.objects.as_of(TODAY), TODAY)
    total = found.total
    assert (total.received, total.done, total.in_time, total.overdue, total.rated) == (3, 2, 1, 1, 1)
    assert total.on_time_rate == Decimal("33.3") and total.good_rate == Decimal("0.0")
    assert total.median_days == Decimal("19.0")  # 30 and 8 working days
    assert [h.label for h in found.categories] == ["用地规划", "政策兑现"]
    assert found.categories[1].median_days is None and found.categories[1].good_rate is None
    before = statistics.year_statistics(ServiceCase.objects.as_of(date(2023, 12, 12)), date(2023, 12, 12))
    assert (before.total.received, before.total.done) == (3, 0)


def test_every_number_of_the_statistics_opens_its_rows(cast):
    cast.done(received_on=date(2023, 11, 1))
    cast.open(company="丙", received_on=date(2023, 11, 1), category="policy")
    client = client_of(cast.leader)
    page = client.get(reverse("projects:case_statistics"))
    assert page.status_code == 200
    for table in page.context["tables"]:
        for row in table["rows"]:
            handling = row["handling"]
            for key, count in (
                ("received_url", handling.received),
                ("done_url", handling.done),
                ("overdue_url", handling.overdue),
            ):
                assert client.get(row[key]).context["total"] == count


def test_a_county_reads_the_statistics_of_its_own_cases(cast):
    cast.open()
    cast.open(company="别县", county=cast.other_county, by=cast.office)
    page = client_of(cast.county_reporter).get(reverse("projects:case_statistics"))
    assert page.context["found"].total.received == 1
    assert client_of(cast.office).get(reverse("projects:case_statistics")).context["found"].total.received == 2


def test_a_project_opens_the_form_with_what_is_known(cast):
    project = make_project(cast.county, investor="京禾集团")
    page = client_of(cast.office).get(reverse("projects:case_new"), {"project": project.code})
    assert page.context["form"].initial["company"] == "京禾集团"


def test_the_year_ends_with_the_old_years_numbers():
    make_business_date(date(2024, 1, 2))
    county = make_county("丙县")
    by = make_user("county_reporter", county)
    made = cases.open_case(
        channel="request",
        company="跨年公司",
        category="other",
        text="诉求",
        county=county,
        received_on=date(2024, 1, 2),
        by=by,
        on=date(2024, 1, 2),
    )
    assert made.number == "QS-2024-0001"
