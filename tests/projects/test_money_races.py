"""Several people at the same moment: each row is claimed once, verified once, reversed once."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier

import pytest
from django.db import connection

from common.errors import UserError
from common.models import AuditEntry
from common.versions import StaleVersion
from projects import entries, money_locking, verification
from projects.health import checking
from projects.models import FundEntry, HealthFinding
from tests import make
from tests.make import TODAY, make_user
from tests.projects.make import make_fund
from tests.projects.money import claim, make_cast, stored

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast():
    make.make_business_date()
    return make_cast()


def at_once(acts):
    """Start all acts together; return what each returned, or the refusal it met."""
    gate = Barrier(len(acts))

    def run(act):
        try:
            gate.wait()
            return act()
        except (UserError, StaleVersion) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_of_two_verifiers_at_once_one_verifies(cast):
    row = verification.verify_entry(entry=claim(cast), version=1, by=cast.reviewer, on=TODAY)
    office = [cast.city, *(make_user("coordinator") for _ in range(3))]
    done = at_once(
        [lambda by=by: verification.verify_entry(entry=row, version=row.version, by=by, on=TODAY) for by in office]
    )
    assert sum(isinstance(result, FundEntry) for result in done) == 1
    assert AuditEntry.objects.filter(action="市级核实到位资金").count() == 1


def test_the_same_claim_sent_many_times_at_once_is_one_row(cast):
    slip = stored(cast)
    done = at_once([lambda: claim(cast, Decimal(5), voucher_number="同一号", file=slip)] * 6)
    assert FundEntry.objects.count() == 1
    assert {result.pk for result in done} == {FundEntry.objects.get().pk}


def test_claims_at_once_never_pass_the_total_together(cast):
    slips = [stored(cast) for _ in range(5)]
    done = at_once([lambda slip=slip: claim(cast, Decimal(9000), file=slip) for slip in slips])
    assert sum(isinstance(result, FundEntry) for result in done) == 2
    assert all("超过签约总投资" in result.message for result in done if not isinstance(result, FundEntry))


def test_a_row_is_reversed_once(cast):
    row = make_fund(cast.project, "50")
    reasons = ["重复入账", "金额有误", "凭证作废"]
    done = at_once(
        [
            lambda reason=reason: entries.reverse_entry(entry=row, reason=reason, by=cast.reporter, on=TODAY)
            for reason in reasons
        ]
    )
    assert sum(isinstance(result, FundEntry) for result in done) == 1
    assert FundEntry.objects.filter(reverses=row).count() == 1


def test_a_claim_and_a_lock_at_once_leave_no_claim_in_a_locked_month(cast):
    done = at_once(
        [
            lambda: claim(cast, Decimal(5), "2023-10"),
            lambda: money_locking.lock_month(period="2023-10", by=cast.city, on=TODAY),
        ]
    )
    assert sum(isinstance(result, UserError) for result in done) == 1


def test_two_checks_at_once_open_each_slip_once(cast):
    at_once([lambda: checking.run_check(on=TODAY)] * 3)
    assert sorted(HealthFinding.objects.values_list("rule", "number")) == [("low_funds", 2), ("no_funds", 1)]


def test_a_voucher_used_by_another_project_meanwhile_is_refused_by_its_sentence(monkeypatch):
    make.make_business_date()
    cast, other = make_cast(), make_cast()
    row = claim(cast)
    claim(other, voucher_number="GZ-1")
    looks = iter((lambda *args, **given: None, entries.check))  # the first look came before the other's claim
    monkeypatch.setattr(entries, "check", lambda *args, **given: next(looks)(*args, **given))
    values = {"amount": row.amount, "month": row.month, "voucher_kind": row.voucher_kind, "voucher_number": "GZ-1"}
    with pytest.raises(UserError, match="GZ-1 已用于"):
        entries.correct_entry(
            entry=row, version=row.version, by=cast.reporter, on=TODAY, file=row.voucher_file, **values
        )
    row.refresh_from_db()
    assert row.voucher_number != "GZ-1"
