"""The four rules of the health check, on the facts of one project; no query, no clock. Amounts in 万元.

Only city-verified funds count, as everywhere. Projects that were lost or abandoned are not examined.
"""

import calendar
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from common.amounts import in_wan, share, trim
from projects.models import HealthFinding

Rule = HealthFinding.Rule
OFF_PATH = ("lost", "abandoned")
YEAR, FUNDS_AFTER, HALF_YEAR = 12, 3, 6  # months
LOW_SHARE = 15  # per cent of the total investment
APART = 30  # percentage points


@dataclass(frozen=True)
class Health:
    """What the rules look at, as of a day. ``funds`` None: nothing verified; ``percent`` None: never seen."""

    stage: str = ""
    signed_on: date | None = None
    started_on: date | None = None
    total_investment: Decimal | None = None
    funds: Decimal | None = None
    percent: int | None = None
    seen_on: date | None = None


def findings(project: Health, on: date) -> dict[str, str]:
    """Return the rules that hold for the project on that day, each with the figures it rests on."""
    if project.stage in OFF_PATH:
        return {}
    checks = {
        Rule.NOT_STARTED: not_started,
        Rule.NO_FUNDS: no_funds,
        Rule.LOW_FUNDS: low_funds,
        Rule.OUT_OF_STEP: out_of_step,
    }
    found = {rule.value: check(project, on) for rule, check in checks.items()}
    return {rule: basis for rule, basis in found.items() if basis}


def not_started(project: Health, on: date) -> str:
    """Signed over a year ago and not started."""
    if project.signed_on is None or project.started_on or on <= add_months(project.signed_on, YEAR):
        return ""
    return f"{project.signed_on} 签约，至 {on} 已超过一年，没有开工。"


def no_funds(project: Health, on: date) -> str:
    """Started three months ago, and no funds in place."""
    if project.started_on is None or on < add_months(project.started_on, FUNDS_AFTER) or (project.funds or 0) > 0:
        return ""
    return f"{project.started_on} 开工，至 {on} 已满三个月，没有经市级核实的到位资金。"


def low_funds(project: Health, on: date) -> str:
    """Started half a year ago, and funds in place under 15 % of the total investment."""
    total = project.total_investment
    if project.started_on is None or not total or on < add_months(project.started_on, HALF_YEAR):
        return ""
    funds = project.funds or Decimal(0)
    if funds * 100 >= total * LOW_SHARE:
        return ""
    return (
        f"{project.started_on} 开工，至 {on} 已满半年，到位资金 {in_wan(funds)} 万元，"
        f"占总投资 {in_wan(total)} 万元的 {trim(share(funds, total))}%，不足 {LOW_SHARE}%。"
    )


def out_of_step(project: Health, on: date) -> str:
    """Funds in place and physical progress more than 30 percentage points apart."""
    total = project.total_investment
    if project.percent is None or not total:
        return ""
    funds = project.funds or Decimal(0)
    apart = abs(funds * 100 - total * project.percent)
    if apart <= total * APART:
        return ""
    return (
        f"到位资金 {in_wan(funds)} 万元，占总投资的 {trim(share(funds, total))}%；{project.seen_on} 形象进度 "
        f"{project.percent}%，相差 {trim(share(apart / 100, total))} 个百分点，超过 {APART} 个百分点。"
    )


def add_months(day: date, months: int) -> date:
    """Return the same day ``months`` later, the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
