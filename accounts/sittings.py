"""A person's own sign-ins: where the account is in use at this moment, and ending what is not wanted.

Sessions are rows of signed text; they are read through, which is quick at the few hundred that live at a time.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from common import audit
from common.errors import UserError

AGENT_LENGTH = 200
BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class Sitting:
    """One live sign-in. ``handle`` names it in a form without giving its key away."""

    handle: str
    key: str
    address: str
    agent: str
    started_at: datetime
    seen_at: datetime
    is_this: bool


def begin(request, address: str) -> None:
    """Note in the fresh session when, where and with what it began."""
    session = request.session
    session["started"] = session["seen"] = time.time()
    session["address"] = address
    session["agent"] = request.headers.get("User-Agent", "")[:AGENT_LENGTH]


def sittings_of(user, *, this: str) -> list[Sitting]:
    """Return the user's live sign-ins, the present one (session key ``this``) first, then by latest use."""
    now = time.time()
    found = []
    for row in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        held = row.get_decoded()
        if held.get(SESSION_KEY) != str(user.pk) or not _is_live(held, user, now):
            continue
        found.append(
            Sitting(
                handle=_handle(row.session_key),
                key=row.session_key,
                address=held.get("address", ""),
                agent=agent_words(held.get("agent", "")),
                started_at=datetime.fromtimestamp(held.get("started", now), UTC),
                seen_at=datetime.fromtimestamp(held.get("seen", now), UTC),
                is_this=row.session_key == this,
            )
        )
    return sorted(found, key=lambda sitting: (not sitting.is_this, -sitting.seen_at.timestamp()))


def _is_live(held, user, now) -> bool:
    """Whether the session would still be let in: neither too old nor from before a change of role or password."""
    if now - held.get("seen", now) > settings.SESSION_IDLE_LIMIT.total_seconds():
        return False
    if now - held.get("started", now) > settings.SESSION_ABSOLUTE_LIMIT.total_seconds():
        return False
    return constant_time_compare(held.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())


@transaction.atomic
def end_sittings(*, user, this: str, handle: str = "") -> int:
    """End the user's sign-in of that name, all but the present one without a name; return how many were ended.

    Raises UserError for the present one, which ends by signing out. One that is gone already is no error.
    """
    wanted = [s for s in sittings_of(user, this=this) if s.handle == handle or (not handle and not s.is_this)]
    if any(sitting.is_this for sitting in wanted):
        raise UserError("当前登录请用“退出登录”结束。")
    ended = [s for s in wanted if Session.objects.filter(pk=s.key).delete()[0]]
    if ended:
        places = [{"来源地址": s.address, "设备": s.agent, "登录时间": s.started_at} for s in ended]
        audit.record(by=user, action="结束其他登录", target=user, before={"登录": places})
    return len(ended)


def _handle(key: str) -> str:
    return salted_hmac("accounts.sittings", key, algorithm="sha256").hexdigest()[:32]


def agent_words(agent: str) -> str:
    """Return browser and system in words, as far as the browser tells: "Chrome · Windows"."""
    words = [next((word for mark, word in known if mark in agent), "") for known in (BROWSERS, SYSTEMS)]
    return " · ".join(filter(None, words)) or "未知设备"
