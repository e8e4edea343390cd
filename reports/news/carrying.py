"""Which adopted items an issue carries: each item stands in one issue of the city's monthly series."""

from datetime import date

from django.db.models import F

from common.errors import UserError
from reports.models import Bulletin, NewsItem


def lead_of(item: NewsItem) -> str:
    """The item's title as it opens its paragraph."""
    return f"{item.title.rstrip('。')}。"


def waiting_items(as_of: date):
    """Return the items adopted by then that no issue has carried, the highest scores first."""
    rows = NewsItem.objects.adopted(as_of).filter(bulletin=None)
    return rows.select_related("organisation").order_by(F("score").desc(nulls_last=True), "adopted_on", "pk")


def carries_news(bulletin: Bulletin) -> bool:
    """Only the city's monthly issues carry items; the others count them and name the issue."""
    return bulletin.kind == Bulletin.Kind.MONTHLY and bulletin.organisation_id is None


def stands_in(item: NewsItem, text: str) -> bool:
    """Tell whether a bulletin's text has the item: its title opens a numbered paragraph, or its whole text stands."""
    return f".{lead_of(item)}" in text or len(item.text) > 20 and item.text.strip() in text


def check_carried_once(bulletin: Bulletin) -> None:
    """Raise UserError when the draft's text repeats an item that another issue has carried meanwhile."""
    if not carries_news(bulletin):
        return
    carried = NewsItem.objects.filter(bulletin__isnull=False).exclude(bulletin=bulletin).select_related("bulletin")
    for item in carried.only("title", "text", "bulletin__issue"):
        if stands_in(item, bulletin.plain_text):
            raise UserError(f"{item.bulletin.number_words}已刊载动态“{item.title}”，请删去或重新生成草稿。")


def carry_news(bulletin: Bulletin) -> int:
    """Bind the adopted items that an issue's text has, as it is published; must run in that transaction.

    Returns how many. What the text leaves out waits for the next issue.
    """
    if not carries_news(bulletin):
        return 0
    check_carried_once(bulletin)
    found = [item.pk for item in waiting_items(bulletin.as_of) if stands_in(item, bulletin.plain_text)]
    return NewsItem.objects.filter(pk__in=found, bulletin=None).update(bulletin=bulletin)


def release_news(bulletin: Bulletin) -> int:
    """Let the items of a withdrawn issue wait again; the next one carries them."""
    return NewsItem.objects.filter(bulletin=bulletin).update(bulletin=None)
