"""A plan between preview and confirmation: its bytes wait in a file, a signed token names it.

Nothing is typed or uploaded twice; a token is good for its user only and for a day. Each correction is kept
whole as the next version beside the bytes, so that the last one can be taken back.
"""

import hashlib
import json
import os
import secrets
import time
from pathlib import Path

from django.conf import settings
from django.core import signing

from common.errors import UserError
from common.files import write_file
from common.versions import StaleVersion
from tasklists.plans.plan import Plan
from tasklists.plans.stored import dump_plan, load_plan

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
    kept = _open_token(token, user)
    try:
        return kept["name"], (_folder() / kept["digest"]).read_bytes()
    except FileNotFoundError:
        raise UserError(GONE) from None


def find_corrected(token: str, user) -> tuple[int, Plan | None]:
    """Return (version, plan) of the draft's last correction; (0, None) while there is none."""
    versions = _versions(_open_token(token, user))
    if not versions:
        return 0, None
    version = max(versions)
    return version, load_plan(json.loads(versions[version].read_text(encoding="utf-8")))


def keep_corrected(token: str, user, *, plan: Plan, version: int) -> int:
    """Keep the plan as the version after ``version`` and return its number.

    Raises StaleVersion when another window has kept one in between.
    """
    kept = _open_token(token, user)
    if max(_versions(kept), default=0) != version:
        raise StaleVersion(None)
    path = _folder() / f"{_stem(kept)}.{version + 1}.json"
    content = json.dumps(dump_plan(plan), ensure_ascii=False).encode()
    whole = path.with_suffix(f".{secrets.token_hex(4)}.tmp")
    write_file(whole, content)
    try:
        os.link(whole, path)  # refuses to replace what another window has just kept
    except FileExistsError as error:
        raise StaleVersion(None) from error
    finally:
        whole.unlink(missing_ok=True)
    return version + 1


def take_back(token: str, user, *, version: int) -> None:
    """Forget the last correction, if it is still the one of ``version``. Raises StaleVersion when it is not."""
    versions = _versions(_open_token(token, user))
    if not versions or max(versions) != version:
        raise StaleVersion(None)
    versions[version].unlink(missing_ok=True)


def _open_token(token, user):
    try:
        kept = signing.loads(token, salt=SALT, max_age=KEPT_SECONDS)
    except signing.BadSignature:
        raise UserError(GONE) from None
    if kept["user"] != user.pk:
        raise UserError(GONE)
    return kept


def _stem(kept):
    return f"{kept['digest']}-{kept['user']}"


def _versions(kept):
    paths = _folder().glob(f"{_stem(kept)}.*.json")
    return {int(path.name.split(".")[1]): path for path in paths}


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / "plan-drafts"


def _forget_old() -> None:
    oldest = time.time() - KEPT_SECONDS
    for path in _folder().glob("*"):
        if path.stat().st_mtime < oldest:
            path.unlink(missing_ok=True)
