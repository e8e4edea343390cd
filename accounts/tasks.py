"""Celery tasks of accounts."""

from celery import shared_task
from django.utils import timezone

from accounts import digests


@shared_task
def mail_digests() -> None:
    """Send the day's mails; a second run on the same day sends nothing."""
    digests.send_digests(now=timezone.now())
