"""The second factor: codes of a phone's generator (TOTP, RFC 6238, 30 seconds, 6 digits).

Officers and reviewers need it. Demonstration accounts are exempt: their printed passwords must suffice.
A code counts once; five wrong ones bar the second factor for 15 minutes.
"""

import io
import time
from datetime import timedelta

import pyotp
import segno
from django.db import transaction
from django.utils import timezone

from accounts.models import SecondFactor
from accounts.permissions import NEEDS_SECOND_FACTOR
from common import audit
from common.errors import UserError

STEP_SECONDS = 30
TOLERATED_STEPS = 1
FAILURE_LIMIT = 5
LOCKED_FOR = timedelta(minutes=15)
ISSUER = "德州京津冀督导平台"
SESSION_KEY = "second_factor"
REFUSED = "动态口令不正确或已用过。连续输错 5 次需等 15 分钟再试。"


def is_needed(user) -> bool:
    return user.role in NEEDS_SECOND_FACTOR and not user.is_demo


def is_given(user, session) -> bool:
    """Tell whether this session has passed the user's present second factor (a reset one no longer counts)."""
    device = getattr(user, "second_factor", None)
    return bool(device and device.confirmed_at and session.get(SESSION_KEY) == device.pk)


def prepare(user) -> SecondFactor:
    """Return the user's device; a new one, not yet confirmed, where there is none. Called at sign-in."""
    device, _ = SecondFactor.objects.get_or_create(user=user, defaults={"secret": pyotp.random_base32()})
    return device


def qr_code(device: SecondFactor) -> str:
    """Return the enrolment code as inline SVG without styles."""
    uri = pyotp.TOTP(device.secret).provisioning_uri(name=device.user.username, issuer_name=ISSUER)
    picture = io.BytesIO()
    segno.make(uri, error="m").save(
        picture, kind="svg", scale=5, border=2, dark="#000", light="#fff", xmldecl=False, svgns=False, nl=False
    )
    return picture.getvalue().decode()


@transaction.atomic
def check_code(*, user, code: str, now: float | None = None) -> int | None:
    """Return the device's id when ``code`` is right, unused and the device not barred; None otherwise.

    ``now`` is the time in seconds since 1970. Every refusal counts and is audited.
    """
    device = SecondFactor.objects.select_for_update().get(user=user)
    moment = time.time() if now is None else now
    step = None if device.locked_until and device.locked_until > timezone.now() else _step_of(device, code, moment)
    if step is None:
        _count_failure(device, user)
        return None
    first = device.confirmed_at is None
    device.last_step, device.failures, device.locked_until = step, 0, None
    device.confirmed_at = device.confirmed_at or timezone.now()
    device.save()
    audit.record(by=user, action="绑定动态口令" if first else "验证动态口令", target=user)
    return device.pk


def _step_of(device, code, moment) -> int | None:
    """Return the time step that ``code`` belongs to when it lies after the last one used."""
    now = int(moment // STEP_SECONDS)
    generator = pyotp.TOTP(device.secret)
    for step in range(now - TOLERATED_STEPS, now + TOLERATED_STEPS + 1):
        if step > device.last_step and pyotp.utils.strings_equal(generator.generate_otp(step), code):
            return step
    return None


def _count_failure(device, user):
    barred = device.locked_until and device.locked_until > timezone.now()
    if not barred:
        device.failures += 1
        if device.failures >= FAILURE_LIMIT:
            device.failures, device.locked_until = 0, timezone.now() + LOCKED_FOR
        device.save()
    audit.record(by=user, action="动态口令未通过", target=user, succeeded=False)


@transaction.atomic
def reset(*, user, by) -> None:
    """Take the user's device away, so that the next sign-in enrols a new one. UserError when there is none.

    ``by`` None means the command line.
    """
    removed, _ = SecondFactor.objects.filter(user=user).delete()
    if not removed:
        raise UserError(f"账号“{user.username}”没有绑定动态口令，无需重置。")
    audit.record(by=by, action="重置动态口令", target=user)
