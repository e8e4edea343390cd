"""What the editor's page sends, read back into a document: every block checked, what is wrong named by its place.

Tables and charts that the data made are named by a mark of what they hold and cannot be typed over; tables that
people made are read cell by cell; a figure keeps its key, and another number in its place needs a reason.
"""

import hashlib
import json
from dataclasses import dataclass, replace

from common.errors import UserError
from reports.bulletins import chart_catalogue, own_tables, photographs
from reports.bulletins.content import (
    Block,
    Chart,
    Document,
    FigureRef,
    Heading,
    Paragraph,
    Photo,
    Table,
    block_json,
    figure_refs,
)
from reports.bulletins.texts import clean_text
from reports.figures import figure_by_reference
from reports.models import Bulletin

TITLE_LENGTH, HEADING_LENGTH, PARAGRAPH_LENGTH, REASON_LENGTH, MOST_BLOCKS = 100, 60, 3000, 100, 400
CAPTION_LENGTH, ALT_LENGTH, FIGURE_LENGTH, KEY_LENGTH = 60, 200, 60, 160
BROKEN = "页面内容不完整，请刷新后重试。"


def mark_of(block: Block) -> str:
    """Return a short mark of all that a block holds; the page names tables and charts by it."""
    return hashlib.sha256(json.dumps(block_json(block), sort_keys=True).encode()).hexdigest()[:20]


@dataclass(frozen=True)
class Limits:
    """What the editor may keep: the draft's own blocks and the figures it has bound."""

    bulletin: Bulletin
    document: Document
    texts: dict  # reference → texts under which the draft shows it

    @classmethod
    def of(cls, bulletin: Bulletin):
        document = Document.from_json(bulletin.content)
        texts: dict[str, set] = {}
        for run in figure_refs(document):
            texts.setdefault(run.key, set()).add(run.original or run.text)
        return cls(bulletin, document, texts)

    def kept(self, mark: str) -> Block | None:
        """Return the table or chart that bears this mark in the draft or in one of its versions."""
        found = _marked(self.document, mark)
        if found is None and len(mark) == 20:  # taken out, saved, and taken back by undoing
            contents = self.bulletin.versions.order_by("-number").values_list("content", flat=True)[:30]
            found = next((b for content in contents if (b := _marked(Document.from_json(content), mark))), None)
        return found


def _marked(document, mark):
    blocks = (block for block in document.blocks if isinstance(block, Table | Chart))
    return next((block for block in blocks if mark_of(block) == mark), None)


def read_edit(bulletin: Bulletin, posted: dict) -> Document:
    """Return the draft's document with what the editor sent. Raises UserError that names the place."""
    limits = Limits.of(bulletin)
    blocks = posted.get("blocks")
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        raise UserError(BROKEN)
    if len(blocks) > MOST_BLOCKS:
        raise UserError(f"正文最多{MOST_BLOCKS}段，现有{len(blocks)}段，请删减。")
    title = _text(posted.get("title"), TITLE_LENGTH, "标题")
    if not title:
        raise UserError("标题不能空，请填写。", field="title")
    read = [_block(block, f"第{number}段", limits) for number, block in enumerate(blocks, start=1)]
    kept = [block for block in read if block is not None]
    if not kept:
        raise UserError("正文不能空，请至少保留一段。")
    addressees = _text(posted.get("addressees"), PARAGRAPH_LENGTH, "主送单位")
    return replace(limits.document, title=title, addressees=addressees, blocks=kept)


def _text(value, most, where):
    if not isinstance(value, str):
        raise UserError(BROKEN)
    text = clean_text(value).strip()
    if len(text) > most:
        raise UserError(f"{where}有{len(text)}个字，最多{most}个，请缩短。")
    return text


def _block(block, where, limits):
    kind = block.get("type")
    if kind == "heading":
        text, level = _text(block.get("text"), HEADING_LENGTH, f"{where}（标题）"), block.get("level")
        if level not in (1, 2, 3, 4):
            raise UserError(f"{where}的标题级别无效，请刷新后重试。")
        return Heading(level, text) if text else None
    readers = {"paragraph": _paragraph, "keep": _keep, "table": _table, "photo": _photo, "chart": _chart}
    if kind not in readers:
        raise UserError(f"{where}的类型无法识别，请刷新后重试。")
    return readers[kind](block, where, limits)


