"""A plan's body as numbered blocks, and the decision which numbering carries the items."""

import re
from dataclasses import dataclass, field

from .marks import Mark
from .numbering import Marker, rank_of, read_marker
from .paragraphs import Paragraph
from .wording import fold, to_chinese

_TAIL = re.compile(
    r"^(?:抄送|主送单位|主办|承办:|联系人|联系电话|信息来源|责任编辑|编辑:|上一篇|下一篇|相关(?:链接|文章|阅读)|扫一扫|分享到|打印|关闭|版权所有|网站地图"
    r"|Copyright|copyright|©|ICP|鲁ICP|\(?此件|\(?信息公开|政策解读|附件\s*\d*\s*:|附件\s*\d*$|附:|注:)|日印发$|日\s*印发$"
)
_DATE_LINE = re.compile(r"^(?:(?:19|20)\d\d年\d{1,2}月\d{1,2}日|二[〇零○O0].{2}年.{1,2}月.{1,3}日|(?:19|20)\d{4,6})$")
_ANNEX = re.compile(r"^附件?\s*\d*\s*:?$")
_RUN_ON = re.compile(
    r"[)。]\s*(?=(?:\d{1,3}|[一二三四五六七八九十]{1,3})\s*[.、](?!\d)|\([一二三四五六七八九十]{1,3}\))"
)
_FRAME = re.compile(
    "总体要求|指导思想|基本原则|工作原则|总体目标|主要目标|工作目标|发展目标|目标任务$|总体思路|总体考虑|保障措施|组织保障|工作要求|有关要求|相关要求"
    "|组织领导|实施保障|工作步骤|方法步骤|实施步骤|工作保障|背景|附则"
)


@dataclass
class Block:
    """A numbered paragraph (or heading) with the unnumbered paragraphs that follow it.

    `marker` is None for what comes before the first number. `marks[i]` belong to `paragraphs[i]`; the
    first paragraph's text no longer holds the number.
    """

    marker: Marker | None
    paragraphs: list[Paragraph] = field(default_factory=list)
    marks: list[list[Mark]] = field(default_factory=list)
    children: list["Block"] = field(default_factory=list)
    parent: "Block | None" = None
    row: object = None

    @property
    def style(self):
        return self.marker.style if self.marker else None

    @property
    def line(self):
        return self.paragraphs[0].line

    def owned(self):
        """True when this block's own words, without its children's, carry a mark with owners."""
        return any(mark.owners for marks in self.marks for mark in marks)

    def title(self):
        """The first paragraph without marks: a heading's title."""
        text = self.paragraphs[0].text
        for mark in reversed(self.marks[0]):
            text = text[: mark.start] + text[mark.end :]
        return text.strip().rstrip("。:：;；,， ")

    def sets_default(self):
        """True when a heading's line carries a mark that holds for what is numbered under it."""
        return bool(self.children and self.owned() and len(self.title()) <= 40 and "。" not in self.title())

    def is_frame(self):
        """True for headings whose numbered paragraphs are no tasks unless they name an owner."""
        return bool(len(self.title()) <= 24 and _FRAME.search(self.title()))


def body_span(paragraphs):
    """(start, end) of the numbered body: after the head (and the word 附件), before copies and imprint."""
    numbered = [i for i, p in enumerate(paragraphs) if p.row is None and is_numbered(p)]
    if not numbered:
        rows = [i for i, p in enumerate(paragraphs) if p.row is not None]
        return (rows[0], rows[-1] + 1) if rows else (len(paragraphs), len(paragraphs))
    start = numbered[0]
    annex = [i for i, p in enumerate(paragraphs) if p.row is None and _ANNEX.match(fold(p.text))]
    for index in annex:
        later = [i for i in numbered if i > index]
        before = [p for p in paragraphs[start:index] if "单位:" in fold(p.text)]
        if later and not before:
            start = later[0]
    for index in range(start + 1, len(paragraphs)):
        if paragraphs[index].row is None and _ends_body(paragraphs, index):
            return start, index
    return start, len(paragraphs)


def _ends_body(paragraphs, index):
    text = fold(paragraphs[index].text).strip()
    if _TAIL.search(text) and not is_numbered(paragraphs[index]):
        return True
    if _DATE_LINE.match(text.replace(" ", "")):
        return True
    following = paragraphs[index + 1] if index + 1 < len(paragraphs) else None
    return bool(
        following
        and following.row is None
        and len(text) <= 40
        and not re.search("[。;:,]", text)
        and not is_numbered(paragraphs[index])
        and _DATE_LINE.match(fold(following.text).replace(" ", ""))
    )


def is_numbered(paragraph):
    return bool(paragraph.heading) or read_marker(paragraph.text) is not None


