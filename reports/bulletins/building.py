"""Building a bulletin: figures → content → charts → files, then one short transaction that stores the draft.

Files are named by their digest and written before the row that names them, so a worker killed
half-way leaves at most a file nobody refers to.
"""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from common import audit, clock, jobs
from common.chart_pictures import ChartsUnavailable, chart_png
from common.charts import document_height, plotly_figure
from common.errors import UserError
from common.files import write_file
from common.remember import one_reading
from reports.bulletins.composing import compose
from reports.bulletins.content import Document, figure_keys, plain_text
from reports.bulletins.docx import build_docx
from reports.bulletins.editions import Edition, check_buildable, edition_of, standing
from reports.bulletins.fonts import MISSING, FontsMissing, unshown_characters
from reports.bulletins.kept import digest_of, document_path, picture_path
from reports.bulletins.numbering import next_issue
from reports.bulletins.pdf import PdfError, build_pdf
from reports.bulletins.photographs import missing_photos, photos_of
from reports.bulletins.proofing import proof_of
from reports.figures import figure_by_reference
from reports.models import Bulletin

JOB = "bulletin"
UNSHOWN_NAMED = 10
CHART_WIDTH = 590  # px for 156 mm, so that text sizes in the picture are true


@dataclass
class Built:
    """A bulletin ready to be stored."""

    edition: Edition
    as_of: date
    issue: int
    document: Document
    figures: list[dict]
    docx: bytes
    pdf: bytes
    pages: int
    pictures: dict[str, bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    proof: dict | None = None


def request_building(edition: Edition, *, by, today: date, over_edits: bool = False):
    """Ask for the draft of an edition and return the job; asking twice makes one job.

    Raises UserError when the period lies ahead, when its bulletin is already with the leader or issued, or
    when people have edited the draft and ``over_edits`` does not say that it may be replaced.
    """
    check_buildable(edition, today)
    if not over_edits:
        check_unedited(edition)
    payload = edition.payload() | ({"over_edits": True} if over_edits else {})
    return jobs.enqueue(kind=JOB, key=edition.key, payload=payload, by=by)


def check_unedited(edition: Edition) -> None:
    if standing(edition).filter(edited=True).exists():
        raise UserError(f"{edition.label}的草稿已人工编辑。确要按数据重新生成，请在草稿页上选“放弃编辑，重新生成”。")


def build(edition: Edition, *, today: date, progress: Callable[[int, str], None] = lambda *_: None) -> Built:
    """Build an edition's draft; slow, writes no row. Same data, same bytes.

    Its number is the one it would get if it were issued now.
    """
    check_buildable(edition, today)
    as_of = edition.as_of(today)
    progress(5, "统计数字")
    issue = next_issue(edition.organisation)
    with one_reading():
        document, charts = compose(edition, as_of=as_of, dated=today, issue=issue)
        figures = figures_in(document, as_of)
        proof = proof_of(document, as_of)
    pictures, notes = draw(charts, progress)
    pictures |= photos_of(document)
    notes += [f"照片“{name}”的文件不在，本次以文字代替。" for name in missing_photos(document, pictures)]
    notes += unshown_notes(document)
    progress(70, "排版 PDF")
    docx, pdf, pages = typeset(document, pictures, progress)
    return Built(
        edition=edition,
        as_of=as_of,
        issue=issue,
        document=document,
        figures=figures,
        docx=docx,
        pdf=pdf,
        pages=pages,
        pictures=pictures,
        notes=notes,
        proof=proof,
    )


def figures_in(document: Document, as_of: date) -> list[dict]:
    """Return the passports of the figures that the document cites, as plain values."""
    found = [figure_by_reference(reference, as_of) for reference in figure_keys(document)]
    return [figure.to_json() | {"reference": figure.reference} for figure in found if figure]


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
    with ThreadPoolExecutor(1) as beside:  # typst leaves the interpreter free while it sets the pages
        docx = beside.submit(build_docx, document, pictures)
        try:
            pdf = build_pdf(document, pictures, font_dirs=settings.FONT_DIRS)
        except (PdfError, FontsMissing) as error:
            raise UserError(str(error)) from None
        progress(90, "排版 Word")
        return docx.result(), pdf, count_pages(pdf)


def unshown_notes(document: Document) -> list[str]:
    """Return a note on the characters that no font of the PDF shows; none where all are shown."""
    found = unshown_characters(plain_text(document), settings.FONT_DIRS)
    if not found:
        return []
    named = "、".join(found[:UNSHOWN_NAMED]) + ("等" if len(found) > UNSHOWN_NAMED else "")
    return [f"公文字体中没有“{named}”，PDF 中以“{MISSING}”代替；Word 文件照常。请系统管理员添加含这些字的字体。"]


def count_pages(pdf: bytes) -> int:
    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(pdf)).pages)


