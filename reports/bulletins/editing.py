"""Editing a draft in the browser: text is free, figures stay bound, every saving is a version of its own.

The editor sends the whole text as plain values. Tables and charts are named by their place in the draft
and cannot be typed over; a figure keeps its key, and another number in its place needs a reason.
"""

from dataclasses import dataclass, replace

from django.db import transaction
from django.utils import timezone

from common import audit, jobs
from common.errors import UserError
from common.files import write_file
from common.versions import save_over
from reports.bulletins.building import digest_of, document_path, figures_in, pictures_of, typeset
from reports.bulletins.content import Document, FigureRef, Heading, Paragraph, Table, figure_refs, plain_text
from reports.bulletins.proofing import proof_of
from reports.bulletins.texts import clean_text
from reports.figures import figure_by_reference
from reports.models import Bulletin, BulletinVersion

JOB = "typeset-bulletin"
TITLE_LENGTH, HEADING_LENGTH, PARAGRAPH_LENGTH, REASON_LENGTH, MOST_BLOCKS = 100, 60, 3000, 100, 400


@dataclass(frozen=True)
class Limits:
    """What the editor may keep: the draft's own blocks and the figures it has bound."""

    document: Document
    texts: dict  # reference → texts under which the draft shows it

    @classmethod
    def of(cls, document: Document):
        texts: dict[str, set] = {}
        for run in figure_refs(document):
            texts.setdefault(run.key, set()).add(run.original or run.text)
        return cls(document, texts)


def read_edit(bulletin: Bulletin, posted: dict) -> Document:
    """Return the draft's document with what the editor sent. Raises UserError that names the place."""
    limits = Limits.of(Document.from_json(bulletin.content))
    blocks = posted.get("blocks")
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise UserError("页面内容不完整，请刷新后重试。")
    if len(blocks) > MOST_BLOCKS:
        raise UserError(f"正文最多{MOST_BLOCKS}段，现有{len(blocks)}段，请删减。")
    title = _text(posted.get("title"), TITLE_LENGTH, "标题")
    if not title:
        raise UserError("标题不能空，请填写。", field="title")
    read = [_block(block, number, limits, bulletin.as_of) for number, block in enumerate(blocks, start=1)]
    kept = [block for block in read if block is not None]
    if not kept:
        raise UserError("正文不能空，请至少保留一段。")
    addressees = _text(posted.get("addressees"), PARAGRAPH_LENGTH, "主送单位")
    return replace(limits.document, title=title, addressees=addressees, blocks=kept)


def _text(value, most, where):
    if not isinstance(value, str):
        raise UserError("页面内容不完整，请刷新后重试。")
    text = clean_text(value).strip()
    if len(text) > most:
        raise UserError(f"{where}有{len(text)}个字，最多{most}个，请缩短。")
    return text


def _block(block, number, limits, as_of):
    kind = block.get("type")
    if kind == "heading":
        text, level = _text(block.get("text"), HEADING_LENGTH, f"第{number}段（标题）"), block.get("level")
        if level not in (1, 2, 3, 4):
            raise UserError(f"第{number}段的标题级别无效，请刷新后重试。")
        return Heading(level, text) if text else None
    if kind == "paragraph":
        return _paragraph(block, number, limits, as_of)
    if kind == "keep":
        index = block.get("index")
        if not isinstance(index, int) or not 0 <= index < len(limits.document.blocks):
            raise UserError(f"第{number}段的表或图已不在草稿中，请刷新后重试。")
        return limits.document.blocks[index]
    raise UserError(f"第{number}段的类型无法识别，请刷新后重试。")