def _keep(block, where, limits):
    found = limits.kept(block.get("mark")) if isinstance(block.get("mark"), str) else None
    if found is None:
        raise UserError(f"{where}的表或图已不在草稿中，请刷新后重试。")
    return found


def _paragraph(block, where, limits):
    runs, sent = [], block.get("runs")
    if not isinstance(sent, list) or not isinstance(block.get("lead", ""), str):
        raise UserError(BROKEN)
    for run in sent:
        if isinstance(run, str):
            if text := clean_text(run):
                runs.append(text)
        elif isinstance(run, dict):
            runs.append(_figure(run, where, limits))
    lead = clean_text(block.get("lead", "")).strip()
    paragraph = Paragraph(runs, lead)
    if len(paragraph.text) > PARAGRAPH_LENGTH:
        raise UserError(f"{where}有{len(paragraph.text)}个字，最多{PARAGRAPH_LENGTH}个，请分段。")
    return paragraph if paragraph.text.strip() else None


def _figure(run, where, limits) -> FigureRef:
    key = run.get("key")
    text = _text(run.get("text"), FIGURE_LENGTH, f"{where}的数字")
    reason = _text(run.get("reason", ""), REASON_LENGTH, f"{where}数字的改写理由")
    if not isinstance(key, str) or len(key) > KEY_LENGTH:
        raise UserError(BROKEN)
    bound = set(limits.texts.get(key, ()))
    if not bound or text not in bound:
        figure = figure_by_reference(key, limits.bulletin.as_of)
        if figure is None:
            raise UserError(f"{where}引用的数字“{text}”在本站没有，请删去后重新插入。")
        bound |= {figure.text, f"{figure.text}{figure.unit}"}
    if text in bound:
        return FigureRef(text, key)
    original = next((t for t in sorted(bound, key=len, reverse=True)), "")
    if not reason:
        raise UserError(f"{where}把“{original}”改写成“{text}”，请写明理由，或恢复原数。")
    return FigureRef(text, key, original, reason)


def _table(block, where, limits):
    """A table that people made: its caption, header and rows as typed or pasted; None where all of it is empty."""
    header, rows = block.get("header"), block.get("rows")
    if not isinstance(header, list) or not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise UserError(BROKEN)
    where = f"{where}的表"
    own_tables.check_size(header, rows, where)
    names = [_text(name, own_tables.CELL_LENGTH, f"{where}表头") for name in header]
    cells = [[_cell(cell, f"{where}第{n}行", limits) for cell in row] for n, row in enumerate(rows, start=1)]
    caption = _text(block.get("caption", ""), CAPTION_LENGTH, f"{where}的标题")
    notes = _text(block.get("notes", ""), CAPTION_LENGTH * 3, f"{where}的注")
    if not caption and not any(names) and not any(cell for row in cells for cell in row):
        return None
    if not caption:
        raise UserError(f"{where}没有标题，请在表上方写明，如“各县项目情况”。")
    return own_tables.made(caption, names, cells, notes, where)


def _cell(cell, where, limits):
    if isinstance(cell, dict):
        return _figure(cell, where, limits)
    return _text(cell, own_tables.CELL_LENGTH, f"{where}的一格")


def _photo(block, where, limits):
    key = block.get("key")
    if not isinstance(key, str) or not photographs.is_kept(key):
        raise UserError(f"{where}的照片已不在本站，请删去后重新上传。")
    caption = _text(block.get("caption", ""), CAPTION_LENGTH, f"{where}的照片说明")
    if not caption:
        raise UserError(f"{where}的照片没有说明，请在照片下面写明何时、何地、何事。")
    return Photo(key, caption, _text(block.get("alt", ""), ALT_LENGTH, f"{where}的替代文字") or caption)


def _chart(block, where, limits):
    key = block.get("key")
    description = chart_catalogue.describe(key, limits.bulletin.as_of) if isinstance(key, str) else None
    if description is None:
        raise UserError(f"{where}的图不在目录中，请删去后重新插入。")
    return chart_catalogue.place_of(description)
