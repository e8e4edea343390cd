"""The last monthly issues of the demonstration with text and files, set from its own rows as of their days.

They are what a reader opens, searches and compares first; the older issues stay a catalogue without text.
Setting them takes some seconds and may draw charts by the browser, so it follows the loading of the rows.
"""

from django.db import transaction
from django.utils import timezone

from common import audit
from common.loading import shipped
from common.remember import one_reading
from reports.bulletins.building import digest_of, draw, figures_in, typeset, write_files
from reports.bulletins.composing import compose
from reports.bulletins.content import plain_text
from reports.bulletins.editions import edition_of_bulletin
from reports.bulletins.proofing import proof_of
from reports.bulletins.sealing import seal_of
from reports.models import Bulletin, NewsItem
from reports.news.carrying import release_news


def set_last_issues() -> int:
    """Give the issues that ``data/demo/bulletins.json`` names their text and files; return how many were set now."""
    months = shipped("demo/bulletins.json")["with_text"]
    issues = Bulletin.objects.filter(is_demo=True, kind=Bulletin.Kind.MONTHLY, organisation=None, period__in=months)
    waiting = issues.filter(state=Bulletin.State.PUBLISHED, content__isnull=True).order_by("issue")
    for bulletin in waiting:
        _set(bulletin)
    return len(waiting)


@transaction.atomic
def _set(bulletin):
    carried = list(NewsItem.objects.filter(bulletin=bulletin).values_list("pk", flat=True))
    release_news(bulletin)  # as on the day it was drafted, when no issue had carried them
    with one_reading():
        document, charts = compose(
            edition_of_bulletin(bulletin), as_of=bulletin.as_of, dated=bulletin.published_on, issue=bulletin.issue
        )
        figures = figures_in(document, bulletin.as_of)
        bulletin.proof = proof_of(document, bulletin.as_of)
    NewsItem.objects.filter(pk__in=carried).update(bulletin=bulletin)
    pictures, bulletin.build_notes = draw(charts, lambda *_: None)
    docx, pdf, bulletin.pages = typeset(document, pictures, lambda *_: None)
    bulletin.docx_sha256, bulletin.pdf_sha256 = write_files(docx, pdf, pictures)
    bulletin.docx_file, bulletin.pdf_file = f"{bulletin.docx_sha256}.docx", f"{bulletin.pdf_sha256}.pdf"
    bulletin.title = document.title_text
    bulletin.content = document.to_json()
    bulletin.plain_text = plain_text(document)
    bulletin.figures = {
        "figures": figures,
        "pictures": {key: digest_of(content) for key, content in pictures.items()},
    }
    bulletin.built_at = timezone.now()
    bulletin.save()
    told = {"state": bulletin.state, "issue": bulletin.issue, "seal": seal_of(bulletin)}
    audit.record(
        by=None,
        action="印发通报",
        target=bulletin,
        after=told | {"pdf": bulletin.pdf_sha256, "docx": bulletin.docx_sha256},
    )
