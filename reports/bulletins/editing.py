"""Editing a draft in the browser: text is free, figures stay bound, every saving is a version of its own.

The page sends the whole text as plain values, which `edit_reading` reads.
"""

from django.db import transaction
from django.utils import timezone

from common import audit, jobs
from common.errors import UserError
from common.files import write_file
from common.models import Job
from common.versions import save_over
from reports.bulletins import chart_catalogue
from reports.bulletins.building import draw, figures_in, pictures_of, typeset, unshown_notes
from reports.bulletins.content import (
    Document,
    FigureRef,
    Heading,
    Paragraph,
    Photo,
    Table,
    chart_keys,
    figure_refs,
    plain_text,
)
from reports.bulletins.edit_reading import mark_of
from reports.bulletins.kept import digest_of, document_path, picture_path
from reports.bulletins.photographs import photos_of
from reports.bulletins.proofing import proof_of
from reports.models import Bulletin, BulletinVersion

JOB = "typeset-bulletin"


@transaction.atomic
def save_edit(*, bulletin: Bulletin, document: Document, version: int, by, note: str = "") -> Bulletin:
    """Keep the edited document over ``version`` and have its files set anew. Raises UserError or StaleVersion.

    Sending the same text again makes no new version.
    """
    if bulletin.state != Bulletin.State.DRAFT:
        raise UserError(f"通报{bulletin.get_state_display()}，不能编辑。")
    if Document.from_json(bulletin.content) == document:
        return bulletin
    content = document.to_json()
    remember_version(bulletin, by=bulletin.drafted_by, note="按数据生成" if not bulletin.edited else "")
    figures = (bulletin.figures or {}) | {"figures": figures_in(document, bulletin.as_of)}
    saved = save_over(
        bulletin,
        version=version,
        content=content,
        plain_text=plain_text(document),
        title=document.title_text,
        figures=figures,
        edited=True,
        proof=proof_of(document, bulletin.as_of),
        pdf_file="",
        docx_file="",
        pdf_sha256="",
        docx_sha256="",
    )
    remember_version(saved, by=by, note=note)
    audit.record(
        by=by,
        action="编辑通报",
        target=saved,
        after={"version": saved.version, "overwritten": [_told(run) for run in figure_refs(document) if run.original]},
    )
    jobs.enqueue(
        kind=JOB,
        key=f"typeset:{saved.pk}:{saved.version}",
        payload={"bulletin": saved.pk, "version": saved.version},
        by=by,
    )
    return saved


def _told(run):
    return {"figure": run.key, "original": run.original, "written": run.text, "reason": run.reason}


def remember_version(bulletin: Bulletin, *, by, note: str = "") -> None:
    """Keep what the draft says now under its version number, once."""
    BulletinVersion.objects.get_or_create(
        bulletin=bulletin,
        number=bulletin.version,
        defaults={"content": bulletin.content, "by": by, "note": note[:200]},
    )


@jobs.handler(JOB)
def do_typeset(job, progress):
    """Job handler: set the files of an edited draft; a draft saved again meanwhile has a job of its own."""
    bulletin = Bulletin.objects.get(pk=job.payload["bulletin"])
    if bulletin.version != job.payload["version"] or bulletin.state != Bulletin.State.DRAFT:
        return lambda: {"bulletin": bulletin.pk}
    document = Document.from_json(bulletin.content)
    pictures, notes = _pictures(bulletin, document, progress)
    progress(70, "排版 PDF")
    notes += unshown_notes(document)
    docx, pdf, pages = typeset(document, pictures, progress)
    digests = {ending: digest_of(content) for ending, content in (("docx", docx), ("pdf", pdf))}
    write_file(document_path(digests["docx"], "docx"), docx)
    write_file(document_path(digests["pdf"], "pdf"), pdf)
    named = {key: digest_of(content) for key, content in pictures.items()}
    for key, content in pictures.items():
        write_file(picture_path(key, named[key]), content)

    def store():
        Bulletin.objects.filter(pk=bulletin.pk, version=bulletin.version, state=Bulletin.State.DRAFT).update(
            docx_sha256=digests["docx"],
            docx_file=f"{digests['docx']}.docx",
            pdf_sha256=digests["pdf"],
            pdf_file=f"{digests['pdf']}.pdf",
            pages=pages,
            figures=bulletin.figures | {"pictures": named},
            build_notes=notes,
            built_at=timezone.now(),
        )
        return {"bulletin": bulletin.pk}

    return store


def _pictures(bulletin, document, progress):
    """Return the pictures of all charts and photos that the draft ever had, the new ones drawn now, with notes."""
    pictures = pictures_of(bulletin) | photos_of(document)
    missing = [key for key in dict.fromkeys(chart_keys(document)) if key not in pictures]
    described = {key: found for key in missing if (found := chart_catalogue.describe(key, bulletin.as_of))}
    drawn, notes = draw(described, progress)
    return pictures | drawn, notes


def typesetting(bulletin: Bulletin) -> dict:
    """Return {"ready", "pages", "failed"}: whether the draft's files stand, or in a sentence why not."""
    if bulletin.pdf_file:
        return {"ready": True, "pages": bulletin.pages, "failed": ""}
    job = Job.objects.filter(kind=JOB, key=f"typeset:{bulletin.pk}:{bulletin.version}").first()
    failed = job is not None and job.state == Job.State.FAILED
    return {"ready": False, "pages": None, "failed": jobs.shown(job)["error"] if failed else ""}


@transaction.atomic
def restore_version(*, bulletin: Bulletin, number: int, version: int, by) -> Bulletin:
    """Make an earlier version the draft's text again, as a new version."""
    found = bulletin.versions.filter(number=number).first()
    if found is None:
        raise UserError(f"没有第{number}版，请刷新后重试。")
    document = Document.from_json(found.content)
    return save_edit(bulletin=bulletin, document=document, version=version, by=by, note=f"恢复第{number}版")


def editor_blocks(document: Document, labels: dict[str, str] | None = None) -> list[dict]:
    """Return the text's blocks as the editor's template shows them; what comes from the data bears its mark.

    ``labels`` names the figures by their references.
    """
    return [_shown(block, labels or {}) for block in document.blocks]


def _shown(block, labels):
    if isinstance(block, Heading):
        return {"kind": "heading", "level": block.level, "text": block.text}
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "lead": block.lead, "runs": [_run(run, labels) for run in block.runs]}
    if isinstance(block, Photo):
        return {"kind": "photo", "block": block}
    if isinstance(block, Table):
        rows = [
            [_run(cell, labels) | {"align": column.align} for cell, column in zip(row, block.columns, strict=True)]
            for row in block.rows
        ]
        return {"kind": "own" if block.own else "table", "mark": mark_of(block), "block": block, "rows": rows}
    return {"kind": "chart", "mark": mark_of(block), "block": block}


def _run(run, labels):
    return {"ref": run, "label": labels.get(run.key, "")} if isinstance(run, FigureRef) else {"text": run}
