"""A bulletin as a page: the same content tree as the files, figures linked to their passports."""

from pathlib import Path

from django.urls import reverse

from reports.bulletins.content import Chart, Document, FigureRef, Heading, Paragraph, Photo, Table
from reports.bulletins.kept import picture_path
from reports.bulletins.photographs import photo_digest
from reports.figures import passport_url
from reports.models import Bulletin


def web_blocks(document: Document, bulletin: Bulletin) -> list[dict]:
    """Return the blocks as plain values for the template; annexes follow the text under their titles."""
    blocks = [_block(block, bulletin) for block in document.blocks]
    for number, annex in enumerate(document.annexes, start=1):
        blocks.append({"kind": "annex", "text": f"附件{number}　{annex.title}"})
        blocks += [_block(block, bulletin) for block in annex.blocks]
    return blocks


def _block(block, bulletin):
    if isinstance(block, Heading):
        return {"kind": f"heading{block.level}", "text": block.text}
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "lead": block.lead, "runs": [_run(run, bulletin) for run in block.runs]}
    if isinstance(block, Table):
        rows = [
            [{**_run(cell, bulletin), "align": column.align} for cell, column in zip(row, block.columns, strict=True)]
            for row in block.rows
        ]
        shown = {"caption": block.caption, "columns": block.columns, "notes": block.notes}
        return shown | {"kind": "table", "rows": rows}
    return _picture(block, bulletin)


def _run(run, bulletin):
    if not isinstance(run, FigureRef):
        return {"text": run, "url": ""}
    key, _, query = run.key.partition("?")
    url = passport_url(key, bulletin.as_of)
    return {"text": run.text, "url": f"{url}&{query}" if query else url}


def _picture(block: Chart | Photo, bulletin):
    noun = "照片" if isinstance(block, Photo) else "图"
    path = picture_file(bulletin, block.key)
    if path is None:
        return {"kind": "missing", "text": f"（{noun}：{block.caption}，{missing_words(bulletin, noun)}）"}
    shown = {"kind": "photo" if isinstance(block, Photo) else "chart", "caption": block.caption, "alt": block.alt}
    return shown | {"picture": reverse("reports:picture", args=[bulletin.pk, block.key])}


def missing_words(bulletin: Bulletin, noun: str) -> str:
    """Return why a picture is not there: it is being drawn, or could not be."""
    if noun == "照片":
        return "文件不在"
    return "正在绘制" if bulletin.content and not bulletin.pdf_file else "本次未绘制"


def picture_file(bulletin: Bulletin, key: str) -> Path | None:
    """Return the file of a chart or photo of this bulletin; None where there is none (yet)."""
    digest = (bulletin.figures or {}).get("pictures", {}).get(key, "") or photo_digest(key)
    path = digest and picture_path(key, digest)
    return path if path and path.exists() else None
