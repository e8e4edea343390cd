"""From the content tree to what both engines print: cleaned, numbered, labelled plain values.

Numbers of captions, labels of annexes and written dates are decided here, once for PDF and DOCX.
"""

import re
from datetime import date
from itertools import pairwise
from math import ceil

from reports.bulletins.content import (
    Annex,
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
from reports.bulletins.padding import PADDINGS, row_padding
from reports.bulletins.pictures import picture_kind
from reports.bulletins.texts import clean_text, full_width_punctuation, map_texts
from reports.bulletins.titles import break_title, width

MISSING_CHART = "（此处图表暂缺：生成本件时未能绘图）"
MISSING_PHOTO = "（此处照片暂缺：生成本件时没有找到文件）"
# How much of the width a picture takes at most, and how many lines of the page in height.
CHART_SIZE, PHOTO_SIZE = {"share": 1.0, "lines": 16}, {"share": 0.7, "lines": 10}
LINES_THAT_MAY_BREAK = 12
LINES_KEPT_WHOLE = 13
WHOLE = {"whole": True, "float": False, "number": -1}
# Characters on a line of table text: body 12 pt, annex 10.5 pt on 156 mm, landscape annex on 225 mm.
BODY_LINE, ANNEX_LINE, LANDSCAPE_LINE = 36.8, 42.1, 60.7
# A cell up to so many characters stays on one line; a column of longer ones keeps at least so many.
SHORT_CELL, WRAPPING_CELL = 7, 4
CELL_EDGES = 0.9  # the free edges of a cell, in characters
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
    _keep_together(blocks, has_end=bool(document.signature or document.signed_on or titles))
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
            _arrange_annex(annex, f"附件{number}" if several else "附件", charts)
            for number, annex in enumerate(document.annexes, start=1)
        ],
        "author": document.metadata.get("author", ""),
        "subject": document.metadata.get("subject", ""),
        "keywords": [word for word in document.metadata.get("keywords", "").split(" ") if word],
        "demo_mark": document.demo_mark,
    }


def _arrange_annex(annex: Annex, label: str, charts: dict[str, bytes]) -> dict:
    lines = break_title(annex.title, 28 if annex.landscape else 19) or [""]
    blocks = _arrange_blocks(annex.blocks, charts, None, LANDSCAPE_LINE if annex.landscape else ANNEX_LINE)
    if len(blocks) == 1 and blocks[0]["type"] == "table":
        heights = [row["lines"] for row in blocks[0]["rows"]]
        blocks[0]["padding"] = row_padding(heights, len(lines), annex.landscape)
    return {"label": label, "lines": lines, "landscape": annex.landscape, "blocks": blocks}


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
        rows.append({"cells": cells, "long": lines > LINES_THAT_MAY_BREAK, "lines": max(1, lines)})
    return {
        "type": "table",
        "caption": _numbered("表", table.caption, numbers),
        "columns": [
            {"header": _header_lines(column.header, room), "align": column.align, "weight": round(room / line, 4)}
            for column, room in zip(table.columns, widths, strict=True)
        ],
        "rows": rows,
        "notes": table.notes,
        "padding": PADDINGS[0],
        **WHOLE,
        "whole": numbers is not None and height <= LINES_KEPT_WHOLE,
    }


def column_widths(columns: list[Column], rows: list[list[str]], line: float) -> list[float]:
    """Widths in characters that fill the line: by weight, but no short text (a state, a date) is torn.

    What a column has beyond its longest text goes to those whose texts would wrap, then to long headers.
    """
    least, needs = [], []
    for place, column in enumerate(columns):
        texts = [*_header_parts(column.header), *(row[place] for row in rows)]
        longest = max(width(text) for text in texts)
        least.append((longest if longest <= SHORT_CELL else WRAPPING_CELL) + CELL_EDGES)
        # Figures and Latin letters are a little wider than half a character.
        needs.append(max(width(text) + 0.12 * sum(char.isascii() for char in text) for text in texts) + CELL_EDGES)
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
            whole = [max(need, width(c.header) + CELL_EDGES) for need, c in zip(needs, columns, strict=True)]
            return _spare_given(_spare_given(shares, needs), whole)
        fixed.update(narrow)


def _header_parts(header: str) -> list[str]:
    """任务数（项） may stand in two lines, broken before its unit and nowhere else."""
    name, mark, unit = header.partition("（")
    return [name, mark + unit] if name and mark else [header]


def _header_lines(header: str, room: float) -> list[str]:
    return _header_parts(header) if width(header) + CELL_EDGES > room + 1e-6 else [header]


def _spare_given(shares: list[float], needs: list[float]) -> list[float]:
    """The widths after those that have more than they need gave to those that lack, the least lack first."""
    spare = [max(0.0, share - need) for share, need in zip(shares, needs, strict=True)]
    rest, given = sum(spare), list(shares)
    for place in sorted(range(len(shares)), key=lambda place: needs[place] - shares[place]):
        lack = min(rest, max(0.0, needs[place] - shares[place]))
        given[place] += lack
        rest -= lack
    if not sum(spare):
        return given
    kept = rest / sum(spare)
    return [width - own * (1 - kept) for width, own in zip(given, spare, strict=True)]


def _numbered(kind: str, caption: str, numbers: dict[str, int] | None) -> str:
    """The caption with its running number; annexes (no numbers) keep theirs as written."""
    if numbers is None or not caption or HAS_NUMBER.match(caption):
        return caption
    numbers[kind] += 1
    return f"{kind}{numbers[kind]} {caption}"


def _keep_together(blocks: list[dict], has_end: bool) -> None:
    """A short last paragraph goes with the signature: no page may hold the signature alone.

    A line that announces a list (…：) goes with its first item.
    """
    for block, after in pairwise(blocks):
        if block["type"] == "paragraph" and block["text"].endswith("：") and len(block["text"]) <= 2 * 28:
            block["sticky"] = after["type"] == "paragraph"
    if has_end and blocks and blocks[-1]["type"] == "paragraph" and len(blocks[-1]["text"]) <= 6 * 28:
        blocks[-1]["sticky"] = True
