"""A plan between preview and confirmation: its bytes wait in a file, a signed token names it.

Nothing is typed or uploaded twice; a token is good for its user only and for a day.
"""

import hashlib
import time
from pathlib import Path

from django.conf import settings
from django.core import signing

from common.errors import UserError
from common.files import write_file

SALT = "tasklists.plan-draft"
KEPT_SECONDS = 24 * 3600
GONE = "预览已过期，请重新粘贴或上传。"


def keep_draft(*, name: str, content: bytes, user) -> str:
    """Store the bytes until they are confirmed and return the token that names them."""
    _forget_old()
    digest = hashlib.sha256(content).hexdigest()
    write_file(_folder() / digest, content)
    return signing.dumps({"digest": digest, "name": name, "user": user.pk}, salt=SALT)


def find_draft(token: str, user) -> tuple[str, bytes]:
    """Return (name, bytes) of a kept draft; raises UserError when it is not this user's or is gone."""
    try:
        kept = signing.loads(token, salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        raise UserError(GONE) from None
    if kept["user"] != user.pk:
        raise UserError(GONE)
    try:
        return kept["name"], (_folder() / kept["digest"]).read_bytes()
    except FileNotFoundError:
        raise UserError(GONE) from None


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "plan-drafts"


def _forget_old() -> None:
    oldest = time.time() - KEPT_SECONDS
    for path in _folder().glob("*"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
