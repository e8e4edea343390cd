"""Bulletins and the work news they carry."""

from reports.models.bulletin import (
    Bulletin,
    BulletinBatch,
    BulletinDownload,
    BulletinTemplate,
    BulletinVersion,
    Restatement,
    Subscription,
)
from reports.models.news import NewsItem

__all__ = [
    "Bulletin",
    "BulletinBatch",
    "BulletinDownload",
    "BulletinTemplate",
    "BulletinVersion",
    "NewsItem",
    "Restatement",
    "Subscription",
]
