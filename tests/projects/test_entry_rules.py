"""What may be entered in the ledgers of money: every refusal and every question, without a page."""

from datetime import date
from decimal import Decimal

import pytest

from common.models import PeriodLock
from projects import entry_facts
from projects.entry_rules import Books, Entry, ProjectFacts, questions, refusals
from projects.models import FundEntry, InvestmentEntry
from tests.make import TODAY
from tests.projects.make import make_fund, make_investment, make_project

SIGNED = ProjectFacts(total_investment=Decimal(20000), signed_on=date(2023, 3, 20), stage="started")
BOOKS = Books(today=TODAY, locked=frozenset({"2023-09"}))


def said(amount="100", month="2023-11", project=SIGNED, books=BOOKS, **fields):
    amount = None if amount is None else Decimal(amount)
    return [(r.field, r.message) for r in refusals(Entry(amount, month, **fields), project, books)]


def test_a_row_within_all_rules_is_not_refused():
    assert said() == []
    assert said("20000") == [], "the whole of the total investment may be in place"
    assert said(month="2023-03") == [], "the month of signing counts"
    assert said(month="2023-12") == [], "the running month counts"


@pytest.mark.parametrize(
    ("row", "field", "sentence"),
    [
        ({"amount": "0"}, "amount", "金额不能为0。"),
        ({"amount": "-5"}, "amount", "金额应大于0，现填 -5.00 万元；更正已核实的金额请用冲销。"),
        ({"amount": "20000.01"}, "amount", "超过签约总投资 20,000.00 万元。"),
        ({"month": "2024-01"}, "month", "2024年1月还没有到，不能提前申报。"),
        ({"month": "2023-02"}, "month", "2023年2月早于签约日期 2023-03-20，请核对月份。"),
        ({"month": "2023-09"}, "month", "2023年9月的资金台账已锁定"),
        ({"month": "2023年9月"}, "month", "月份应写作 2023-11 这样的年月，现为“2023年9月”。"),
        ({"month": ""}, "month", "请填写月份。"),
        ({"month": "2023-13"}, "month", "月份应写作"),
    ],
)
def test_each_wrong_row_is_refused_at_its_field(row, field, sentence):
    found = said(**row)
    assert [name for name, _ in found] == [field]
    assert sentence in found[0][1]


def test_the_sum_of_earlier_rows_counts_towards_the_total():
    project = ProjectFacts(Decimal(20000), date(2023, 3, 1), "started", entered=Decimal(19950))
    assert said("50", project=project) == []
    assert said("50.01", project=project) == [
        ("amount", "已申报 19,950.00 万元，加本笔 50.01 万元，超过签约总投资 20,000.00 万元。")
    ]


@pytest.mark.parametrize(("stage", "word"), [("lost", "已流失"), ("abandoned", "已终止")])
def test_a_project_that_went_away_takes_no_money(stage, word):
    project = ProjectFacts(Decimal(20000), date(2023, 3, 1), stage)
    assert said(project=project) == [("project", f"项目{word}，不能再申报资金。")]
    assert said("-5", project=project, reverses=True) == [], "what was counted wrongly may still be taken back"


def test_a_project_without_signing_takes_no_money():
    assert said(project=ProjectFacts(Decimal(20000), None, "negotiating")) == [
        ("project", "项目还没有签约，不能申报资金；请先登记签约。")
    ]


def test_a_voucher_counts_once_by_file_and_by_number():
    books = Books(TODAY, hashes={"ab": "“甲项目”"}, numbers={("验资报告", "1号"): "“乙项目”"})
    assert said(books=books, voucher_sha256="ab")[0] == (
        "voucher_file",
        "这份凭证文件已用于“甲项目”，一份凭证只能申报一次。",
    )
    used = said(books=books, voucher_kind="验资报告", voucher_number="1号")
    assert used == [("voucher_number", "验资报告 1号 已用于“乙项目”，一份凭证只能申报一次。")]
    assert said(books=books, voucher_kind="银行进账单", voucher_number="1号") == [], "another kind is another slip"