def make_blocks(paragraphs, mark_reader):
    """Blocks of the body in reading order, with parents and children by numbering; rows become own blocks."""
    blocks, unnumbered = [], 0
    for paragraph in paragraphs:
        if paragraph.row is not None:
            blocks.append(Block(None, [paragraph], [[]], row=paragraph.row))
            continue
        for part in _split_run_on(paragraph):
            marker = read_marker(part.text)
            if part.heading and marker is None:
                unnumbered += 1
                marker = Marker(f"h{min(part.heading, 3)}", "", None, 0)
            if marker:
                part.text = part.text[marker.length :].strip()
                part.pieces = [(max(0, start - marker.length), line) for start, line in part.pieces]
                blocks.append(Block(marker))
            elif not blocks or blocks[-1].row is not None:
                blocks.append(Block(None))
            blocks[-1].paragraphs.append(part)
            blocks[-1].marks.append(mark_reader.marks(part.text, part.line))
    if unnumbered:
        blocks = _split_plain(blocks)
        _number_headings(blocks)
    _set_family(blocks)
    return blocks


def _split_run_on(paragraph):
    """A paragraph whose next numbers were pasted into it (…(责任单位:甲)2.…) as several paragraphs."""
    marker = read_marker(paragraph.text)
    if marker is None or marker.value is None:
        return [paragraph]
    parts, begin, value = [], 0, marker.value
    folded = fold(paragraph.text)
    for match in _RUN_ON.finditer(folded):
        following = read_marker(paragraph.text[match.end() :])
        if following and following.style == marker.style and following.value == value + 1:
            parts.append((begin, match.end()))
            begin, value = match.end(), following.value
    parts.append((begin, len(paragraph.text)))
    if len(parts) == 1:
        return [paragraph]
    return [
        Paragraph(paragraph.text[start:end].strip(), paragraph.line_at(start), paragraph.heading, None)
        for start, end in parts
    ]


def _split_plain(blocks):
    """Under a Word heading without a number each paragraph that names its owners is a block of its own."""
    result, count = [], 0
    for block in blocks:
        result.append(block)
        plain = block.marker and block.style in ("h1", "h2") and block.marker.length == 0
        if not plain or not any(mark.owners for marks in block.marks[1:] for mark in marks):
            continue
        rest = list(zip(block.paragraphs[1:], block.marks[1:], strict=True))
        del block.paragraphs[1:], block.marks[1:]
        current = None
        for paragraph, marks in rest:
            if current is None:
                count += 1
                current = Block(Marker("plain", str(count), None, 0))
                result.append(current)
            current.paragraphs.append(paragraph)
            current.marks.append(marks)
            if any(mark.owners for mark in marks):
                current = None
    return result


def _number_headings(blocks):
    """Word headings without a written number get one by their order under the heading above."""
    counters = {}
    for block in blocks:
        if not block.marker:
            continue
        for style in [style for style in counters if rank_of(style) > block.marker.rank]:
            del counters[style]
        if block.marker.no == "":
            value = counters.get(block.style, 0) + 1
            counters[block.style] = value
            no = to_chinese(value) if block.style == "h1" else f"({to_chinese(value)})"
            block.marker = Marker(block.style, no, value, 0)


def _set_family(blocks):
    path = []
    for block in blocks:
        if block.marker is None:
            continue
        while path and path[-1].marker.rank >= block.marker.rank:
            path.pop()
        if path:
            block.parent = path[-1]
            path[-1].children.append(block)
        path.append(block)


def item_rank(blocks):
    """Rank of the numbering whose paragraphs are the items, or None when nothing numbered names an owner.

    The shallowest style of which at least half the blocks name owners themselves (or stand under a
    heading that names them for all); where only the last of several points carries the mark, the mark
    belongs to the block above; points below (1) under a full set of headings are clauses, not items.
    """
    by_style = {}
    for block in blocks:
        if block.marker and not _in_frame(block):
            by_style.setdefault(block.style, []).append(block)
    styles = sorted(by_style, key=rank_of)
    for style in styles:
        group = by_style[style]
        if sum(map(_answered_for, group)) * 2 >= len(group):
            parent = _only_last_marked(group)
            chosen = parent if parent else style
            if chosen in ("num_paren", "circled") and styles.index(chosen) >= 3:
                chosen = styles[styles.index(chosen) - 1]
            return rank_of(chosen)
    counts = {style: sum(map(_answered_for, group)) for style, group in by_style.items()}
    best = max(styles, key=lambda style: counts[style], default=None)
    return rank_of(best) if best and counts[best] else None


def _in_frame(block):
    while block:
        if block.is_frame() and not block.owned():
            return True
        block = block.parent
    return False


def _answered_for(block):
    if block.owned() and not block.sets_default():
        return True
    above = block.parent
    while above:
        if above.sets_default():
            return not block.children
        above = above.parent
    return False


def _only_last_marked(group):
    """The parents' style when in every family of two or more only the last child names owners."""
    families = {}
    for block in group:
        if block.parent:
            families.setdefault(id(block.parent), []).append(block)
    large = [family for family in families.values() if len(family) >= 2]
    if len(large) < 2 or any(family[0].parent.sets_default() for family in large):
        return None
    for family in large:
        if not family[-1].owned() or any(block.owned() for block in family[:-1]):
            return None
    return large[0][0].parent.style
