"""Readers who want to be told of each new issue, in the inbox and with the daily mail where that is set up."""

from datetime import date

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from accounts import notices
from accounts.digests import INBOX_ONLY
from accounts.models import User
from accounts.permissions import SEES_EVERY_ORGANISATION, SEES_OWN_ORGANISATION
from common import audit
from reports.models import Bulletin, Subscription


@transaction.atomic
def subscribe(*, user, by_mail: bool, on: date) -> Subscription:
    """Tell the user of each new issue from now on; asked again it changes only whether by mail."""
    User.objects.select_for_update().get(pk=user.pk)
    before = Subscription.objects.filter(user=user).first()
    if before and before.by_mail == by_mail:
        return before
    row, _ = Subscription.objects.update_or_create(
        user=user, defaults={"by_mail": by_mail}, create_defaults={"by_mail": by_mail, "since": on}
    )
    audit.record(by=user, action="订阅通报", target=row, label=str(user), after={"by_mail": by_mail})
    return row


@transaction.atomic
def unsubscribe(*, user) -> None:
    """End the messages; harmless without a subscription."""
    row = Subscription.objects.filter(user=user).first()
    if row:
        audit.record(by=user, action="取消订阅通报", target=row, label=str(user))
        row.delete()


def may_mail(user) -> bool:
    """Tell whether mail is set up here and the user has an address."""
    return bool(settings.EMAIL_URL and user.email)


def tell_subscribers(bulletin: Bulletin, on: date) -> None:
    """Leave a message with each subscriber who may read the issue just published; must run in that transaction.

    The daily mail takes it along for those who asked for mail; nothing is sent from here.
    """
    rows = Subscription.objects.filter(_readers(bulletin), user__is_active=True).select_related("user")
    url = reverse("reports:detail", args=[bulletin.pk])
    title = f"新一期通报：{bulletin.number_words} {bulletin.title}"
    notices.send(
        notices.notice(
            recipient=row.user,
            key=f"{'' if row.by_mail else INBOX_ONLY}bulletin:{bulletin.pk}",
            title=title,
            url=url,
            on=on,
        )
        for row in rows.order_by("pk")
    )


def _readers(bulletin):
    """The counterpart of ``visible_to`` for an issued bulletin: whose subscription it concerns."""
    own = Q(user__role__in=SEES_OWN_ORGANISATION)
    if bulletin.organisation_id:
        own &= Q(user__organisation=bulletin.organisation_id)
    return Q(user__role__in=SEES_EVERY_ORGANISATION) | own