def write_documents(built: Built) -> tuple[str, str]:
    """Write both files and the pictures under their digests and return (docx digest, pdf digest)."""
    return write_files(built.docx, built.pdf, built.pictures)


def write_files(docx: bytes, pdf: bytes, pictures: dict[str, bytes]) -> tuple[str, str]:
    """Write a bulletin's files and pictures under their digests and return (docx digest, pdf digest)."""
    digests = []
    for content, ending in ((docx, "docx"), (pdf, "pdf")):
        digest = digest_of(content)
        write_file(document_path(digest, ending), content)
        digests.append(digest)
    for key, content in pictures.items():
        write_file(picture_path(key, digest_of(content)), content)
    return digests[0], digests[1]


def pictures_of(bulletin: Bulletin) -> dict[str, bytes]:
    """Return the pictures that the bulletin was built with, by chart; a lost file leaves its chart out."""
    kept = (bulletin.figures or {}).get("pictures", {})
    paths = {key: picture_path(key, digest) for key, digest in kept.items()}
    return {key: path.read_bytes() for key, path in paths.items() if path.exists()}


def store_draft(built: Built, *, by, over_edits: bool = False) -> Bulletin:
    """Store the built draft over an earlier draft of the same edition; must run in a transaction."""
    edition = built.edition
    found = standing(edition).select_for_update(of=("self",)).first()
    if found and found.state != Bulletin.State.DRAFT:
        raise UserError(f"{edition.label}{found.get_state_display()}，草稿未替换。")
    if not over_edits:
        check_unedited(edition)
    bulletin = found or Bulletin(
        kind=edition.kind,
        period=edition.period,
        organisation=edition.organisation,
        task_list=edition.task_list,
        drafted_by=by,
    )
    bulletin.year = built.document.signed_on.year
    bulletin.title = built.document.title_text
    bulletin.as_of = built.as_of
    bulletin.content = built.document.to_json()
    bulletin.plain_text = plain_text(built.document)
    bulletin.edited = False
    bulletin.proof = built.proof
    bulletin.figures = {
        "figures": built.figures,
        "pictures": {key: digest_of(content) for key, content in built.pictures.items()},
    }
    bulletin.build_notes = built.notes
    bulletin.pages = built.pages
    bulletin.docx_sha256 = digest_of(built.docx)
    bulletin.pdf_sha256 = digest_of(built.pdf)
    bulletin.docx_file, bulletin.pdf_file = f"{bulletin.docx_sha256}.docx", f"{bulletin.pdf_sha256}.pdf"
    bulletin.built_at = timezone.now()
    bulletin.is_demo = bool(built.document.demo_mark)
    bulletin.version += 1 if found else 0
    bulletin.save()
    audit.record(
        by=by,
        action="生成通报草稿",
        target=bulletin,
        after={"issue": built.issue, "docx": bulletin.docx_sha256, "pdf": bulletin.pdf_sha256},
    )
    return bulletin


@jobs.handler(JOB)
def do_build(job, progress):
    """Job handler: build first, then store in the job's closing transaction."""
    payload = dict(job.payload)
    over_edits = payload.pop("over_edits", False)
    built = build(edition_of(**payload), today=clock.today(), progress=progress)
    write_documents(built)

    def store():
        bulletin = store_draft(built, by=job.created_by, over_edits=over_edits)
        return {"bulletin": bulletin.pk, "issue": built.issue}

    return store


@transaction.atomic
def store_built(built: Built, *, by=None) -> Bulletin:
    """Store a bulletin built outside a job (the command), files first."""
    write_documents(built)
    return store_draft(built, by=by)
