"""A document's bytes → numbered lines; what cannot be read is refused in one sentence."""

import re

from .lines import Line, Row, UnreadableSource
from .word import read_word

__all__ = ["Line", "Row", "UnreadableSource", "read_lines", "text_lines"]

MAX_PACKED = 20 * 1024 * 1024
MAX_CHARACTERS = 1_000_000
MAX_LINE = 20_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAGIC = {
    b"%PDF": "PDF 文件",
    b"\x89PNG": "图片",
    b"\xff\xd8\xff": "图片",
    b"{\\rtf": "RTF 文件",
    b"Rar!": "压缩包",
    b"7z\xbc\xaf": "压缩包",
}
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b]")


def read_lines(name, data):
    """The lines of a .docx or .txt document; `name` "-" is text from standard input.

    Raises UnreadableSource for another kind of file, an oversized or damaged one, or an undecodable text.
    """
    suffix = name.lower().rsplit(".", 1)[-1] if "." in name else ""
    if len(data) > MAX_PACKED:
        raise UnreadableSource("文件超过 20 MB,无法读取。")
    if data.startswith(_OLE):
        raise UnreadableSource("文件是旧版 Office 格式或已加密，请另存为未加密的 .docx 后再上传。")
    for magic, kind in _MAGIC.items():
        if data.startswith(magic):
            raise UnreadableSource(f"文件是{kind}，只能读取 .docx 或 .txt 文件。")
    if data.startswith(b"PK"):
        if suffix not in ("docx", "") and name != "-":
            raise UnreadableSource("只能读取 .docx 或 .txt 文件，文件内容与扩展名不符。")
        return _bounded(read_word(data))
    if suffix == "docx":
        raise UnreadableSource("文件不是有效的 .docx 文档。")
    if name != "-" and suffix not in ("txt", "text", ""):
        raise UnreadableSource("只能读取 .docx 或 .txt 文件。")
    return _bounded(text_lines(_decode(data)))


def _bounded(lines):
    """`lines`, unless they are longer than any work plan: the rules are made for paragraphs of a document."""
    if sum(len(line.text) for line in lines) > MAX_CHARACTERS or any(len(line.text) > MAX_LINE for line in lines):
        raise UnreadableSource("文字过长，不像一份工作方案，已拒绝读取。")
    return lines


def text_lines(text):
    """Lines of plain text; rows of a tab-separated table (two or more tabs) become table rows."""
    lines, table = [], 0
    previous_row = False
    for number, raw in enumerate(re.split(r"\r\n|\r|\n|\x0b|\x0c|\u2028|\u2029", text), start=1):
        cells = tuple(cell.strip() for cell in raw.split("\t"))
        if len(cells) >= 3 and sum(map(bool, cells)) >= 2 or (previous_row and raw.count("\t") >= 2):
            table += not previous_row
            blanks = (False,) * len(cells)
            lines.append(Line(number, raw, None, Row(table, cells, blanks, blanks)))
            previous_row = True
        else:
            lines.append(Line(number, raw))
            previous_row = previous_row and not raw.strip()
    return lines


def _decode(data):
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ("utf-16",)
    else:
        encodings = ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _CONTROL.search(text):
            raise UnreadableSource("文件不是纯文本，只能读取 .docx 或 .txt 文件。")
        if not text.strip():
            raise UnreadableSource("文件没有文字内容。")
        return text
    raise UnreadableSource("无法识别文本编码，请另存为 UTF-8 后再上传。")
