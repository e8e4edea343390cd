"""From source lines to whole paragraphs: page furniture dropped, hard line breaks mended."""

import re
from dataclasses import dataclass, field

from .numbering import read_marker
from .wording import clean, fold

_PAGE = re.compile(
    r"^(?:[—\-–·\s]*\d{1,3}[—\-–·\s]+|[—\-–·]+\s*\d{1,3}\s*[—\-–·]*|第\s*\d+\s*页(?:\s*[,，/]?\s*共\s*\d+\s*页)?|\d{1,3}\s*/\s*\d{1,3}|\d{1,3}|Page\s*\d+.*)$"
)
_ENDS = "。！？!?;；:：.…"
_MARK_START = re.compile(
    r"^\(?(?:牵头|责任|配合|参与|协办|主办|第一责任|完成时限|完成时间|时限)[\s责任牵头]*(?:单位|部门)?\s*:|^(?:抄送|附件|主送|发布时间|来源|作者|时间)"
)


@dataclass
class Paragraph:
    """A paragraph of running text and the 1-based lines that it was joined from."""

    text: str
    line: int
    heading: int | None = None
    row: object = None
    pieces: list[tuple[int, int]] = field(default_factory=list)

    def line_at(self, position):
        """The source line of a position in `text`."""
        line = self.line
        for start, number in self.pieces:
            if position >= start:
                line = number
        return line


def paragraphs(lines):
    """Paragraphs of `lines` (table rows stay single), with broken lines joined and page numbers gone."""
    width = _wrap_width(lines)
    joined, blank, page_break = [], False, False
    for line in lines:
        if line.row is not None:
            joined.append(Paragraph("", line.number, None, line.row))
            blank = page_break = False
            continue
        text = clean(line.text)
        if not text:
            blank = True
            continue
        if _PAGE.match(text) and line.heading is None:
            page_break = True
            continue
        previous = joined[-1] if joined else None
        gap = blank and not page_break
        if previous and line.heading is None and _continues(previous, text, width, gap):
            previous.pieces.append((len(previous.text), line.number))
            previous.text += text
        else:
            joined.append(Paragraph(text, line.number, line.heading, None, [(0, line.number)]))
        blank = page_break = False
    return joined


def _columns(text):
    """Display columns: a Chinese character takes two."""
    return sum(1 if char.isascii() else 2 for char in text)


def _wrap_width(lines):
    """The display width at which the text was cut into lines, or None when its lines are paragraphs."""
    texts = [clean(line.text) for line in lines if line.row is None and line.heading is None]
    widths = sorted(_columns(text) for text in texts if len(text) > 8)
    if len(widths) < 6 or widths[-1] > 180:
        return None
    width = widths[-1 - len(widths) // 10]
    cut = [text for text in texts if _columns(text) >= width * 0.85 and text[-1] not in _ENDS]
    return width if len(cut) >= max(3, len(widths) // 6) else None


def _continues(previous, text, width, gap):
    """True when `text` belongs to the paragraph before it and not to a new one."""
    if previous.row is not None or previous.heading is not None:
        return False
    before = fold(previous.text)
    folded = fold(text)
    opened = _open_name(before)
    if folded[0] in ",。;、):”》%" and not gap:
        return True
    if _MARK_START.match(folded) and not opened:
        return False
    marker = read_marker(text)
    if marker and not (opened and marker.style in ("num", "cn") and not gap and before[-1] in ",、"):
        return False
    if opened and (_closes(folded, opened) or (opened == "《" and _title_like(before, folded))):
        return True
    if gap:
        return False
    if before[-1] in _ENDS or _ends_with_mark(before):
        return False
    if before[-1] in ",、" or "。" in before:
        return True
    return bool(width and _columns(previous.text[previous.pieces[-1][0] :]) >= width * 0.8)


def _open_name(folded):
    """The bracket kind that a text leaves open: 《 “ or (, or an empty string."""
    for opening, closing in ("《》", "“”", "()"):
        if folded.count(opening) > folded.count(closing) and folded.rfind(opening) > len(folded) - 160:
            return opening
    return ""


def _closes(folded, opening):
    closing = {"《": "》", "“": "”", "(": ")"}[opening]
    place = folded.find(closing)
    again = folded.find(opening)
    return place != -1 and (again == -1 or place < again or opening == "(")


def _title_like(before, following):
    """True for the parts of a title that was set on several lines inside 《…》."""
    return "。" not in before + following and len(before) < 80 and len(following) < 40


def _ends_with_mark(folded):
    """True when a text ends with the bracket of a responsibility mark."""
    opening = folded.rfind("(")
    while opening != -1:
        if re.match(
            r"\((?:牵头|责任|配合|参与|协办|主办|完成|时限|第一|主要)|\([^()]*(?:负责|牵头|配合)\)$", folded[opening:]
        ):
            return folded[-1] == ")"
        opening = folded.rfind("(", 0, opening)
        if len(folded) - opening > 300:
            return False
    return False