def test_a_reversal_is_negative():
    assert said("-100", reverses=True) == []
    assert said("100", reverses=True) == [("amount", "冲销的金额应为负数。")]


def test_several_faults_are_told_at_once():
    assert [field for field, _ in said("0", "2024-05", ProjectFacts())] == ["amount", "month", "project"]


def test_ten_thousand_fold_jumps_are_asked_about():
    months = {"2023-08": Decimal(1000), "2023-09": Decimal(1200), "2023-10": Decimal(900)}
    project = ProjectFacts(Decimal(20_000_000), date(2023, 1, 1), "started", sum(months.values()), months)
    assert questions(Entry(Decimal(1100), "2023-11"), project) == [
        "本笔 1,100.00 万元，不到签约总投资 20,000,000.00 万元的万分之一，请确认单位是万元。"
    ]
    big = questions(Entry(Decimal(10_000_000), "2023-11"), project)
    assert big == ["本笔 10,000,000.00 万元，比此前各月（中位数 1,000.00 万元）多 10000 倍，请确认单位是万元。"]
    small = questions(Entry(Decimal("0.1"), "2023-11"), ProjectFacts(Decimal(900), None, "", months=months))
    assert small == ["本笔 0.10 万元，比此前各月（中位数 1,000.00 万元）少 10000 倍，请确认单位是万元。"]


def test_an_unknown_total_is_asked_about_and_usual_amounts_are_not():
    assert questions(Entry(Decimal(5), "2023-11"), ProjectFacts()) == ["项目没有登记签约总投资，无法核对是否超出。"]
    assert questions(Entry(Decimal(500), "2023-11"), SIGNED) == []
    assert questions(Entry(Decimal(-500), "2023-11", reverses=True), ProjectFacts()) == []


@pytest.mark.django_db
def test_facts_of_many_rows_take_the_same_number_of_queries(django_assert_num_queries):
    projects = [make_project(stages=[("signed", date(2023, 2, 1)), ("started", date(2023, 4, 1))]) for _ in range(30)]
    for project in projects:
        make_fund(project, "100", "2023-05")
        make_fund(project, "50", "2023-06", state="returned", return_reason="凭证不清", city_verified_on=None)
        make_investment(project, "7")
    with django_assert_num_queries(2):
        facts = entry_facts.project_facts(FundEntry, [project.pk for project in projects], on=TODAY)
    one = facts[projects[0].pk]
    assert (one.entered, one.months, one.signed_on, one.stage) == (
        Decimal(100),
        {"2023-05": Decimal(100)},
        date(2023, 2, 1),
        "started",
    )
    before = entry_facts.project_facts(InvestmentEntry, [projects[0].pk], on=date(2023, 3, 1))[projects[0].pk]
    assert (before.stage, before.entered) == ("signed", Decimal(7))


@pytest.mark.django_db
def test_books_tell_where_a_voucher_was_counted(django_assert_num_queries):
    project = make_project(name="甲项目")
    row = make_fund(project, "100", "2023-05", voucher_kind="验资报告", voucher_number="1号", voucher_sha256="a" * 64)
    PeriodLock.objects.create(area="funds", period="2023-04", locked_on=TODAY)
    PeriodLock.objects.create(area="tasks", period="2023-07", locked_on=TODAY)
    with django_assert_num_queries(3):
        found = entry_facts.books(on=TODAY, hashes=["a" * 64, ""], numbers=[("验资报告", "1号"), ("验资报告", "2号")])
    where = "“甲项目”2023年5月 100.00 万元"
    assert found.hashes == {"a" * 64: where} and found.numbers == {("验资报告", "1号"): where}
    assert found.locked == {"2023-04"}
    FundEntry.objects.filter(pk=row.pk).update(voucher_freed=True, voucher_sha256=None)
    assert entry_facts.books(on=TODAY, numbers=[("验资报告", "1号")]).numbers == {}
