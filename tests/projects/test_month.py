"""A county's month of money as one grid: saved row by row, refused at the cell, handed in at once."""

import json
from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.urls import reverse

from common.models import AuditEntry, PeriodLock
from projects import verification
from projects.models import FundEntry, InvestmentEntry, MonthLine
from tests import make
from tests.make import TODAY, client_of, make_user
from tests.projects.make import make_county, make_fund, make_project
from tests.projects.money import claim, invest, make_cast, picture

pytestmark = pytest.mark.django_db
MONTH = "2023-12"


@pytest.fixture(autouse=True)
def demo_day():
    make.make_business_date()


@pytest.fixture
def cast():
    return make_cast()


def url(name="month", kind="funds", *more):
    return reverse(f"projects:{name}", args=[kind, *more])


def send(cast, *rows, kind="funds", name="month", period=MONTH, by=None):
    """Post rows (of the cast's project unless they say otherwise); return status and the project's answers."""
    rows = [{"part": cast.project.pk, "version": 0} | row for row in rows]
    body = json.dumps({"period": period, "rows": rows})
    answer = client_of(by or cast.reporter).post(url(name, kind), body, content_type="application/json")
    said = answer.json() if answer["Content-Type"] == "application/json" else {}
    return SimpleNamespace(status=answer.status_code, rows=said.get("rows", {}), **said.get("rows", {}).get(
        str(rows[0]["part"]), {}
    ))  # fmt: skip


def upload(cast, file=None, period=MONTH):
    body = {"period": period, "files": file or picture()}
    return client_of(cast.reporter).post(url("month_voucher", "funds", cast.project.pk), body)


def typed(amount="1200", **more):
    return {"amount": amount, "voucher_kind": "银行进账单", "voucher_number": "HK-1"} | more


def line():
    return MonthLine.objects.get()


# --- the page ----------------------------------------------------------------------------------


def test_the_month_shows_the_countys_live_signed_projects_alone(cast):
    signed = cast.project
    lead = make_project(cast.county, stages=[("lead", date(2023, 1, 1))])
    lost = make_project(cast.county, stages=[("signed", date(2023, 1, 1)), ("lost", date(2023, 6, 1))])
    later = make_project(cast.county, stages=[("signed", date(2023, 12, 5))])
    others = make_project(make_county("外县"), stages=[("signed", date(2023, 1, 1))])
    page = client_of(cast.reporter).get(url(), {"period": "2023-11"}).content.decode()
    assert signed.name in page
    assert not [row.name for row in (lead, lost, later, others) if f">{row.name}<" in page]
    assert f">{later.name}<" in client_of(cast.reporter).get(url()).content.decode()


@pytest.mark.parametrize("words", ["无新增", " 无 "])
def test_nothing_added_may_be_written_in_words(cast, words):
    assert send(cast, {"amount": words}).status == 200 and line().amount == 0


def test_nothing_reported_is_a_dash_and_nothing_added_is_a_zero(cast):
    make_project(cast.county, stages=[("signed", date(2023, 3, 1))])
    send(cast, {"amount": "0"}, period="2023-11")
    send(cast, {"version": 1}, period="2023-11", name="month_submit")
    rows = client_of(cast.reporter).get(url()).context["parts"][0]["rows"]
    assert [row.before for row in rows] == [Decimal(0), None]


def test_the_page_asks_the_database_as_often_for_thirty_projects_as_for_three(cast, django_assert_max_num_queries):
    for _ in range(30):
        make_fund(make_project(cast.county, stages=[("signed", date(2023, 3, 1))]), month="2023-11")
    client = client_of(cast.reporter)
    client.get(url())
    with django_assert_max_num_queries(20):
        client.get(url())


def test_a_reviewer_is_led_to_the_queue_and_a_department_has_nothing_to_fill_in(cast):
    assert client_of(cast.reviewer).get(url()).url == reverse("projects:verify")
    page = client_of(make_user("dept_reporter")).get(url()).content.decode()
    assert "没有已签约的在库项目" in page
    assert url() not in client_of(make_user("dept_reporter")).get(reverse("projects:funds")).content.decode()
    assert url() in client_of(cast.reporter).get(reverse("projects:funds")).content.decode()


