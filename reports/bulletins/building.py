"""Building a bulletin: figures → content → charts → files, then one short transaction that stores the draft.

Files are named by their digest and written before the row that names them, so a worker killed
half-way leaves at most a file nobody refers to.
"""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from common import audit, clock, jobs, periods
from common.chart_pictures import ChartsUnavailable, chart_png
from common.charts import document_height, plotly_figure
from common.errors import UserError
from common.files import write_file
from common.remember import one_reading
from reports.bulletins.content import Document, figure_keys
from reports.bulletins.docx import build_docx
from reports.bulletins.monthly import compose
from reports.bulletins.pdf import PdfError, build_pdf
from reports.figures import figure_by_reference
from reports.models import Bulletin

JOB = "bulletin"
CHART_WIDTH = 590  # px for 156 mm, so that text sizes in the picture are true


@dataclass
class Built:
    """A bulletin ready to be stored."""

    period: str
    as_of: date
    issue: int
    document: Document
    figures: list[dict]
    docx: bytes
    pdf: bytes
    pages: int
    pictures: dict[str, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def request_monthly(*, period: str, by, today: date):
    """Ask for the draft of a month's bulletin and return the job; asking twice makes one job.

    Raises UserError when the month lies ahead or its bulletin is already with the leader or issued.
    """
    check_buildable(period, today)
    return jobs.enqueue(kind=JOB, key=f"monthly:{period}", payload={"period": period}, by=by)


def check_buildable(period: str, today: date) -> None:
    try:
        periods.parse_period(period)
    except ValueError as error:
        raise UserError(str(error), field="period") from None
    if periods.first_day(period) > today:
        raise UserError(f"{periods.label(period)}还没有开始，不能生成通报。", field="period")
    found = Bulletin.objects.filter(kind="monthly", period=period, organisation=None).first()
    if found and found.state != Bulletin.State.DRAFT:
        raise UserError(f"{periods.label(period)}通报{found.get_state_display()}，不能重新生成。", field="period")


def build_monthly(period: str, *, today: date, progress: Callable[[int, str], None] = lambda *_: None) -> Built:
    """Build the city's monthly bulletin of ``period``; slow, writes no row. Same data, same bytes."""
    check_buildable(period, today)
    as_of = min(periods.last_day(period), today)
    progress(5, "统计数字")
    issue = issue_number(period)
    with one_reading():
        document, charts = compose(period, as_of=as_of, dated=today, issue=issue)
        figures = [figure_by_reference(reference, as_of) for reference in figure_keys(document)]
    pictures, notes = draw(charts, progress)
    progress(70, "排版 PDF")
    docx, pdf, pages = typeset(document, pictures, progress)
    return Built(
        period=period,
        as_of=as_of,
        issue=issue,
        document=document,
        figures=[figure.to_json() | {"reference": figure.reference} for figure in figures if figure],
        docx=docx,
        pdf=pdf,
        pages=pages,
        pictures=pictures,
        notes=notes,
    )


def draw(charts: dict, progress) -> tuple[dict[str, bytes], list[str]]:
    """Return the charts' pictures by key, and notes on what could not be drawn."""
    pictures = {}
    for number, (key, description) in enumerate(charts.items()):
        progress(20 + number * 15, f"绘制图表 {number + 1}/{len(charts)}")
        height = document_height(description)
        try:
            pictures[key] = chart_png(plotly_figure(description, "document"), CHART_WIDTH, height)
        except ChartsUnavailable as error:
            return {}, [f"本次未绘制图表，文件中以文字代替：{error}"]
    return pictures, []


def typeset(document: Document, pictures: dict[str, bytes], progress) -> tuple[bytes, bytes, int]:
    """Return the .docx, the .pdf and the number of its pages."""
    try:
        pdf = build_pdf(document, pictures, font_dirs=settings.FONT_DIRS)
    except PdfError as error:
        raise UserError(str(error)) from None
    progress(90, "排版 Word")
    docx = build_docx(document, pictures)
    return docx, pdf, count_pages(pdf)


def count_pages(pdf: bytes) -> int:
    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(pdf)).pages)


def issue_number(period: str) -> int:
    """Return the issue of this month's bulletin: its own where it has one, else the next of the running series."""
    found = Bulletin.objects.filter(kind="monthly", period=period, organisation=None).first()
    if found and found.issue:
        return found.issue
    return (Bulletin.objects.filter(organisation=None).aggregate(last=Max("issue"))["last"] or 0) + 1


def write_documents(built: Built) -> tuple[str, str]:
    """Write both files under their digests and return (docx digest, pdf digest)."""
    digests = []
    for content, ending in ((built.docx, "docx"), (built.pdf, "pdf")):
        digest = hashlib.sha256(content).hexdigest()
        write_file(document_path(digest, ending), content)
        digests.append(digest)
    for content in built.pictures.values():
        write_file(document_path(hashlib.sha256(content).hexdigest(), "png"), content)
    return digests[0], digests[1]


def document_path(digest: str, ending: str) -> Path:
    return settings.DOCUMENT_ROOT / digest[:2] / f"{digest}.{ending}"


def store_draft(built: Built, *, by) -> Bulletin:
    """Store the built draft over an earlier draft of the same month; must run in a transaction."""
    found = Bulletin.objects.select_for_update().filter(kind="monthly", period=built.period, organisation=None).first()
    if found and found.state != Bulletin.State.DRAFT:
        raise UserError(f"{periods.label(built.period)}通报{found.get_state_display()}，草稿未替换。")
    bulletin = found or Bulletin(kind="monthly", period=built.period, issue=built.issue, drafted_by=by)
    bulletin.year = built.document.signed_on.year
    bulletin.title = built.document.title_text
    bulletin.as_of = built.as_of
    bulletin.content = built.document.to_json()
    bulletin.figures = {
        "figures": built.figures,
        "pictures": {key: hashlib.sha256(content).hexdigest() for key, content in built.pictures.items()},
    }
    bulletin.build_notes = built.notes
    bulletin.pages = built.pages
    bulletin.docx_sha256 = hashlib.sha256(built.docx).hexdigest()
    bulletin.pdf_sha256 = hashlib.sha256(built.pdf).hexdigest()
    bulletin.docx_file, bulletin.pdf_file = f"{bulletin.docx_sha256}.docx", f"{bulletin.pdf_sha256}.pdf"
    bulletin.built_at = timezone.now()
    bulletin.is_demo = bool(built.document.demo_mark)
    bulletin.version += 1 if found else 0
    bulletin.save()
    audit.record(
        by=by,
        action="生成通报草稿",
        target=bulletin,
        after={"issue": bulletin.issue, "docx": bulletin.docx_sha256, "pdf": bulletin.pdf_sha256},
    )
    return bulletin


@jobs.handler(JOB)
def do_build(job, progress):
    """Job handler: build first, then store in the job's closing transaction."""
    built = build_monthly(job.payload["period"], today=clock.today(), progress=progress)
    write_documents(built)

    def store():
        bulletin = store_draft(built, by=job.created_by)
        return {"bulletin": bulletin.pk, "issue": bulletin.issue}

    return store


@transaction.atomic
def store_built(built: Built, *, by=None) -> Bulletin:
    """Store a bulletin built outside a job (the command), files first."""
    write_documents(built)
    return store_draft(built, by=by)
