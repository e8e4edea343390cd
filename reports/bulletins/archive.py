"""The archive's search: words in the titles and the whole texts of all issues, each hit shown in its context."""

import re

from django.db.models import Q
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from accounts.permissions import SEES_EVERY_ORGANISATION
from reports.models import Bulletin

COUNTIES, DEPARTMENT = ("county", "zone"), "department"
ABOUT = {
    "city": Q(organisation=None, task_list=None),
    "county": Q(organisation__kind__in=COUNTIES),
    "department": Q(organisation__kind=DEPARTMENT),
    "list": Q(task_list__isnull=False),
}
MOST_WORDS, AROUND = 6, 34
_ISSUE = re.compile(r"第?(\d{1,5})期?\Z")


def words_of(text: str) -> list[str]:
    """Return the words to look for; Chinese is searched as it is typed, blanks part words that must all stand."""
    return list(dict.fromkeys(text.replace("\x00", "").split()))[:MOST_WORDS]


def search(rows, text: str, user):
    """Return the issues that have every word in title or text, or bear the number 第44期.

    The text of a withdrawn issue is searched only for those who may still read it.
    """
    words = words_of(text)
    readable = Q() if user.role in SEES_EVERY_ORGANISATION else ~Q(state=Bulletin.State.WITHDRAWN)
    wanted = Q()
    for word in words:
        wanted &= Q(title__icontains=word) | Q(plain_text__icontains=word) & readable
    number = _ISSUE.match(text.strip())
    return rows.filter(wanted | Q(issue=int(number[1])) if number else wanted)


def is_closed_to(user, bulletin: Bulletin) -> bool:
    """A withdrawn issue is kept for the office and leaders; other readers only learn that it was withdrawn."""
    return bulletin.state == Bulletin.State.WITHDRAWN and user.role not in SEES_EVERY_ORGANISATION


def excerpt(text: str, words: list[str]):
    """Return each word's first hit with some text around it as HTML, the hits marked; empty without a hit."""
    lines, end = [], 0
    hits = sorted((hit for word in words if (hit := _pattern([word]).search(text))), key=lambda hit: hit.start())
    for hit in hits:
        if hit.end() > end:  # else it stands in the line before
            start, end = max(0, hit.start() - AROUND), min(len(text), hit.end() + AROUND)
            said = " ".join(text[start:end].split())
            lines.append((marked(f"{'…' if start else ''}{said}{'…' if end < len(text) else ''}", words),))
    if not lines:
        return ""
    return format_html('<div class="hit">{}</div>', format_html_join(mark_safe("<br>"), "{}", lines))


def marked(text: str, words: list[str]):
    """Return the text as HTML with each hit in <mark>; everything else escaped."""
    parts, at = [], 0
    for hit in _pattern(words).finditer(text):
        parts += [("", text[at : hit.start()], ""), (mark_safe("<mark>"), hit[0], mark_safe("</mark>"))]
        at = hit.end()
    return format_html_join("", "{}{}{}", [*parts, ("", text[at:], "")])


def _pattern(words):
    return re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)), re.IGNORECASE)


def years():
    """Return the years that have issues, the newest first, as choices."""
    found = Bulletin.objects.order_by("-year").values_list("year", flat=True).distinct()
    return [(year, f"{year}年") for year in found]