def test_the_first_page_says_how_many_months_wait(cast):
    page = client_of(cast.reporter).get(reverse("tasklists:mine")).content.decode()
    assert f"{url()}?period=2023-11" in page and f"{url()}?period={MONTH}" in page
    assert url() not in client_of(make_user("dept_reporter")).get(reverse("tasklists:mine")).content.decode()


# --- saving ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "amount", "cell", "said"),
    [
        ("1.2亿", 12000, "12,000", "= 1.2 亿元"),
        ("12,000万元", 12000, "12,000", "= 1.2 亿元"),
        ("约3000万", 3000, "3,000", "= 0.3 亿元"),
        ("1200.5", Decimal("1200.5"), "1,200.5", "= 0.12005 亿元"),
    ],
)
def test_amounts_are_understood_and_come_back_in_the_unit(cast, text, amount, cell, said):
    answer = send(cast, typed(text))
    assert answer.status == 200 and answer.state == "saved"
    assert (answer.cells["amount"], answer.shown) == (cell, said)
    assert line().amount == amount and not FundEntry.objects.exists()


@pytest.mark.parametrize(
    ("row", "field", "words"),
    [
        ({"amount": "3亿"}, "amount", "超过签约总投资"),
        ({"amount": "很多"}, "amount", "不是金额"),
        ({"amount": "-5"}, "amount", "不能是负数"),
        ({"amount": "1元"}, "amount", "不足 0.01 万元"),
        ({"amount": "", "note": "待补"}, "amount", "没有新增的填 0"),
        ({"amount": "5", "voucher_kind": "收据"}, "voucher_kind", "请从列出的凭证种类中选择"),
        ({"amount": "5", "voucher_number": "甲" * 61}, "voucher_number", "最多 60 个字"),
        ({"amount": "5", "note": "甲" * 201}, "note", "最多 200 字"),
        ({"amount": "5", "note": "a\x00b"}, "note", "无法保存的字符"),
        ({"amount": "0", "voucher_number": "HK-1"}, "voucher_number", "不用凭证"),
    ],
)
def test_what_cannot_stand_is_refused_at_its_cell(cast, row, field, words):
    answer = send(cast, typed(**row) if "voucher_number" in row and row["amount"] != "0" else row)
    assert (answer.status, answer.state, answer.field) == (400, "refused", field)
    assert words in answer.message and not MonthLine.objects.exists()


def test_a_month_to_come_a_locked_one_and_one_before_signing_are_refused(cast):
    assert "还没有到" in send(cast, typed(), period="2024-01").message
    PeriodLock.objects.create(area="funds", period="2023-11", locked_on=TODAY, by=cast.city)
    assert "已锁定" in send(cast, typed(), period="2023-11").message
    page = client_of(cast.reporter).get(url(), {"period": "2023-11"}).content.decode()
    assert "2023年11月的资金台账已锁定，只能查看" in page and "data-hand-in" not in page
    assert "没有要申报的资金" in send(cast, typed(), period="2023-02").message


def test_a_voucher_counts_once_in_the_ledger_and_in_the_grid(cast):
    claim(cast, 10, "2023-10", voucher_number="HK-9")
    assert "已用于" in send(cast, typed(voucher_number="HK-9")).message
    other = make_project(cast.county, stages=[("signed", date(2023, 3, 1))])
    answer = send(cast, typed(), typed("900", part=other.pk))
    assert answer.rows[str(cast.project.pk)]["state"] == "saved"
    assert "已填在" in answer.rows[str(other.pk)]["message"]
    assert answer.rows[str(other.pk)]["field"] == "voucher_number"


