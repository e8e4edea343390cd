"""Blocks → chapters, sections and items, with the owners that a heading or sentence sets for all."""

import copy
import re

from .clauses import ClauseBuilder
from .numbering import rank_of
from .plan import Chapter, Item, Section
from .wording import fold

_DEFAULT = re.compile(
    r"^\(?(?:除[^,]{1,20}外,)?(?:本章|本部分|本节|本方面|该部分|该章|本领域|本专项|本类|以上|上述|以下)(?:的|所列|所有|各项|全部|各条|重点|工作|任务|措施|内容|事项|均|统一|原则上)*"
)
_CHAPTER_WIDE = re.compile("本章|该章|本方面|本领域|本专项|本部分|该部分")


class Outline:
    """Fills a Plan from blocks; `doubts` are (line, sentence) pairs."""

    def __init__(self, plan, year=None):
        self.plan = plan
        self.year = year
        self.doubts = []
        self._chapter = None
        self._section = None
        self._section_rank = 0
        self._defaults = {}
        self._places = []
        self._last_value = {}

    def read(self, blocks, item_level):
        """Chapters, sections and items of the numbered text; without an item level only headings come out."""
        numbered = [block for block in blocks if block.marker]
        headings = [b for b in numbered if item_level is None or b.marker.rank < item_level or _holds_items(b)]
        top = min((block.marker.rank for block in headings), default=None)
        for block in blocks:
            if block.marker is None:
                self._default_sentences(block)
            elif self._is_heading(block, item_level):
                self._heading(block, top)
            elif self._is_item(block, item_level):
                self._item(block, top)
        self._apply_defaults()
        self._drop_frames()

    def place(self):
        """(chapter number, section number) where a table in the text stands."""
        return (self._chapter.no if self._chapter else None, self._section.no if self._section else None)

    def _is_heading(self, block, level):
        if level is None:
            return block.marker.rank <= rank_of("cn_paren")
        if block.marker.rank < level:
            return not (block.owned() and not block.children) and not self._body_holds_mark(block)
        return block.marker.rank == level and _holds_items(block)

    def _body_holds_mark(self, block):
        """True for a heading with no numbered points under it whose own text carries the mark."""
        return block.owned() and not block.children

    def _is_item(self, block, level):
        if level is None:
            return False
        if block.marker.rank <= level:
            return True
        if block.parent is None:
            return block.owned()
        return self._is_heading(block.parent, level)

    def _heading(self, block, top):
        title = _heading_title(block)
        if block.marker.rank == top:
            self._chapter = Chapter(block.marker.no, title, block.line)
            self._section = None
            self.plan.chapters.append(self._chapter)
        else:
            chapter = self._chapter.no if self._chapter else None
            self._section = Section(block.marker.no, title, chapter, block.line)
            self._section_rank = block.marker.rank
            self.plan.sections.append(self._section)
        if block.owned() and not self._default_sentences(block):
            for marks in block.marks:
                for mark in marks:
                    self._set_default(self._section or self._chapter, mark.owners)
        self._last_value = {style: v for style, v in self._last_value.items() if style == "num"}

    def _default_sentences(self, block):
        """Takes sentences like 本章任务由市A局负责 as owners of the whole heading; True when there was one."""
        found = False
        for paragraph, marks in zip(block.paragraphs, block.marks, strict=True):
            said = _DEFAULT.match(fold(paragraph.text))
            inner = [m for m in marks if m.owners and _DEFAULT.match(fold(paragraph.text[m.start : m.end]))]
            if said and len(paragraph.text) <= 120:
                inner = [m for m in marks if m.owners]
            for mark in inner:
                words = fold(paragraph.text[: mark.end])
                wide = _CHAPTER_WIDE.search(words) and not ("本部分" in words and self._section)
                place = self._chapter if wide and self._chapter else self._section or self._chapter
                self._set_default(place, mark.owners)
                found = True
        return found

    def _set_default(self, place, owners):
        if place is not None:
            self._defaults.setdefault(id(place), copy.deepcopy(owners)).merge(owners)

    def _item(self, block, top):
        builder = ClauseBuilder(self.year)
        self._check_sequence(block)
        chapter = self._chapter
        section = self._section
        if top is not None and block.marker.rank <= top:
            chapter, section = Chapter(block.marker.no, _heading_title(block), block.line), None
            self._chapter, self._section = chapter, None
            self.plan.chapters.append(chapter)
        elif section and block.marker.rank <= self._section_rank:
            section = self._section = None
        self._feed(block, builder)
        item = Item(
            block.marker.no, chapter.no if chapter else None, section.no if section else None, block.line,
            builder.finish(),
        )  # fmt: skip
        self.plan.items.append(item)
        self._places.append((item, chapter, section, block))
        self.doubts += [(line, f"第{item.no}条：{message}") for line, message in builder.doubts]

    def _feed(self, block, builder, inner=False):
        for index, (paragraph, marks) in enumerate(zip(block.paragraphs, block.marks, strict=True)):
            if self._is_default(paragraph, marks):
                self._default_sentences(_Single(paragraph, marks))
                continue
            number = _written_number(block) if inner and index == 0 else ""
            builder.add(paragraph, marks, number + paragraph.text, len(number))
        for child in block.children:
            self._feed(child, builder, inner=True)

    def _is_default(self, paragraph, marks):
        return bool(
            any(m.owners for m in marks) and len(paragraph.text) <= 120 and _DEFAULT.match(fold(paragraph.text))
        )

    def _check_sequence(self, block):
        value, style = block.marker.value, block.style
        last = self._last_value.get(style)
        if value and last and value > last + 1:
            self.doubts.append((block.line, f"编号由{last}跳到{value}，中间可能有缺漏"))
        if value:
            self._last_value[style] = value

    def _apply_defaults(self):
        for item, chapter, section, _block in self._places:
            default = self._defaults.get(id(section)) or self._defaults.get(id(chapter))
            for clause in item.clauses:
                owners = clause.owners
                if default and not owners:
                    owners.merge(default)
                elif default and not (owners.lead or owners.responsible or owners.collectives):
                    for name in default.lead:
                        owners.add("lead", name)
                    for name in default.responsible:
                        owners.add("responsible", name)

    def _drop_frames(self):
        """Numbered paragraphs of 总体要求, 保障措施 and the like are no tasks when nobody answers for them."""
        for item, _chapter, _section, block in self._places:
            if any(clause.owners for clause in item.clauses):
                continue
            above, frame = block, False
            while above:
                frame = frame or above.is_frame()
                above = above.parent
            if frame:
                self.plan.items.remove(item)
                self.doubts = [doubt for doubt in self.doubts if not doubt[1].startswith(f"第{item.no}条：")]
            else:
                self.doubts.append((item.line, f"第{item.no}条没有找到责任单位"))


class _Single:
    """One paragraph in the shape of a block."""

    def __init__(self, paragraph, marks):
        self.paragraphs = [paragraph]
        self.marks = [marks]


def _holds_items(block):
    """True when most points under a (一) or 一、 name owners of their own: then the points are the items."""
    if not block.marker or block.style in ("num", "num_paren", "circled", "dotted", "article"):
        return False
    children = [child for child in block.children if child.style not in ("num_paren", "circled")]
    if len(children) < 2 and not (children and not block.owned()):
        return False
    owned = sum(child.owned() or _any_owned(child) for child in children)
    return owned * 2 > len(children) or block.sets_default()


def _any_owned(block):
    return any(child.owned() or _any_owned(child) for child in block.children)


def _heading_title(block):
    title = block.title()
    cut = re.search("。", title)
    return title[: cut.start()] if cut else title


def _written_number(block):
    no = block.marker.no
    if block.style in ("num", "dotted"):
        return no + "."
    return no + "、" if block.style == "cn" else no
