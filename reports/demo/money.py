"""Funds in place and investment completed of the demonstration's projects, in whole 万元.

Everything verified by the city is verified by the end of October 2023, the date of the published total;
what was claimed later still waits.
"""

from decimal import Decimal

from common import periods
from projects.models import FundEntry, InvestmentEntry
from reports.demo.calendar import month_days

LAST_COUNTED = "2023-10"
STILL_WAITING = 14
State = FundEntry.State


def split_exactly(total: int, weights: list[float], step: int = 1) -> list[int]:
    """Split ``total`` by weight into multiples of ``step`` that add up to it; the last takes what is left."""
    whole = sum(weights)
    parts = [int(total * weight / whole) // step * step for weight in weights]
    parts[-1] += total - sum(parts)
    return parts


def draw_funds(drafts, counties, rng):
    """Give each started project its funds, so that each county's add up to its stated sum."""
    for short, row in counties.items():
        own = [draft for draft in drafts if draft.county == short and draft.started_on]
        weights = [rng.uniform(0.4, 1.8) * _months_running(draft) for draft in own]
        for draft, amount in zip(own, split_exactly(int(row["funds"]), weights, 10), strict=True):
            draft.funds = amount


def _months_running(draft):
    """A project that started early has had more time to bring its money; the newest get little."""
    return 0.35 + (11 - draft.started_on.month) / 6


def load_money(drafts, vouchers, rng):
    """Write the verified entries of every started project and a few that still wait for verification."""
    funds, invested, number = [], [], 0
    started = [draft for draft in drafts if draft.started_on]
    for draft in started:
        months = periods.months_between(periods.period_of(draft.started_on), LAST_COUNTED)
        chosen = sorted(rng.sample(months, min(len(months), rng.choice((1, 2, 3)))))
        for month, amount in zip(
            chosen, split_exactly(draft.funds, [rng.uniform(0.6, 1.4) for _ in chosen], 10), strict=True
        ):
            number += 1
            funds.append(_fund(draft, month, amount, number, rng.choice(vouchers), rng))
            spent = int(amount * rng.uniform(0.55, 0.95)) // 10 * 10
            invested.append(InvestmentEntry(**_verified(draft, month, spent, rng)))
    for draft in rng.sample(started, STILL_WAITING):
        number += 1
        funds.append(_waiting(draft, number, rng.choice(vouchers), rng))
    FundEntry.objects.bulk_create(funds)
    InvestmentEntry.objects.bulk_create(invested)


def _fund(draft, month, amount, number, voucher, rng):
    return FundEntry(
        **_verified(draft, month, amount, rng), voucher_kind=voucher, voucher_number=_voucher_number(month, number)
    )


def _verified(draft, month, amount, rng):
    """Claimed in the month's last decade at the latest, verified by county and city within the same month."""
    days = [day for day in month_days(month) if day >= draft.started_on or month > f"{draft.started_on:%Y-%m}"]
    days = days[-9:] or [periods.last_day(month)]
    middle = len(days) // 2
    claimed, county, city = days[0], days[middle], rng.choice(days[middle:][-2:])
    return {
        "project": draft.project,
        "month": month,
        "amount": Decimal(amount),
        "state": State.CITY_VERIFIED,
        "claimed_on": claimed,
        "county_verified_on": county,
        "city_verified_on": city,
        "is_demo": True,
    }


def _waiting(draft, number, voucher, rng):
    month = rng.choice(("2023-11", "2023-12"))
    days = month_days(month)
    checked = rng.random() < 0.6
    return FundEntry(
        project=draft.project,
        month=month,
        amount=Decimal(rng.randrange(30, 260) * 10),
        state=State.COUNTY_VERIFIED if checked else State.CLAIMED,
        claimed_on=days[1],
        county_verified_on=rng.choice(days[3:]) if checked else None,
        voucher_kind=voucher,
        voucher_number=_voucher_number(month, number),
        is_demo=True,
    )


def _voucher_number(month, number):
    return f"SL{month.replace('-', '')}{number:04d}"
