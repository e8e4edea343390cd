"""Telephone numbers as they are typed: a mobile, a landline with its area code, or a service number."""

import re

from common.errors import UserError
from common.ledgers.words import squeeze

WRONG = "电话应为 11 位手机号，或带区号的固定电话，如 0534-2687000。"
_COUNTRY = re.compile(r"^(?:\+|00)86-?")
_MOBILE = re.compile(r"^1[3-9]\d{9}$")
_LANDLINE = re.compile(r"^\(?(?P<area>010|02\d|0[3-9]\d\d)\)?-?(?P<number>[1-9]\d{6,7})(?:[-转#](?P<inner>\d{1,6}))?$")
_SERVICE = re.compile(r"^(?:400|800)-?\d{3}-?\d{4}$|^12345$")


def read_phone(text: str, *, field: str | None = None) -> str:
    """Return the number as it is kept: 13805340000, 0534-2687000, 0534-2687000-8001; empty for nothing.

    Raises UserError at ``field`` for anything else.
    """
    plain = re.sub("[—–－―]", "-", squeeze(text))
    if not plain:
        return ""
    plain = _COUNTRY.sub("", plain)
    mobile = plain.replace("-", "")
    if _MOBILE.match(mobile):
        return mobile
    if found := _LANDLINE.match(plain):
        return "-".join(filter(None, (found["area"], found["number"], found["inner"])))
    if _SERVICE.match(plain):
        return plain
    raise UserError(WRONG, field=field)
