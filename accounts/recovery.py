"""Recovery codes: each stands in once for the code generator of a phone that is not at hand.

Written down by their owner; the site keeps only their hashes (OWASP ASVS 5.0, 6.5.2).
"""

import re

from django.contrib.auth.hashers import check_password, make_password
from django.utils import timezone
from django.utils.crypto import get_random_string

from accounts.models import RecoveryCode, SecondFactor

COUNT = 8
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # nothing that is hard to tell apart on paper
HALF = 5
_WRITTEN = re.compile(rf"([1-{COUNT}])([{ALPHABET}]{{{2 * HALF}}})")


def make_codes(device: SecondFactor) -> list[str]:
    """Replace the device's codes by fresh ones and return them, as they are to be written down: "3-ABCDE-FGHJK".

    The first sign names the code, so that a try costs one hash. Runs in the caller's transaction.
    """
    device.recovery_codes.all().delete()
    codes = {number: get_random_string(2 * HALF, ALPHABET) for number in range(1, COUNT + 1)}
    RecoveryCode.objects.bulk_create(
        RecoveryCode(device=device, number=number, hash=make_password(code)) for number, code in codes.items()
    )
    return [f"{number}-{code[:HALF]}-{code[HALF:]}" for number, code in codes.items()]


def use_code(device: SecondFactor, typed: str) -> bool:
    """Tell whether ``typed`` is one of the device's unused codes, and strike it off, in the caller's transaction."""
    if not (written := _WRITTEN.fullmatch(re.sub(r"[\s-]", "", typed.upper()))):
        return False
    found = device.recovery_codes.filter(number=written[1], used_at=None).first()
    if found is None or not check_password(written[2], found.hash):
        return False
    return bool(device.recovery_codes.filter(pk=found.pk, used_at=None).update(used_at=timezone.now()))


def left(device: SecondFactor) -> int:
    return device.recovery_codes.filter(used_at=None).count()