def test_a_file_that_was_used_is_refused_and_a_new_one_completes_the_row(cast):
    used = picture(content=b"the same")
    claim(cast, 10, "2023-10", file=make_file(cast, used))
    answer = upload(cast)
    assert (answer.status_code, answer.json()["message"]) == (400, "请先填写并保存这一行，再上传凭证。")
    assert send(cast, typed()).lacks == "还缺凭证文件，补齐后才能提交。"
    assert "已用于" in upload(cast, picture(content=b"the same")).json()["message"]
    assert upload(cast, picture("凭证.docx")).status_code == 400
    done = upload(cast).json()
    assert (done["count"], done["lacks"]) == (1, "") and line().voucher_file_id


def make_file(cast, upload):
    from projects.files import store_file

    return store_file(project=cast.project, purpose="voucher", upload=upload, by=cast.reporter)


def test_a_slip_in_the_unit_is_asked_about_and_confirmed_for_this_amount_alone(cast):
    cast.project.total_investment = Decimal(200000)
    cast.project.save()
    answer = send(cast, typed("5"))
    assert (answer.status, answer.state, answer.field) == (400, "ask", "amount")
    assert "不到签约总投资 200,000.00 万元的万分之一" in answer.message and not MonthLine.objects.exists()
    assert send(cast, typed("5", confirmed=True)).state == "saved"
    assert send(cast, typed("5", version=1, note="设备尾款")).state == "saved"
    assert send(cast, typed("6", version=2)).state == "ask"


def test_two_editors_meet_and_the_second_sees_both(cast):
    colleague = make_user("county_reporter", cast.county)
    send(cast, typed("100"))
    send(cast, typed("200", version=1), by=colleague)
    late = send(cast, typed("300", version=1))
    assert (late.status, late.state, late.theirs["amount"]) == (409, "stale", "200")
    assert late.by == colleague.display_name and line().amount == 200
    assert send(cast, typed("200", version=1)).state == "saved"  # the same words again are no conflict


def test_an_emptied_row_is_taken_away(cast):
    send(cast, typed())
    assert send(cast, {"amount": "", "version": 1}).state == "cleared"
    assert not MonthLine.objects.exists()
    assert AuditEntry.objects.filter(action="清空资金月报行").count() == 1


def test_another_countys_project_is_not_there_and_no_owner_can_be_posted(cast):
    stranger = make_project(make_county("外县"), stages=[("signed", date(2023, 1, 1))])
    assert send(cast, typed(part=stranger.pk)).status == 404
    send(cast, typed(stated_on="2023-12-01", saved_by=cast.city.pk, kind="investments"))
    assert (line().stated_on, line().saved_by, line().kind) == (None, cast.reporter, "funds")


@pytest.mark.parametrize("body", ["", "[]", '{"period": "2023-12", "rows": [{"part": "a", "version": 0}]}', "{}"])
def test_what_is_no_grid_is_refused(cast, body):
    answer = client_of(cast.reporter).post(url(), body, content_type="application/json")
    assert answer.status_code == 400 and "刷新页面" in answer.json()["message"]


# --- handing in --------------------------------------------------------------------------------


def test_the_month_goes_in_one_act_and_counts_after_two_verifications(cast):
    idle = make_project(cast.county, stages=[("signed", date(2023, 3, 1))])
    send(cast, typed("1.2亿"), {"part": idle.pk, "amount": "0"})
    upload(cast)
    answer = send(cast, {"version": 1}, {"part": idle.pk, "version": 1}, name="month_submit")
    assert {row["state"] for row in answer.rows.values()} == {"submitted"}
    entry = FundEntry.objects.get()
    assert (entry.amount, entry.month, entry.state, entry.claimed_by) == (12000, MONTH, "claimed", cast.reporter)
    assert entry.voucher_file and entry.voucher_sha256 == entry.voucher_file.sha256
    assert line().project == idle and line().stated_on == TODAY
    page = client_of(cast.reporter).get(url()).content.decode()
    assert "已报完" in page and "无新增" in page and "再报一笔" in page
    again = send(cast, {"version": 1}, {"part": idle.pk, "version": 1}, name="month_submit")
    assert {row["state"] for row in again.rows.values()} == {"submitted"} and FundEntry.objects.count() == 1
    entry = verification.verify_entry(entry=entry, version=1, by=cast.reviewer, on=TODAY)
    entry = verification.verify_entry(entry=entry, version=2, by=cast.city, on=TODAY)
    assert FundEntry.objects.verified(TODAY).get() == entry


