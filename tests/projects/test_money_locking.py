"""Locked months of the money ledgers: refused on every page, and by the database itself."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from common import locking
from common.errors import UserError
from common.models import AuditEntry, PeriodLock, UnlockRequest
from projects import entries, money_locking, verification
from projects.models import FundEntry, InvestmentEntry
from tests import make
from tests.make import TODAY, client_of, make_user
from tests.projects.make import make_fund, make_investment
from tests.projects.money import claim, invest, make_cast

pytestmark = pytest.mark.django_db
MONTH = "2023-10"


@pytest.fixture
def cast():
    make.make_business_date()
    return make_cast()


@pytest.fixture
def locked(cast):
    """A month with one verified row of each kind, locked."""
    rows = make_fund(cast.project, "500", MONTH), make_investment(cast.project, "400", MONTH)
    money_locking.lock_month(period=MONTH, by=cast.city, on=TODAY)
    return rows


def refused(act):
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


def test_the_database_has_its_triggers():
    """SQLite drops them with a table that a migration makes anew; then that migration has to create them."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%entry_locked_%'")
            assert cursor.fetchone()[0] == 6
        else:
            cursor.execute("SELECT count(*) FROM pg_trigger WHERE tgname LIKE '%entry_locked'")
            assert cursor.fetchone()[0] == 2


def test_the_database_refuses_money_of_a_locked_month(cast, locked):
    for row in locked:
        model = type(row)
        refused(lambda model=model, row=row: model.objects.filter(pk=row.pk).update(amount=1))
        refused(lambda model=model, row=row: model.objects.filter(pk=row.pk).update(month="2023-11"))
        refused(lambda model=model, row=row: model.objects.filter(pk=row.pk).update(state="claimed"))
        refused(lambda model=model, row=row: model.objects.filter(pk=row.pk).delete())
        assert model.objects.filter(pk=row.pk).update(note="注") == 1, "words may still be added"
    refused(lambda: make_fund(cast.project, "1", MONTH))
    refused(lambda: make_investment(cast.project, "1", MONTH))
    open_month = make_fund(cast.project, "1", "2023-09")
    refused(lambda: FundEntry.objects.filter(pk=open_month.pk).update(month=MONTH))
    PeriodLock.objects.create(area="tasks", period="2023-08", locked_on=TODAY)
    make_fund(cast.project, "1", "2023-08")


def test_a_returned_row_may_leave_a_locked_month_and_none_may_come_in(cast):
    row = claim(cast, Decimal(70), MONTH)
    row = verification.return_entry(entry=row, version=1, reason="月份不对", by=cast.reviewer, on=TODAY)
    money_locking.lock_month(period=MONTH, by=cast.city, on=TODAY)
    given = {
        "amount": Decimal(70),
        "voucher_kind": row.voucher_kind,
        "voucher_number": row.voucher_number,
        "file": row.voucher_file,
    } | {"by": cast.reporter, "on": TODAY, "confirmed": True}
    with pytest.raises(entries.Refused, match="2023年10月的资金台账已锁定"):
        entries.correct_entry(entry=row, version=row.version, month=MONTH, **given)
    moved = entries.correct_entry(entry=row, version=row.version, month="2023-11", **given)
    assert (moved.month, moved.state) == ("2023-11", "claimed")


def test_a_locked_month_takes_no_claim_on_the_page(cast, locked):
    url = reverse("projects:investment_new", args=[cast.project.pk])
    text = client_of(cast.reporter).post(url, {"amount": "5", "month": MONTH}).content.decode()
    assert "2023年10月的资金台账已锁定，请记入未锁定的月份，或由协调办申请解锁。" in text
    assert InvestmentEntry.objects.count() == 1


def test_a_row_of_a_locked_month_is_taken_back_by_one_of_the_open_month(cast, locked):
    back = entries.reverse_entry(entry=locked[0], reason="重复", by=cast.reporter, on=TODAY)
    for user in (cast.reviewer, cast.city):
        back = verification.verify_entry(entry=back, version=back.version, by=user, on=TODAY)
    assert (back.month, back.state) == ("2023-12", "city_verified")
    locked[0].refresh_from_db()
    assert locked[0].amount == 500 and locked[0].voucher_freed


