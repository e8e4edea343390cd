"""Helpers of the tests of money: a county with its people, a signed project, pictures of vouchers."""

from dataclasses import dataclass
from datetime import date
from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Organisation, User
from projects import entries
from projects.files import store_file
from tests.make import TODAY, make_user
from tests.projects.make import make_county, make_project

_numbers = count(1)


@dataclass
class Cast:
    county: Organisation
    reporter: User
    reviewer: User
    city: User
    project: object


def make_cast(**fields) -> Cast:
    """A county's reporter and reviewer, the office, and a project of 2 亿元 signed in March 2023."""
    county = make_county(f"县{next(_numbers)}")
    project = make_project(county, stages=[("signed", date(2023, 3, 1)), ("started", date(2023, 5, 1))], **fields)
    return Cast(
        county=county,
        reporter=make_user("county_reporter", county),
        reviewer=make_user("reviewer", county),
        city=make_user("coordinator"),
        project=project,
    )


def picture(name="凭证.png", content=None):
    """An upload that passes for a picture; each has other bytes unless ``content`` says so."""
    body = content or str(next(_numbers)).encode()
    return SimpleUploadedFile(name, b"\x89PNG\r\n\x1a\n" + body, content_type="image/png")


def stored(cast, content=None):
    return store_file(project=cast.project, purpose="voucher", upload=picture(content=content), by=cast.reporter)


def claim(cast, amount=100, month="2023-11", *, on=TODAY, **fields):
    """Funds that the county's reporter has claimed, with a voucher of their own."""
    given = {"voucher_kind": "银行进账单", "voucher_number": f"N{next(_numbers)}"} | fields
    if "file" not in given:
        given["file"] = stored(cast)
    return entries.claim_fund(
        project=cast.project, amount=amount, month=month, by=cast.reporter, on=on, **{"confirmed": True} | given
    )


def invest(cast, amount=100, month="2023-11", *, on=TODAY, **fields):
    return entries.claim_investment(
        project=cast.project, amount=amount, month=month, by=cast.reporter, on=on, confirmed=True, **fields
    )