def test_a_row_without_its_voucher_stays_and_the_others_go(cast):
    other = make_project(cast.county, stages=[("signed", date(2023, 3, 1))])
    send(cast, {"amount": "100"}, {"part": other.pk, "amount": "0"})
    answer = send(cast, {"version": 1}, {"part": other.pk, "version": 1}, name="month_submit")
    mine = answer.rows[str(cast.project.pk)]
    assert (mine["state"], mine["field"]) == ("refused", "voucher_kind") and "还缺凭证种类、凭证号" in mine["message"]
    assert answer.rows[str(other.pk)]["state"] == "submitted" and not FundEntry.objects.exists()


def test_rules_are_applied_again_when_the_month_goes(cast):
    send(cast, typed())
    upload(cast)
    claim(cast, 10, "2023-10", voucher_number="HK-1")
    answer = send(cast, {"version": 1}, name="month_submit")
    assert (answer.state, answer.field) == ("refused", "voucher_number") and "已用于" in answer.message


def test_investment_needs_no_voucher(cast):
    assert send(cast, {"amount": "800", "voucher_number": "HK-1"}, kind="investments").lacks == ""
    send(cast, {"version": 1}, kind="investments", name="month_submit")
    assert InvestmentEntry.objects.get().amount == 800 and not FundEntry.objects.exists()


def test_a_returned_claim_is_corrected_in_its_row(cast):
    entry = claim(cast, 100, MONTH, voucher_number="HK-7")
    verification.return_entry(entry=entry, version=1, reason="凭证不清", by=cast.reviewer, on=TODAY)
    page = client_of(cast.reporter).get(url()).content.decode()
    assert "退回：凭证不清" in page and 'data-state="returned"' in page
    assert "不能清空" in send(cast, {"amount": ""}).message
    assert "不能改为无新增" in send(cast, {"amount": "0"}).message
    send(cast, typed("120", voucher_number="HK-7"))
    assert line().voucher_file == entry.voucher_file
    send(cast, {"version": 1}, name="month_submit")
    entry.refresh_from_db()
    assert (entry.amount, entry.state) == (120, "claimed") and FundEntry.objects.count() == 1


def test_a_kind_of_voucher_that_a_sheet_brought_may_stay(cast):
    entry = claim(cast, 100, MONTH, voucher_kind="工程款支付凭证")
    verification.return_entry(entry=entry, version=1, reason="凭证不清", by=cast.reviewer, on=TODAY)
    assert '<option value="工程款支付凭证" selected>' in client_of(cast.reporter).get(url()).content.decode()
    assert send(cast, typed("120", voucher_kind="工程款支付凭证")).state == "saved"
    assert "请从列出的" in send(cast, typed("120", voucher_kind="收据", version=1)).message


def test_money_claimed_after_all_takes_nothing_added_back(cast):
    send(cast, {"amount": "0"}, kind="investments")
    send(cast, {"version": 1}, kind="investments", name="month_submit")
    assert "已报无新增" in send(cast, {"amount": "5", "version": 1}, kind="investments").message
    page = client_of(cast.reporter).get(reverse("projects:detail", args=[cast.project.pk])).content.decode()
    assert "无新增：2023年12月" in page
    invest(cast, 50, MONTH)
    assert not MonthLine.objects.exists()
    assert "已经申报过" in send(cast, {"amount": "5"}, kind="investments").message


def test_the_single_form_begins_with_the_month_of_the_address(cast):
    address = reverse("projects:fund_new", args=[cast.project.pk])
    assert 'value="2023-10"' in client_of(cast.reporter).get(address, {"month": "2023-10"}).content.decode()
    assert f'value="{MONTH}"' in client_of(cast.reporter).get(address, {"month": "x"}).content.decode()
