"""From the content tree to what both engines print: cleaned, numbered, labelled plain values.

Numbers of captions, labels of annexes and written dates are decided here, once for PDF and DOCX.
"""

import re
from datetime import date
from math import ceil

from reports.bulletins.content import (
    Chart,
    Column,
    Document,
    Heading,
    Paragraph,
    Photo,
    Table,
    chart_keys,
    photo_keys,
    run_text,
)
from reports.bulletins.pictures import picture_kind
from reports.bulletins.texts import clean_text, full_width_punctuation, map_texts
from reports.bulletins.titles import break_title, width

MISSING_CHART = "（此处图表暂缺：生成本件时未能绘图）"
LINES_THAT_MAY_BREAK = 12
MISSING_PHOTO = "（此处照片暂缺：生成本件时没有找到文件）"
# How much of the width a picture takes at most, and how many lines of the page in height.
CHART_SIZE, PHOTO_SIZE = {"share": 1.0, "lines": 16}, {"share": 0.7, "lines": 10}
LINES_KEPT_WHOLE = 13
WHOLE = {"whole": True, "float": False, "number": -1}
# Characters on a line of table text: body 12 pt, annex 10.5 pt on 156 mm, landscape annex on 225 mm.
BODY_LINE, ANNEX_LINE, LANDSCAPE_LINE = 36.8, 42.1, 60.7
# A cell up to so many characters stays on one line; a column of longer ones keeps at least so many.
SHORT_CELL, WRAPPING_CELL = 7, 4
HAS_NUMBER = re.compile(r"^[表图]\s*\d")


def missing_charts(document: Document, charts: dict[str, bytes]) -> list[str]:
    """The keys of the document's charts and photos for which no usable picture is given."""
    keys = chart_keys(document) + photo_keys(document)
    return [key for key in keys if not picture_kind(charts.get(key, b""))]


