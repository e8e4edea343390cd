"""The company's link to its own case: a random token, shown once, of which only the digest is kept."""

import hashlib
import secrets
from datetime import date, datetime, timedelta

from django.db import transaction

from common import audit
from common.errors import UserError
from common.versions import save_over
from projects.models import FollowVisit, ServiceCase
from projects.service import cases, permits

TOKEN_BYTES = 32
VALID_DAYS = 90
TRIES, WINDOW = 20, timedelta(minutes=10)  # per address; a token has 256 bits, so this only ends idle guessing
KEPT = timedelta(days=1)


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def make_link(*, case: ServiceCase, version: int, by, on: date) -> tuple[ServiceCase, str]:
    """Return the case and a fresh token, valid for 90 days; a link made before is void from now on."""
    case = cases.locked(case)
    if not permits.may_work(by, case):
        raise UserError("查询链接由所在县市区、承办单位或协调办生成。")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    renewed = case.link_digest is not None
    until = on + timedelta(days=VALID_DAYS)
    case = save_over(case, version=version, link_digest=digest_of(token), link_until=until)
    audit.record(by=by, action="更换查询链接" if renewed else "生成查询链接", target=case, after={"until": until})
    return case, token


@transaction.atomic
def revoke_link(*, case: ServiceCase, version: int, by, on: date) -> ServiceCase:
    """Make the company's link void at once."""
    case = cases.locked(case)
    if not permits.may_work(by, case):
        raise UserError("查询链接由所在县市区、承办单位或协调办停用。")
    if case.link_digest is None:
        return case
    case = save_over(case, version=version, link_digest=None, link_until=None)
    audit.record(by=by, action="停用查询链接", target=case, after={"on": on})
    return case


def case_of(token: str, on: date) -> ServiceCase | None:
    """Return the case that the token opens on that day, or None: unknown, revoked and expired are one answer."""
    rows = ServiceCase.objects.filter(link_digest=digest_of(token), link_until__gte=on)
    return rows.first()


@transaction.atomic
def rate_by_link(*, token: str, satisfaction: str, note: str, on: date) -> ServiceCase:
    """Write the company's own rating, once. Raises ServiceCase.DoesNotExist when the link opens nothing."""
    found = case_of(token, on)
    if found is None:
        raise ServiceCase.DoesNotExist
    case = cases.locked(found)
    return cases.write_rating(case, satisfaction=satisfaction, note=note, version=case.version, by=None, on=on)


def may_try(address: str, now: datetime) -> bool:
    """Count one try from this address and tell whether it is within 20 in 10 minutes.

    Counted in the database, which every web process shares. A refused try is not counted: waiting helps.
    """
    recent = FollowVisit.objects.filter(address=address, at__gt=now - WINDOW)
    if recent.count() >= TRIES:
        return False
    FollowVisit.objects.create(address=address, at=now)
    return recent.count() <= TRIES


def forget_visits(now: datetime) -> int:
    """Delete the tries that no longer count and return how many they were."""
    return FollowVisit.objects.filter(at__lt=now - KEPT).delete()[0]
