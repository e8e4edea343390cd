"""A .docx → lines: headings with their level, paragraphs with their automatic numbers, table rows."""

import json
import re
import subprocess
import sys
from pathlib import Path

from lxml import etree

from .lines import Line, Row, UnreadableSource
from .packages import open_package, read_member
from .word_child import REFUSED
from .word_numbers import AutomaticNumbers

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = {_W + "del", _W + "moveFrom", _W + "txbxContent", _W + "footnoteReference", _W + "instrText"}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_HEADING_NAME = re.compile(r"^(?:heading|标题)\s*([1-9])$", re.IGNORECASE)
_TITLE_NAMES = {"title", "标题"}
_CHILD = Path(__file__).with_name("word_child.py")
_SECONDS = 60
_MOST_LINES = 100_000
_TOO_MUCH = "文件已损坏或内容过大，无法读取。"


def read_word(data):
    """The lines of a .docx, parsed in a process of its own that may be killed without harm."""
    open_package(data)  # what is refused unread costs no process
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(_CHILD)],
            input=data,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableSource(_TOO_MUCH) from error
    if done.returncode == REFUSED:
        raise UnreadableSource(done.stdout.decode())
    if done.returncode:
        raise UnreadableSource(_TOO_MUCH)
    return [
        Line(number, text, heading, Row(row[0], *map(tuple, row[1:])) if row else None)
        for number, text, heading, row in json.loads(done.stdout)
    ]


def lines_of(data):
    """The lines of a .docx; each paragraph and each table row counts as one line, in reading order."""
    package = open_package(data)
    body = _parse(read_member(package, "word/document.xml")).find(_W + "body")
    if body is None:
        raise UnreadableSource("文件不是有效的 .docx 文档。")
    styles = _Styles(_optional(package, "word/styles.xml"))
    numbers = AutomaticNumbers(_optional(package, "word/numbering.xml"), styles.numbering)
    lines, tables = [], 0
    for block in _blocks(body):
        if block.tag == _W + "p":
            heading = styles.heading(block)
            label = numbers.label(block)
            for text in (label + paragraph_text(block)).split("\n"):
                lines.append(Line(len(lines) + 1, text, heading if text.strip() else None))
        else:
            tables += 1
            for row in _rows(block, tables, numbers):
                lines.append(Line(len(lines) + 1, "\t".join(row.cells), None, row))
        if len(lines) > _MOST_LINES:
            raise UnreadableSource(_TOO_MUCH)
    if not any(line.text.strip() for line in lines):
        raise UnreadableSource("文件没有文字内容。")
    return lines


def _parse(content):
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    if b"<!DOCTYPE" in content[:2000]:
        raise UnreadableSource("文件不是有效的 .docx 文档。")
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableSource("文件已损坏，不是有效的 .docx 文档。") from error


def _optional(package, name):
    content = read_member(package, name)
    return _parse(content) if content else None


def _blocks(parent):
    """Paragraphs and tables in order, also those inside content controls and insertions."""
    for child in parent:
        if child.tag in (_W + "p", _W + "tbl"):
            yield child
        elif child.tag in (_W + "sdt", _W + "sdtContent", _W + "ins", _W + "customXml", _W + "smartTag"):
            yield from _blocks(child)


def paragraph_text(paragraph):
    """The visible words of a paragraph; a manual line break is a newline, deleted text is absent."""
    parts = []
    _collect(paragraph, parts)
    return "".join(parts)


def _collect(element, parts):
    for child in element:
        if child.tag in _SKIPPED or child.tag == _FALLBACK:
            continue
        if child.tag == _W + "t":
            parts.append(child.text or "")
        elif child.tag in (_W + "tab", _W + "ptab"):
            if element.tag == _W + "r":
                parts.append(" ")
        elif child.tag in (_W + "br", _W + "cr"):
            parts.append("\n" if child.get(_W + "type", "textWrapping") == "textWrapping" else "")
        elif child.tag == _W + "noBreakHyphen":
            parts.append("-")
        else:
            _collect(child, parts)


class _Styles:
    """Paragraph styles: heading levels and numbering, also when inherited."""

    def __init__(self, root):
        self._names, self._based, self._outline, self.numbering = {}, {}, {}, {}
        for style in root.iter(_W + "style") if root is not None else ():
            key = style.get(_W + "styleId")
            self._names[key] = _value(style, "name") or key
            self._based[key] = _value(style, "basedOn")
            level = style.find(f"{_W}pPr/{_W}outlineLvl")
            if level is not None:
                self._outline[key] = int(level.get(_W + "val", "9"))
            numbering = style.find(f"{_W}pPr/{_W}numPr")
            if numbering is not None:
                self.numbering[key] = (_value(numbering, "numId"), int(_value(numbering, "ilvl") or 0))

    def heading(self, paragraph):
        """0 for the document's title, 1 to 9 for headings, None for plain paragraphs."""
        level = paragraph.find(f"{_W}pPr/{_W}outlineLvl")
        if level is not None and int(level.get(_W + "val", "9")) < 9:
            return int(level.get(_W + "val")) + 1
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        key = style.get(_W + "val") if style is not None else None
        for _step in range(10):
            if key is None:
                return None
            name = self._names.get(key, key)
            if match := _HEADING_NAME.match(name):
                return int(match[1])
            if name.lower() in _TITLE_NAMES:
                return 0
            if self._outline.get(key, 9) < 9:
                return self._outline[key] + 1
            key = self._based.get(key)
        return None


def _value(element, name):
    child = element.find(_W + name)
    return child.get(_W + "val") if child is not None else None


def _rows(table, number, numbers):
    """Rows with every grid column filled: merged cells repeat their text and say that they do."""
    above, rows = {}, []
    for row in _children(table, "tr"):
        cells, continued, spanned, column = [], [], [], 0
        before = row.find(f"{_W}trPr/{_W}gridBefore")
        for _step in range(int(before.get(_W + "val")) if before is not None else 0):
            cells.append("")
            continued.append(False)
            spanned.append(False)
            column += 1
        for cell in _children(row, "tc"):
            properties = cell.find(_W + "tcPr")
            width = int((_value(properties, "gridSpan") if properties is not None else None) or 1)
            merge = properties.find(_W + "vMerge") if properties is not None else None
            goes_on = merge is not None and merge.get(_W + "val", "continue") == "continue"
            text = above.get(column, "") if goes_on else _cell_text(cell, numbers)
            for offset in range(min(width, 63)):
                cells.append(text)
                continued.append(goes_on)
                spanned.append(offset > 0)
                above[column + offset] = text
            column += width
        rows.append(Row(number, tuple(cells), tuple(continued), tuple(spanned)))
    return rows


def _children(parent, name):
    for child in parent:
        if child.tag == _W + name:
            yield child
        elif child.tag in (_W + "sdt", _W + "sdtContent", _W + "ins", _W + "customXml"):
            yield from _children(child, name)


def _cell_text(cell, numbers):
    parts = []
    for block in _blocks(cell):
        if block.tag == _W + "p":
            parts.append(numbers.label(block) + paragraph_text(block))
        else:
            parts += [_cell_text(inner, numbers) for row in _children(block, "tr") for inner in _children(row, "tc")]
    return "\n".join(part for part in parts if part.strip())
