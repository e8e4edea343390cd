"""Money on its way: entered by the county, verified by two others, sent back, corrected, reversed."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Notice
from common.models import AuditEntry
from common.versions import StaleVersion
from projects import entries, verification
from projects.models import FundEntry, InvestmentEntry, Project, ProjectFile
from tests import make
from tests.make import TODAY, client_of, make_user
from tests.projects.money import claim, invest, make_cast, picture, stored

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def demo_day():
    make.make_business_date()


@pytest.fixture
def cast():
    return make_cast()


def verify(entry, by, version=None):
    return verification.verify_entry(entry=entry, version=version or entry.version, by=by, on=TODAY)


def verified(cast, entry):
    return verify(verify(entry, cast.reviewer), cast.city)


def typed(**fields):
    return {
        "amount": "1200",
        "month": "2023-11",
        "voucher_kind": "验资报告",
        "voucher_number": "YZ-1",
        "note": "",
    } | fields


def new_url(cast, kind="fund"):
    return reverse(f"projects:{kind}_new", args=[cast.project.pk])


# --- entering ----------------------------------------------------------------------------------


def test_what_cannot_be_written_is_refused_before_it_is_asked_about(cast):
    client = client_of(cast.reporter)
    page = client.post(new_url(cast), typed(amount="4亿", voucher_file=picture())).content.decode()
    assert "超过签约总投资" in page and "请核对金额" not in page
    page = client.post(new_url(cast), typed(amount="1.2亿", voucher_file=picture())).content.decode()
    assert "请核对金额" in page and "12,000.00 万元 = 1.2 亿元" in page and not FundEntry.objects.exists()
    page = client.post(new_url(cast, "investment"), {"amount": "4亿", "month": "2023-11"}).content.decode()
    assert "超过签约总投资" in page and "请核对金额" not in page


@pytest.mark.parametrize("name", ["凭证.docx", "凭证.exe", "凭证"])
def test_a_voucher_is_a_scan_or_a_photo(cast, name):
    page = client_of(cast.reporter).post(new_url(cast), typed(voucher_file=picture(name)))
    assert "凭证请上传扫描件或照片：pdf、png、jpg 文件。" in page.content.decode()
    assert not FundEntry.objects.exists()


def test_county_enters_funds_with_a_voucher(cast):
    response = client_of(cast.reporter).post(new_url(cast), typed(voucher_file=picture()), follow=True)
    row = FundEntry.objects.get()
    assert (row.amount, row.month, row.state, row.claimed_by, row.claimed_on) == (
        Decimal(1200),
        "2023-11",
        "claimed",
        cast.reporter,
        TODAY,
    )
    assert row.voucher_sha256 == row.voucher_file.sha256
    text = response.content.decode()
    assert "已申报，等待县级核实" in text and "验资报告 YZ-1" in text
    assert "另有 1,200.00 万元待核实" in text
    assert AuditEntry.objects.filter(action="申报到位资金", actor=cast.reporter).exists()


@pytest.mark.parametrize(
    ("text", "wan", "shown"),
    [
        ("1.2亿", 12000, "12,000.00 万元 = 1.2 亿元"),
        ("12,000万元", 12000, None),
        ("约1亿", 10000, "约数，记为 10,000.00 万元 = 1 亿元"),
        ("5000000元", 500, "500.00 万元 = 0.05 亿元"),
    ],
)
def test_typed_amounts_are_understood_and_confirmed_in_the_unit_shown(cast, text, wan, shown):
    desk = client_of(cast.reporter)
    first = desk.post(new_url(cast), typed(amount=text, voucher_file=picture()))
    if shown:
        assert first.status_code == 200 and shown in first.content.decode()
        assert not FundEntry.objects.exists()
        form = first.context["form"]
        again = typed(amount=text, confirmed=form.data["confirmed"], stored=form.data["stored"])
        assert desk.post(new_url(cast), again).status_code == 302
    assert FundEntry.objects.get().amount == wan


def test_confirming_one_amount_does_not_confirm_another(cast):
    desk = client_of(cast.reporter)
    first = desk.post(new_url(cast, "investment"), {"amount": "1.2亿", "month": "2023-11"})
    again = {"amount": "1.3亿", "month": "2023-11", "confirmed": first.context["form"].data["confirmed"]}
    assert "13,000.00 万元" in desk.post(new_url(cast, "investment"), again).content.decode()
    assert not InvestmentEntry.objects.exists()


def test_a_ten_thousand_fold_jump_is_asked_about(cast):
    for month in ("2023-08", "2023-09"):
        verified(cast, invest(cast, Decimal(1000), month))
    desk = client_of(cast.reporter)
    first = desk.post(new_url(cast, "investment"), {"amount": "0.1", "month": "2023-11"})
    assert "不到签约总投资 20,000.00 万元的万分之一" in first.content.decode()
    assert InvestmentEntry.objects.count() == 2
    mark = first.context["form"].data["confirmed"]
    desk.post(new_url(cast, "investment"), {"amount": "0.1", "month": "2023-11", "confirmed": mark})
    assert InvestmentEntry.objects.count() == 3


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"amount": ""}, "请填写金额"),
        ({"amount": "若干"}, "不是金额，应写作 1.2亿 或 12,000万元"),
        ({"amount": "-3"}, "金额不能是负数"),
        ({"amount": "100美元"}, "外币"),
        ({"amount": "20001"}, "超过签约总投资 20,000.00 万元"),
        ({"month": "2024-01"}, "2024年1月还没有到"),
        ({"month": "2023-02"}, "早于签约日期 2023-03-01"),
        ({"month": ""}, "请填写月份"),
        ({"voucher_kind": ""}, "请选择凭证种类"),
        ({"voucher_number": " "}, "请填写凭证号"),
        ({"voucher_number": "号" * 61}, "凭证号最多 60 个字。"),
        ({"voucher_kind": "借条"}, "请从列出的凭证种类中选择。"),
        ({"voucher_file": None}, "请上传凭证文件"),
        ({"voucher_file": SimpleNamespace}, "文件内容与扩展名 png 不符"),
    ],
)
def test_each_refusal_is_told_and_nothing_typed_is_lost(cast, fields, sentence):
    given = typed(note="第一笔资本金", voucher_file=picture()) | fields
    if given["voucher_file"] is SimpleNamespace:
        given["voucher_file"] = picture()
        given["voucher_file"].seek(0)
        given["voucher_file"].file.write(b"XX")
        given["voucher_file"].seek(0)
    given = {name: value for name, value in given.items() if value is not None}
    response = client_of(cast.reporter).post(new_url(cast), given)
    text = response.content.decode()
    assert response.status_code == 200 and sentence in text and "第一笔资本金" in text
    assert not FundEntry.objects.exists()


def test_a_file_chosen_once_need_not_be_chosen_again_after_a_refusal(cast):
    desk = client_of(cast.reporter)
    first = desk.post(new_url(cast), typed(amount="0", voucher_file=picture("进账单.png")))
    assert "金额不能为0" in first.content.decode() and "进账单.png" in first.content.decode()
    held = first.context["form"].data["stored"]
    assert desk.post(new_url(cast), typed(stored=held)).status_code == 302
    assert FundEntry.objects.get().voucher_file_id == held


def test_another_projects_file_is_no_voucher(cast):
    other = stored(make_cast())
    response = client_of(cast.reporter).post(new_url(cast), typed(stored=other.pk))
    assert "请上传凭证文件" in response.content.decode() and not FundEntry.objects.exists()


def test_a_voucher_counts_once(cast):
    desk, slip = client_of(cast.reporter), b"the same slip"
    claim(cast, file=stored(cast, slip), voucher_kind="验资报告", voucher_number="YZ-9")
    by_file = desk.post(new_url(cast), typed(voucher_file=picture("改名.png", slip)))
    assert "这份凭证文件已用于" in by_file.content.decode()
    by_number = desk.post(new_url(cast), typed(voucher_number="YZ-9", voucher_file=picture()))
    assert "验资报告 YZ-9 已用于" in by_number.content.decode()
    other = make_cast()
    elsewhere = client_of(other.reporter).post(new_url(other), typed(voucher_file=picture("x.png", slip)))
    assert f"已用于“{cast.project.name}”" in elsewhere.content.decode()
    assert FundEntry.objects.count() == 1


def test_the_database_refuses_a_voucher_twice(cast):
    row = claim(cast)
    same = {"project": cast.project, "month": "2023-11", "amount": 1, "claimed_on": TODAY}
    numbered = {"voucher_kind": row.voucher_kind, "voucher_number": row.voucher_number}
    with pytest.raises(IntegrityError), transaction.atomic():
        FundEntry.objects.create(**same, **numbered)
    with pytest.raises(IntegrityError), transaction.atomic():
        FundEntry.objects.create(**same, voucher_kind="x", voucher_number="y", voucher_sha256=row.voucher_sha256)
    with pytest.raises(IntegrityError), transaction.atomic():
        InvestmentEntry.objects.create(**same | {"amount": -1})


def test_the_same_post_twenty_times_makes_one_row(cast):
    desk, slip = client_of(cast.reporter), b"slip"
    for _ in range(20):
        desk.post(new_url(cast), typed(voucher_file=picture("a.png", slip)))
        desk.post(new_url(cast, "investment"), {"amount": "30", "month": "2023-11"})
    assert FundEntry.objects.count() == InvestmentEntry.objects.count() == 1
    assert ProjectFile.objects.count() == 1
    assert AuditEntry.objects.filter(action__startswith="申报").count() == 2


def test_only_the_countys_own_reporter_enters(cast):
    for other in (cast.reviewer, cast.city, make_user("leader")):
        assert client_of(other).post(new_url(cast), typed(voucher_file=picture())).status_code == 403
    assert client_of(make_cast().reporter).get(new_url(cast)).status_code == 404
    with pytest.raises(entries.UserError, match="只有项目落地县市区的填报员"):
        entries.claim_investment(project=cast.project, amount=Decimal(5), month="2023-11", by=cast.city, on=TODAY)
    assert not FundEntry.objects.exists()


def test_a_project_that_is_not_signed_takes_no_money():
    cast = make_cast()
    cast.project.stages.all().delete()
    text = client_of(cast.reporter).post(new_url(cast), typed(voucher_file=picture())).content.decode()
    assert "项目还没有签约，不能申报资金" in text
    assert not FundEntry.objects.exists()


# --- verifying ---------------------------------------------------------------------------------


def test_money_counts_after_two_others_have_verified_it(cast):
    row = claim(cast, Decimal(500))
    assert Project.objects.as_of(TODAY).get(pk=cast.project.pk).funds_in_place is None
    row = verify(row, cast.reviewer)
    assert (row.state, row.county_verified_by, row.county_verified_on) == ("county_verified", cast.reviewer, TODAY)
    row = verify(row, cast.city)
    assert (row.state, row.verified_by, row.city_verified_on) == ("city_verified", cast.city, TODAY)
    assert Project.objects.as_of(TODAY).get(pk=cast.project.pk).funds_in_place == 500


def test_nobody_verifies_what_they_had_a_hand_in(cast):
    row = claim(cast)
    FundEntry.objects.filter(pk=row.pk).update(claimed_by=cast.reviewer)
    with pytest.raises(entries.UserError, match="不能核实自己申报的资金"):
        verify(row, cast.reviewer)
    assert not verification.waiting_for(FundEntry, cast.reviewer).exists()
    FundEntry.objects.filter(pk=row.pk).update(
        claimed_by=cast.reporter, state="county_verified", county_verified_on=TODAY, county_verified_by=cast.city
    )
    with pytest.raises(entries.UserError, match="市级须由另一人核实"):
        verify(row, cast.city)
    with pytest.raises(IntegrityError), transaction.atomic():
        FundEntry.objects.filter(pk=row.pk).update(verified_by=cast.city)


def test_each_step_has_its_own_person(cast):
    row = claim(cast)
    with pytest.raises(entries.UserError, match="现为“县级申报”，不能核实"):
        verify(row, cast.city)
    with pytest.raises(entries.UserError, match="只有项目落地县市区的审核人"):
        verify(row, make_cast().reviewer)
    for other in (cast.reporter, make_user("leader"), make_user("dept_reporter")):
        with pytest.raises(entries.UserError, match="只有项目落地县市区的审核人|不能核实自己"):
            verify(row, other)


def test_two_verifiers_at_once_verify_once(cast):
    row = verify(claim(cast), cast.reviewer)
    second = make_user("coordinator")
    verify(row, cast.city, version=row.version)
    with pytest.raises(entries.UserError, match="现为“市级核实”"):
        verify(row, second, version=row.version)
    again = verify(row, cast.city, version=row.version)
    assert again.verified_by == cast.city
    assert AuditEntry.objects.filter(action="市级核实到位资金").count() == 1


def test_a_row_changed_since_it_was_read_is_not_verified(cast):
    row = claim(cast)
    entries.correct_entry(
        entry=row,
        version=1,
        amount=Decimal(900),
        month="2023-11",
        voucher_kind=row.voucher_kind,
        voucher_number=row.voucher_number,
        file=row.voucher_file,
        by=cast.reporter,
        on=TODAY,
        confirmed=True,
    )
    with pytest.raises(StaleVersion):
        verify(row, cast.reviewer, version=1)
    url = reverse("projects:verify_entry", args=["funds", row.pk])
    answer = client_of(cast.reviewer).post(url, {"act": "verify", "version": 1})
    assert answer.status_code == 409 and "刚被他人处理或改过" in answer.content.decode()
    assert "900.00" in answer.content.decode()


# --- sending back ------------------------------------------------------------------------------


def test_returned_row_is_corrected_and_claimed_again(cast):
    row = verify(claim(cast, Decimal(500)), cast.reviewer)
    with pytest.raises(entries.UserError, match="退回须写明原因"):
        verification.return_entry(entry=row, version=row.version, reason=" ", by=cast.city, on=TODAY)
    row = verification.return_entry(entry=row, version=row.version, reason="凭证不清", by=cast.city, on=TODAY)
    assert (row.state, row.county_verified_on) == ("returned", None)
    notice = Notice.objects.get(recipient=cast.reporter)
    url = reverse("projects:entry_correct", args=["funds", row.pk])
    assert notice.url == url and notice.text == "凭证不清"
    desk = client_of(cast.reporter)
    page = desk.get(url).content.decode()
    assert "凭证不清" in page and row.voucher_file.name in page
    stale = typed(amount="450", version=1, stored=row.voucher_file_id, voucher_number=row.voucher_number)
    refused = desk.post(url, stale)
    assert refused.status_code == 409 and "450" in refused.content.decode()
    assert desk.post(url, stale | {"version": row.version}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.amount, row.return_reason) == ("claimed", 450, "")
    for _ in range(3):
        desk.post(url, stale | {"version": row.version - 1})
    assert AuditEntry.objects.filter(action="修改到位资金申报").count() == 1


def test_a_returned_row_does_not_count_towards_the_total(cast):
    row = claim(cast, Decimal(20000))
    with pytest.raises(entries.Refused, match="超过签约总投资"):
        claim(cast, Decimal(1))
    verification.return_entry(entry=row, version=1, reason="重复", by=cast.reviewer, on=TODAY)
    claim(cast, Decimal(20000))


def test_returned_row_is_known_as_of_a_day(cast):
    row = claim(cast, on=date(2023, 12, 1))
    verification.return_entry(entry=row, version=1, reason="不清", by=cast.reviewer, on=date(2023, 12, 5))
    states = [FundEntry.objects.as_of(day).get().state_then for day in (date(2023, 12, 4), date(2023, 12, 5))]
    assert states == ["claimed", "returned"]


def test_verified_row_is_not_corrected_nor_taken_back(cast):
    row = verify(claim(cast), cast.reviewer)
    with pytest.raises(entries.UserError, match="已经县级核实，不能撤回"):
        entries.withdraw_entry(entry=row, version=row.version, by=cast.reporter)
    url = reverse("projects:entry_correct", args=["funds", row.pk])
    given = typed(version=row.version, stored=row.voucher_file_id)
    assert "不能再改" in client_of(cast.reporter).post(url, given).content.decode()


def test_withdrawn_row_frees_its_voucher(cast):
    slip = stored(cast)
    row = claim(cast, file=slip)
    url = reverse("projects:entry_correct", args=["funds", row.pk])
    desk = client_of(cast.reporter)
    assert desk.post(url, {"act": "withdraw", "version": 7}, follow=True).content.decode().count("刚被他人处理") == 1
    assert desk.post(url, {"act": "withdraw", "version": 1}).status_code == 302
    assert not FundEntry.objects.exists()
    claim(cast, file=slip)


# --- reversing ---------------------------------------------------------------------------------


def test_reversal_takes_a_verified_row_back_once_two_have_verified_it(cast):
    slip = stored(cast)
    row = verified(cast, claim(cast, Decimal(500), "2023-10", file=slip))
    url = reverse("projects:entry_reverse", args=["funds", row.pk])
    desk = client_of(cast.reporter)
    assert "冲销须写明原因" in desk.post(url, {"reason": ""}).content.decode()
    for _ in range(3):
        assert desk.post(url, {"reason": "重复入账"}).status_code == 302
    back = FundEntry.objects.get(reverses=row)
    assert (back.amount, back.month, back.state, back.note) == (-500, "2023-12", "claimed", "重复入账")
    assert "已有冲销记录" in desk.post(url, {"reason": "另一个原因"}).content.decode()
    with pytest.raises(entries.Refused, match="这份凭证文件已用于"):
        claim(cast, Decimal(500), "2023-11", file=slip)
    total = Project.objects.as_of(TODAY).get(pk=cast.project.pk).funds_in_place
    assert total == 500, "nothing is taken back before it is verified"
    verified(cast, back)
    assert Project.objects.as_of(TODAY).get(pk=cast.project.pk).funds_in_place == 0
    claim(cast, Decimal(500), "2023-11", file=slip, voucher_kind=row.voucher_kind, voucher_number=row.voucher_number)
    page = desk.get(reverse("projects:detail", args=[cast.project.pk])).content.decode()
    assert "已于 2023-12 冲销" in page and f"{row.voucher_number} 2023-10 的 500.00：重复入账" in page


def test_only_a_verified_row_is_reversed_and_never_a_reversal(cast):
    row = claim(cast)
    reverse_it = {"reason": "错", "by": cast.reporter, "on": TODAY}
    with pytest.raises(entries.UserError, match="只有市级核实的才用冲销"):
        entries.reverse_entry(entry=row, **reverse_it)
    row = verified(cast, row)
    back = verified(cast, entries.reverse_entry(entry=row, **reverse_it))
    with pytest.raises(entries.UserError, match="冲销行不能再冲销"):
        entries.reverse_entry(entry=back, **reverse_it)
    with pytest.raises(entries.UserError, match="只有项目落地县市区的填报员"):
        entries.reverse_entry(entry=row, reason="错", by=cast.city, on=TODAY)


def test_returned_reversal_gets_a_better_reason(cast):
    row = verified(cast, invest(cast, Decimal(80)))
    back = entries.reverse_entry(entry=row, reason="错", by=cast.reporter, on=TODAY)
    back = verification.return_entry(entry=back, version=1, reason="写清楚", by=cast.reviewer, on=TODAY)
    url = reverse("projects:entry_correct", args=["investments", back.pk])
    desk = client_of(cast.reporter)
    assert "写清楚" in desk.get(url).content.decode()
    assert desk.post(url, {"reason": "金额多记一位", "version": back.version}).status_code == 302
    back.refresh_from_db()
    assert (back.state, back.note, back.amount) == ("claimed", "金额多记一位", -80)


# --- the queue ---------------------------------------------------------------------------------


def test_queue_shows_the_voucher_beside_the_figure_and_what_was_before(cast):
    verified(cast, claim(cast, Decimal(700), "2023-09"))
    row = claim(cast, Decimal(800))
    desk = client_of(cast.reviewer)
    text = desk.get(reverse("projects:verify")).content.decode()
    assert "800.00" in text and "2023-09 <b>700.00</b>" in text
    image = reverse("projects:voucher_image", args=[row.voucher_file_id])
    assert image in text
    shown = desk.get(image)
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/png")
    assert shown.content.startswith(b"\x89PNG")
    assert client_of(make_cast().reviewer).get(image).status_code == 404


def test_county_reviewer_sees_the_own_county_and_the_city_what_counties_verified(cast):
    other = make_cast()
    own, others = claim(cast), claim(other)
    text = client_of(cast.reviewer).get(reverse("projects:verify")).content.decode()
    assert cast.project.name in text and other.project.name not in text
    city = client_of(cast.city)
    assert "没有等你核实的资金" in city.get(reverse("projects:verify")).content.decode()
    verify(others, other.reviewer)
    text = city.get(reverse("projects:verify")).content.decode()
    assert other.project.name in text and cast.project.name not in text
    foreign = reverse("projects:verify_entry", args=["funds", own.pk])
    assert client_of(other.reviewer).post(foreign, {"act": "verify", "version": 1}).status_code == 404


def test_verifying_and_returning_on_the_page(cast):
    first, second = claim(cast), claim(cast)
    desk = client_of(cast.reviewer)
    done = desk.post(
        reverse("projects:verify_entry", args=["funds", first.pk]),
        {"act": "verify", "version": 1},
        headers={"HX-Request": "true"},
    )
    assert "县级已核实，等待市级核实" in done.content.decode()
    url = reverse("projects:verify_entry", args=["funds", second.pk])
    silent = desk.post(url, {"act": "return", "version": 1, "reason": ""}, headers={"HX-Request": "true"})
    assert "退回须写明原因" in silent.content.decode()
    assert desk.post(url, {"act": "return", "version": 1, "reason": "金额不符"}).status_code == 302
    assert list(FundEntry.objects.order_by("pk").values_list("state", flat=True)) == ["county_verified", "returned"]
    assert desk.post(url, {"act": "?", "version": 1}).status_code == 409


def test_checked_rows_are_verified_together_and_the_others_named(cast):
    rows = [claim(cast, Decimal(10 + n)) for n in range(4)]
    entries.withdraw_entry(entry=rows[3], version=1, by=cast.reporter)
    foreign = claim(make_cast())
    desk = client_of(cast.reviewer)
    url = reverse("projects:verify_many", args=["funds"])
    chosen = [f"{rows[0].pk}:1", f"{rows[1].pk}:1", f"{rows[2].pk}:9", f"{foreign.pk}:1", "x:1", f"{rows[3].pk}:1"]
    text = desk.post(url, {"entry": chosen}, follow=True).content.decode()
    assert "已核实 2 笔" in text and "刚被他人处理或改过" in text
    assert FundEntry.objects.filter(state="county_verified").count() == 2
    assert "请先勾选" in desk.post(url, {}, follow=True).content.decode()


def test_queue_takes_the_same_number_of_queries_whatever_its_length(cast, django_assert_max_num_queries):
    for n in range(10):
        claim(cast, Decimal(10 + n))
    desk = client_of(cast.reviewer)
    with django_assert_max_num_queries(16):
        desk.get(reverse("projects:verify"))


# --- the ledgers -------------------------------------------------------------------------------


def test_ledger_shows_reasons_vouchers_and_reversals_and_sums_what_was_not_sent_back(cast):
    row = verified(cast, claim(cast, Decimal(500), "2023-10"))
    entries.reverse_entry(entry=row, reason="重复", by=cast.reporter, on=TODAY)
    sent_back = claim(cast, Decimal(300), "2023-11")
    verification.return_entry(entry=sent_back, version=1, reason="月份不对", by=cast.reviewer, on=TODAY)
    desk, url = client_of(cast.reviewer), reverse("projects:funds")
    page = desk.get(f"{url}?state=all")
    text = page.content.decode()
    assert "月份不对" in text and "冲销行" in text and "冲销待核实" in text
    assert reverse("projects:file", args=[row.voucher_file_id]) in text
    assert page.context["table"].totals == (2, Decimal(0)), "500 − 500; what was sent back adds nothing"
    assert "待核实" in text
    only = desk.get(f"{url}?state=returned")
    assert (only.context["total"], only.context["table"].totals[1]) == (1, Decimal(300))
    counted = desk.get(url)
    assert (counted.context["total"], counted.context["table"].totals[1]) == (1, Decimal(500))
    assert "月份锁定" in client_of(cast.city).get(url).content.decode()


def test_ledger_takes_few_queries_and_newest_come_first(cast, django_assert_max_num_queries):
    for n in range(12):
        claim(cast, Decimal(10 + n), "2023-11" if n % 2 else "2023-10")
    desk = client_of(cast.reviewer)
    desk.get(reverse("projects:funds"))  # the city's figures are remembered from here on
    with django_assert_max_num_queries(12):
        page = desk.get(reverse("projects:funds") + "?state=all")
    months = [row.record.month for row in page.context["table"].paginated_rows]
    assert months == sorted(months, reverse=True)
