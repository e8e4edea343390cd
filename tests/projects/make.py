"""Plain helpers that make projects and their money for tests; what a test does not care about is filled in."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import count

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from common import periods
from projects.models import CreditShare, FundEntry, InvestmentEntry, Project, SigningEvent, StageChange
from tests.make import PDF, make_organisation

_numbers = count(1)


def make_county(short, code=None):
    n = next(_numbers)
    return make_organisation(short, kind="county", code=code or f"37{n:04d}", valid_to="")


def make_event(key="autumn", **fields):
    return SigningEvent.objects.create(**{"key": key, "name": f"活动{key}", "held_on": date(2023, 9, 22)} | fields)


def make_project(county=None, *, stages=(), **fields):
    """A project from Beijing of 2 亿元; ``stages`` are pairs of stage and day."""
    n = next(_numbers)
    known = {"code": f"P{n:05d}", "name": f"项目{n}", "origin_province": "北京市", "total_investment": Decimal(20000)}
    project = Project.objects.create(**known | {"county": county} | fields)
    for stage, day in stages:
        make_stage(project, stage, day)
    return project


def make_stage(project, stage, day, **fields):
    off_path = {"reason": "投资方调整计划"} if stage in ("paused", "lost", "abandoned") else {}
    return StageChange.objects.create(project=project, stage=stage, on=day, **off_path | fields)


def make_fund(project, amount="100", month="2023-06", **fields):
    """A fund entry verified by the city in the month after its own, unless the fields say otherwise."""
    n = next(_numbers)
    fields = {"voucher_kind": "银行进账单", "voucher_number": f"V{n:05d}"} | fields
    return FundEntry.objects.create(project=project, **_verified(month) | {"amount": Decimal(amount)} | fields)


def make_investment(project, amount="100", month="2023-06", **fields):
    return InvestmentEntry.objects.create(project=project, **_verified(month) | {"amount": Decimal(amount)} | fields)


def _verified(month):
    end = periods.last_day(month)
    return {
        "month": month,
        "state": "city_verified",
        "claimed_on": end,
        "county_verified_on": end + timedelta(days=5),
        "city_verified_on": end + timedelta(days=10),
    }


def sheet_of(response):
    """The sheet as lists of values: notes above, then the header row and what follows."""
    assert response.status_code == 200
    rows = list(openpyxl.load_workbook(BytesIO(response.content)).active.iter_rows())
    top = next(n for n, row in enumerate(rows) if len([cell for cell in row if cell.value is not None]) > 2)
    return rows[:top], [cell.value for cell in rows[top]], rows[top + 1 :]


def make_credit(project, organisation, percent="30", part="first_talks"):
    return CreditShare.objects.create(project=project, organisation=organisation, percent=Decimal(percent), part=part)


def make_upload(name="佐证.pdf", content=PDF):
    return SimpleUploadedFile(name, content)