def chinese_date(day: date | None) -> str:
    """2023年12月1日, or nothing."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def arrange(document: Document, charts: dict[str, bytes]) -> dict:
    """All that is printed, as a JSON value: strings, lists and dicts with every text cleaned."""
    document = Document.from_json(map_texts(_printed, document.to_json()))
    titles = document.attachment_titles
    several = len(document.annexes) > 1
    numbers = {"表": 0, "图": 0}
    blocks = _arrange_blocks(document.blocks, charts, numbers, BODY_LINE)
    _keep_end_together(blocks)
    _number_standing(blocks)
    return {
        "banner": document.banner.strip(),
        "number": document.number_line,
        "title": document.title_lines or ["（无标题）"],
        "addressees": document.addressees,
        "blocks": blocks,
        "attachments": [title for title in titles if title],
        "signature": document.signature.strip(),
        "signed": chinese_date(document.signed_on),
        "copies": document.copies,
        "issuer": document.issuer,
        "issued": f"{chinese_date(document.issued_on)}印发" if document.issued_on else "",
        "annexes": [
            {
                "label": f"附件{number}" if several else "附件",
                "lines": break_title(annex.title, 28 if annex.landscape else 19) or [""],
                "landscape": annex.landscape,
                "blocks": _arrange_blocks(
                    annex.blocks, charts, None, LANDSCAPE_LINE if annex.landscape else ANNEX_LINE
                ),
            }
            for number, annex in enumerate(document.annexes, start=1)
        ],
        "author": document.metadata.get("author", ""),
        "subject": document.metadata.get("subject", ""),
        "keywords": [word for word in document.metadata.get("keywords", "").split(" ") if word],
        "demo_mark": document.demo_mark,
    }


def _printed(text: str) -> str:
    return full_width_punctuation(clean_text(text))


def _arrange_blocks(blocks: list, charts: dict[str, bytes], numbers: dict[str, int] | None, line: float) -> list[dict]:
    arranged = []
    for block in blocks:
        if isinstance(block, Heading) and block.text.strip():
            arranged.append({"type": "heading", "level": block.level, "text": block.text})
        elif isinstance(block, Paragraph) and block.text.strip():
            text = "".join(run_text(run) for run in block.runs)
            arranged.append({"type": "paragraph", "lead": block.lead, "text": text, "sticky": False})
        elif isinstance(block, Table):
            arranged.append(_arrange_table(block, numbers, line))
        elif isinstance(block, Chart):
            caption = _numbered("图", block.caption, numbers)
            arranged.append(_arrange_picture(block, caption, charts, CHART_SIZE, MISSING_CHART))
        elif isinstance(block, Photo):
            arranged.append(_arrange_picture(block, block.caption, charts, PHOTO_SIZE, MISSING_PHOTO))
    return arranged


def _arrange_picture(block: Chart | Photo, caption: str, charts: dict[str, bytes], size: dict, missing: str) -> dict:
    if not picture_kind(charts.get(block.key, b"")):
        return {"type": "note", "text": f"{caption}{missing}"}
    alt = block.alt or block.caption
    return {"type": "chart", "key": block.key, "caption": caption, "alt": alt, **size, **WHOLE}


def _number_standing(blocks: list[dict]) -> None:
    """Number what must stay whole in the body, so that the PDF engine can tell it to float."""
    standing = [block for block in blocks if block["type"] in ("chart", "table") and block["whole"]]
    for number, block in enumerate(standing):
        block["number"] = number


def _arrange_table(table: Table, numbers: dict[str, int] | None, line: float) -> dict:
    texts = [[run_text(cell) for cell in row] for row in table.rows]
    widths = column_widths(table.columns, texts, line)
    rows, height = [], 0
    for cells in texts:
        lines = max(ceil(width(cell) / max(1, room - 0.7)) for cell, room in zip(cells, widths, strict=True))
        height += max(1, lines)
        rows.append({"cells": cells, "long": lines > LINES_THAT_MAY_BREAK})
    return {
        "type": "table",
        "caption": _numbered("表", table.caption, numbers),
        "columns": [
            {"header": column.header, "align": column.align, "weight": round(room / line, 4)}
            for column, room in zip(table.columns, widths, strict=True)
        ],
        "rows": rows,
        "notes": table.notes,
        **WHOLE,
        "whole": numbers is not None and height <= LINES_KEPT_WHOLE,
    }


def column_widths(columns: list[Column], rows: list[list[str]], line: float) -> list[float]:
    """Widths in characters that fill the line: by weight, but no short text (a state, a date) is torn."""
    least = []
    for place, column in enumerate(columns):
        longest = max([width(column.header), *(width(row[place]) for row in rows)])
        least.append((longest if longest <= SHORT_CELL else WRAPPING_CELL) + 0.9)
    if sum(least) > line:
        least = [0.0] * len(columns)
    fixed: dict[int, float] = {}
    while True:
        rest = line - sum(fixed.values())
        weights = sum(column.weight for place, column in enumerate(columns) if place not in fixed)
        shares = [
            fixed.get(place, rest * column.weight / weights if weights else 0) for place, column in enumerate(columns)
        ]
        narrow = {place: least[place] for place, share in enumerate(shares) if share < least[place] - 1e-9}
        if not narrow:
            return shares
        fixed.update(narrow)


def _numbered(kind: str, caption: str, numbers: dict[str, int] | None) -> str:
    """The caption with its running number; annexes (no numbers) keep theirs as written."""
    if numbers is None or not caption or HAS_NUMBER.match(caption):
        return caption
    numbers[kind] += 1
    return f"{kind}{numbers[kind]} {caption}"


def _keep_end_together(blocks: list[dict]) -> None:
    """A short last paragraph goes with the signature: no page may hold the signature alone."""
    if blocks and blocks[-1]["type"] == "paragraph" and len(blocks[-1]["text"]) <= 6 * 28:
        blocks[-1]["sticky"] = True