def _paragraph(block, number, limits, as_of):
    runs, sent = [], block.get("runs")
    if not isinstance(sent, list) or not isinstance(block.get("lead", ""), str):
        raise UserError("页面内容不完整，请刷新后重试。")
    for run in sent:
        if isinstance(run, str):
            if text := clean_text(run):
                runs.append(text)
        elif isinstance(run, dict):
            runs.append(_figure(run, number, limits, as_of))
    lead = clean_text(block.get("lead", "")).strip()
    paragraph = Paragraph(runs, lead)
    if len(paragraph.text) > PARAGRAPH_LENGTH:
        raise UserError(f"第{number}段有{len(paragraph.text)}个字，最多{PARAGRAPH_LENGTH}个，请分段。")
    return paragraph if paragraph.text.strip() else None


def _figure(run, number, limits, as_of) -> FigureRef:
    key = run.get("key")
    text = _text(run.get("text"), 60, f"第{number}段的数字")
    reason = _text(run.get("reason", ""), REASON_LENGTH, f"第{number}段数字的改写理由")
    if not isinstance(key, str) or len(key) > 160:
        raise UserError("页面内容不完整，请刷新后重试。")
    bound = set(limits.texts.get(key, ()))
    if not bound or text not in bound:
        figure = figure_by_reference(key, as_of)
        if figure is None:
            raise UserError(f"第{number}段引用的数字“{text}”在本站没有，请删去后重新插入。")
        bound |= {figure.text, f"{figure.text}{figure.unit}"}
    if text in bound:
        return FigureRef(text, key)
    original = next((t for t in sorted(bound, key=len, reverse=True)), "")
    if not reason:
        raise UserError(f"第{number}段把“{original}”改写成“{text}”，请写明理由，或恢复原数。")
    return FigureRef(text, key, original, reason)


@transaction.atomic
def save_edit(*, bulletin: Bulletin, document: Document, version: int, by, note: str = "") -> Bulletin:
    """Keep the edited document over ``version`` and have its files set anew. Raises UserError or StaleVersion.

    Sending the same text again makes no new version.
    """
    if bulletin.state != Bulletin.State.DRAFT:
        raise UserError(f"通报{bulletin.get_state_display()}，不能编辑。")
    content = document.to_json()
    if bulletin.content == content:
        return bulletin
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
    progress(20, "排版 PDF")
    docx, pdf, pages = typeset(Document.from_json(bulletin.content), pictures_of(bulletin), progress)
    digests = {ending: digest_of(content) for ending, content in (("docx", docx), ("pdf", pdf))}
    write_file(document_path(digests["docx"], "docx"), docx)
    write_file(document_path(digests["pdf"], "pdf"), pdf)

    def store():
        Bulletin.objects.filter(pk=bulletin.pk, version=bulletin.version, state=Bulletin.State.DRAFT).update(
            docx_sha256=digests["docx"],
            docx_file=f"{digests['docx']}.docx",
            pdf_sha256=digests["pdf"],
            pdf_file=f"{digests['pdf']}.pdf",
            pages=pages,
            built_at=timezone.now(),
        )
        return {"bulletin": bulletin.pk}

    return store


@transaction.atomic
def restore_version(*, bulletin: Bulletin, number: int, version: int, by) -> Bulletin:
    """Make an earlier version the draft's text again, as a new version."""
    found = bulletin.versions.filter(number=number).first()
    if found is None:
        raise UserError(f"没有第{number}版，请刷新后重试。")
    document = Document.from_json(found.content)
    return save_edit(bulletin=bulletin, document=document, version=version, by=by, note=f"恢复第{number}版")


def editor_blocks(document: Document) -> list[dict]:
    """Return the text's blocks as the editor's template shows them; tables and charts by their place."""
    shown = []
    for index, block in enumerate(document.blocks):
        if isinstance(block, Heading):
            shown.append({"kind": "heading", "level": block.level, "text": block.text})
        elif isinstance(block, Paragraph):
            runs = [{"ref": run} if isinstance(run, FigureRef) else {"text": run} for run in block.runs]
            shown.append({"kind": "paragraph", "lead": block.lead, "runs": runs})
        else:
            noun = "表" if isinstance(block, Table) else "图"
            shown.append({"kind": "keep", "index": index, "noun": noun, "block": block})
    return shown
