"""A bulletin as a page: the same content tree as the files, figures linked to their passports."""

import base64

from reports.bulletins.building import document_path
from reports.bulletins.content import Chart, Document, FigureRef, Heading, Paragraph, Table
from reports.figures import passport_url
from reports.models import Bulletin


def web_blocks(document: Document, bulletin: Bulletin) -> list[dict]:
    """Return the blocks as plain values for the template; annexes follow the text under their titles."""
    pictures = (bulletin.figures or {}).get("pictures", {})
    blocks = [_block(block, bulletin, pictures) for block in document.blocks]
    for number, annex in enumerate(document.annexes, start=1):
        blocks.append({"kind": "annex", "text": f"附件{number}　{annex.title}"})
        blocks += [_block(block, bulletin, pictures) for block in annex.blocks]
    return blocks


def _block(block, bulletin, pictures):
    if isinstance(block, Heading):
        return {"kind": f"heading{block.level}", "text": block.text}
    if isinstance(block, Paragraph):
        return {"kind": "paragraph", "lead": block.lead, "runs": [_run(run, bulletin) for run in block.runs]}
    if isinstance(block, Table):
        rows = [
            [{**_run(cell, bulletin), "align": column.align} for cell, column in zip(row, block.columns, strict=True)]
            for row in block.rows
        ]
        return {"kind": "table", "caption": block.caption, "columns": block.columns, "rows": rows}
    return _chart(block, pictures)


def _run(run, bulletin):
    if not isinstance(run, FigureRef):
        return {"text": run, "url": ""}
    key, _, query = run.key.partition("?")
    url = passport_url(key, bulletin.as_of)
    return {"text": run.text, "url": f"{url}&{query}" if query else url}


def _chart(block: Chart, pictures):
    digest = pictures.get(block.key)
    path = digest and document_path(digest, "png")
    if not path or not path.exists():
        return {"kind": "missing", "text": f"（图：{block.caption}，本次未绘制）"}
    picture = base64.b64encode(path.read_bytes()).decode()
    return {"kind": "chart", "caption": block.caption, "alt": block.alt, "picture": f"data:image/png;base64,{picture}"}
