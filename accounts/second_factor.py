"""The second factor: codes of a phone's generator (TOTP, RFC 6238, 30 seconds, 6 digits).

Officers and reviewers need it. Demonstration accounts are exempt: their printed passwords must suffice.
A code counts once; five wrong ones bar the second factor for 15 minutes. A recovery code (accounts/recovery.py)
stands in for the generator's. The secret rests encrypted (common/sealing.py).
"""

import io
import time
from datetime import timedelta

import pyotp
import segno
from django.db import transaction
from django.utils import timezone

from accounts import recovery
from accounts.models import SecondFactor
from accounts.permissions import NEEDS_SECOND_FACTOR
from common import audit
from common.errors import UserError
from common.sealing import Unreadable, seal

STEP_SECONDS = 30
TOLERATED_STEPS = 1
FAILURE_LIMIT = 5
LOCKED_FOR = timedelta(minutes=15)
ISSUER = "德州京津冀督导平台"
SESSION_KEY = "second_factor"
REFUSED = "动态口令不正确或已用过。连续输错 5 次需等 15 分钟再试。"
UNREADABLE = "本站的密钥已更换，动态口令无法核对。请用恢复码登录，或请安全管理员重置动态口令。"


def is_needed(user) -> bool:
    return user.role in NEEDS_SECOND_FACTOR and not user.is_demo


def is_given(user, session) -> bool:
    """Tell whether this session has passed the user's present second factor (a reset one no longer counts)."""
    device = getattr(user, "second_factor", None)
    return bool(device and device.confirmed_at and session.get(SESSION_KEY) == device.pk)


def prepare(user) -> SecondFactor:
    """Return the user's device; a new one, not yet confirmed, where there is none. Called at sign-in.

    A confirmed device whose secret cannot be read stays: a new one would let the password alone suffice.
    """
    fresh = {"sealed_secret": seal(pyotp.random_base32())}
    device, made = SecondFactor.objects.get_or_create(user=user, defaults=fresh)
    if not made and device.confirmed_at is None and not is_readable(device):
        SecondFactor.objects.filter(pk=device.pk, confirmed_at=None).update(**fresh)
        device.refresh_from_db()
    return device


def is_readable(device: SecondFactor) -> bool:
    try:
        return bool(device.secret)
    except Unreadable:
        return False


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

    ``code`` is the generator's, or a recovery code once the device is confirmed. ``now`` is the time in seconds
    since 1970. Every refusal counts and is audited.
    """
    device = SecondFactor.objects.select_for_update().get(user=user)
    first = device.confirmed_at is None
    if _is_barred(device):
        _count_failure(device, user)
    elif step := _step_of(device, code, time.time() if now is None else now):
        device.sealed_secret = seal(device.secret)  # under the present key, where the old one was a fallback
        _accept(device, step)
        audit.record(by=user, action="绑定动态口令" if first else "验证动态口令", target=user)
        return device.pk
    elif not first and recovery.use_code(device, code):
        _accept(device, device.last_step)
        audit.record(by=user, action="使用恢复码", target=user, after={"剩余": recovery.left(device)})
        return device.pk
    else:
        _count_failure(device, user)
    return None


def _accept(device, step):
    device.last_step, device.failures, device.locked_until = step, 0, None
    device.confirmed_at = device.confirmed_at or timezone.now()
    device.save()


@transaction.atomic
def give_recovery_codes(*, user) -> list[str]:
    """Return fresh recovery codes of the user's device, to be shown once; those given before are void."""
    device = SecondFactor.objects.select_for_update().get(user=user)
    codes = recovery.make_codes(device)
    audit.record(by=user, action="生成恢复码", target=user, after={"个数": len(codes)})
    return codes


@transaction.atomic
def renew_recovery_codes(*, user, code: str) -> list[str]:
    """Return fresh codes when ``code`` is right as at sign-in; none otherwise."""
    return give_recovery_codes(user=user) if check_code(user=user, code=code) else []


def _step_of(device, code, moment) -> int | None:
    """Return the time step that ``code`` belongs to when it lies after the last one used."""
    if not is_readable(device):
        return None
    now = int(moment // STEP_SECONDS)
    generator = pyotp.TOTP(device.secret)
    for step in range(now - TOLERATED_STEPS, now + TOLERATED_STEPS + 1):
        if step > device.last_step and pyotp.utils.strings_equal(generator.generate_otp(step), code):
            return step
    return None


def _is_barred(device) -> bool:
    return bool(device.locked_until and device.locked_until > timezone.now())


def _count_failure(device, user):
    if not _is_barred(device):
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