def test_a_month_locks_when_it_is_over_and_nothing_waits(cast):
    row = invest(cast, Decimal(5), MONTH)
    with pytest.raises(UserError, match="2023年10月还有 1 笔申报待审核"):
        money_locking.lock_month(period=MONTH, by=cast.city, on=TODAY)
    with pytest.raises(UserError, match="2023年12月还没有结束"):
        money_locking.lock_month(period="2023-12", by=cast.city, on=TODAY)
    with pytest.raises(UserError, match="年月"):
        money_locking.lock_month(period="2023-13", by=cast.city, on=TODAY)
    for other in (cast.reporter, cast.reviewer, make_user("leader")):
        with pytest.raises(UserError, match="只有协调办"):
            money_locking.lock_month(period="2023-09", by=other, on=TODAY)
    verification.return_entry(entry=row, version=1, reason="重复", by=cast.reviewer, on=TODAY)
    for _ in range(3):
        money_locking.lock_month(period=MONTH, by=cast.city, on=TODAY)
    assert AuditEntry.objects.filter(action="锁定期间").count() == 1


def test_what_was_claimed_before_a_lock_by_other_means_is_not_verified(cast):
    row = claim(cast, month=MONTH)
    PeriodLock.objects.create(area="funds", period=MONTH, locked_on=date(2023, 11, 5))
    for act in (
        lambda: verification.verify_entry(entry=row, version=1, by=cast.reviewer, on=TODAY),
        lambda: verification.return_entry(entry=row, version=1, reason="退", by=cast.reviewer, on=TODAY),
    ):
        with pytest.raises(UserError, match="2023年10月的资金台账已锁定，不能"):
            act()


def test_two_people_open_a_month_again_on_the_page(cast, locked):
    url, second = reverse("projects:money_months"), make_user("coordinator")
    desk, other = client_of(cast.city), client_of(second)
    text = desk.get(url).content.decode()
    assert "500.00" in text and "400.00" in text and "已锁定" in text
    assert "解锁须写明原因" in desk.post(url, {"act": "ask", "period": MONTH, "reason": ""}).content.decode()
    desk.post(url, {"act": "ask", "period": MONTH, "reason": "来函更正"})
    asked = UnlockRequest.objects.get(area="funds")
    own = desk.post(url, {"act": "agree", "period": MONTH, "request": asked.pk})
    assert own.status_code == 400 and "不能同意自己的申请" in own.content.decode()
    assert other.post(url, {"act": "agree", "period": MONTH, "request": asked.pk}).status_code == 302
    assert not PeriodLock.objects.filter(area="funds").exists()
    make_fund(cast.project, "1", MONTH)
    assert desk.post(url, {"act": "x", "period": "2023-99"}).status_code == 400


def test_areas_lock_apart(cast, locked):
    assert locking.is_locked("funds", MONTH) and not locking.is_locked("tasks", MONTH)
    assert locking.locked_months("observations") == frozenset()
    with pytest.raises(UserError, match="没有锁定"):
        locking.ask_unlock(area="tasks", period=MONTH, reason="更正", by=cast.city, on=TODAY)
    asked = locking.ask_unlock(area="funds", period=MONTH, reason="更正", by=cast.city, on=TODAY)
    with pytest.raises(UserError, match="已经撤回"):
        locking.agree_unlock(area="tasks", request_id=asked.pk, by=make_user("coordinator"), on=TODAY)
    with pytest.raises(UserError, match="原因不超过 300 字"):
        locking.ask_unlock(area="funds", period=MONTH, reason="字" * 301, by=cast.city, on=TODAY)


def test_a_locked_row_is_marked_on_the_projects_page(cast, locked):
    text = client_of(cast.reporter).get(reverse("projects:detail", args=[cast.project.pk])).content.decode()
    assert 'aria-label="已锁定"' in text
