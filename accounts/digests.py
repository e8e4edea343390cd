"""The daily mail: the titles of a person's unread messages, each mailed once, at most one mail a day."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction

from accounts.models import Notice, User
from common import audit

log = logging.getLogger("dezhou.mail")
ONE_A_DAY = timedelta(hours=20)  # between two mails to one person; the schedule may start some minutes early
SHOWN = 30
INBOX_ONLY = "inbox:"  # how the key of a message begins that its reader wants without mail


@transaction.atomic
def set_address(*, user: User, email: str) -> None:
    """Keep a person's own address; empty ends the mails."""
    User.objects.filter(pk=user.pk).update(email=email)
    audit.record(by=user, action="设置提醒邮箱", target=user, after={"有邮箱": bool(email)})


def send_digests(*, now: datetime) -> int:
    """Mail each person's unread and unmailed messages and return how many mails were sent.

    The messages are marked before the mail goes out, so that a run killed half-way mails nobody twice; what the
    server refuses is unmarked and goes with the next day's mail. Nothing is sent where no server is configured.
    """
    if not settings.EMAIL_URL:
        return 0
    sent = 0
    with get_connection() as connection:
        for user in User.objects.filter(is_active=True).exclude(email="").order_by("pk"):
            titles = _take(user, now)
            if not titles:
                continue
            try:
                _digest(user, titles, connection).send()
                sent += 1
            except OSError as error:  # smtplib's errors are OSErrors
                Notice.objects.filter(recipient=user, mailed_at=now).update(mailed_at=None)
                log.warning("digest not sent", extra={"user": user.pk, "error": str(error)})
    return sent


@transaction.atomic
def _take(user, now) -> list[str]:
    """Mark what goes into the person's mail and return its titles; nothing when today's mail is out."""
    User.objects.select_for_update().get(pk=user.pk)  # one run at a time takes for this person
    mine = Notice.objects.filter(recipient=user)
    if mine.filter(mailed_at__gt=now - ONE_A_DAY).exists():
        return []
    waiting = mine.filter(read_at__isnull=True, mailed_at__isnull=True).exclude(key__startswith=INBOX_ONLY)
    titles = list(waiting.values_list("title", flat=True))
    waiting.update(mailed_at=now)
    return titles


def _digest(user, titles, connection) -> EmailMessage:
    lines = [f"{number}. {title}" for number, title in enumerate(titles[:SHOWN], start=1)]
    if len(titles) > SHOWN:
        lines.append(f"其余 {len(titles) - SHOWN} 条请登录查看。")
    head = [f"{user.display_name}：", "", f"你有 {len(titles)} 条未读消息：", ""]
    text = "\n".join([*head, *lines, "", "请登录督导平台办理。"])
    return EmailMessage(f"督导平台：{len(titles)} 条未读消息", text, to=[user.email], connection=connection)
