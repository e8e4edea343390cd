"""Responsibility marks: the bracketed or spoken parts of a text that name owners and dates.

A mark is (责任单位:…), 〔牵头单位:…;配合单位:…;完成时限:…〕, a line 责任单位:…, a bracket like
(市A局牵头,市B局配合) or a spoken 由市A局牵头、市B局配合.
"""

import re
from dataclasses import dataclass, field

from .deadlines import deadlines_in_cell, is_deadline_cell
from .plan import Deadline, Owners
from .unit_lists import END_WORD, SPLIT_AND, role_of, split_outside_brackets, strip_tail
from .wording import closing_bracket, compact, fold

_KEY = r"(?:第一|主要|共同|协同|牵头|责任|负责|配合|参与|协办|主办|承办|协助|落实|实施|参加|主责|支持)"
_BODY = r"(?:单位|部门|主体|处室)"
UNIT_LABEL = (
    rf"(?:{_KEY}[\s、和及/]{{0,3}}(?:\({_KEY}\))?\s{{0,3}}){{1,4}}{_BODY}(?:\({_KEY}\))?(?:及{_KEY}{{1,3}}{_BODY})?\s*(?::|为(?=[市各德]))"
    r"|(?:牵头|责任|配合|主办|协办|参与)\s*:"
)
DATE_LABEL = (
    r"(?:计划|要求|预计)?(?:完成|办结|整改|推进|建成|截止|落实|工作)?\s*"
    r"(?:时限|期限|时间节点|时间要求|时限要求|时间进度|时间)\s*(?:要求)?\s*:"
)
PERSON_LABEL = (
    r"(?:责任人|责任领导|(?:牵头|分管|包保|挂包|联系)(?:市|县)?(?:级)?领导|联系人|联系电话|联系方式|电话)\s*[::]"
)
_LABEL = re.compile(rf"(?P<unit>{UNIT_LABEL})|(?P<date>{DATE_LABEL})|(?P<person>{PERSON_LABEL})")
_SPOKEN_TAIL = re.compile(
    r"(?:牵头(?:负责|落实|组织实施|组织|实施|推进)?|负责(?:落实|实施|组织实施)?|配合(?:落实|实施|推进)?|协助(?:配合)?|协同(?:配合|推进)?|协办|参与"
    r"|按(?:照)?(?:各自)?职责(?:分工)?(?:分别)?(?:负责|落实|配合|抓好落实)?|分别负责|共同(?:负责|落实)|组织实施|具体负责|承办|主办)$"
)
_BY = re.compile(r"^[^由市省州]{0,14}由|^并?由")
_FOR_ALL = re.compile(r"(?:本章|本部分|本节|本方面|该部分|以上|上述|以下)[^。;:,]{0,10}$")
_LABEL_START = re.compile(rf"(?:{UNIT_LABEL}|{DATE_LABEL}|{PERSON_LABEL})")


@dataclass
class Mark:
    """A mark in a paragraph: its span, what it says, and how it stands in the text.

    kind: "bracket" and "label" are cut out of the clause's wording, "spoken" stays in it.
    `leads` is True for a spoken mark that opens a sentence with work after it.
    """

    start: int
    end: int
    kind: str
    owners: Owners = field(default_factory=Owners)
    deadlines: list[Deadline] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    leads: bool = False


class MarkReader:
    """Finds and reads marks with one list of units; `year` resolves dates without a year."""

    def __init__(self, units, year=None):
        self.units = units
        self.year = year

    def marks(self, text, line):
        """All marks of a paragraph in order."""
        folded = fold(text)
        found = self._written(text, folded, line)
        found += self._spoken(folded, line, [(mark.start, mark.end) for mark in found])
        return sorted(found, key=lambda mark: mark.start)

    def read_units(self, text, role, line):
        return self.units.read(text, role, line)

    def _written(self, text, folded, line):
        found, position = [], 0
        while position < len(folded):
            opening = folded.find("(", position)
            label = self._bare_label(folded, position, opening)
            if label is not None:
                end = _label_end(folded, label)
                found.append(self._read(folded, label, end, label, end, "label", line))
                position = end
                continue
            if opening == -1:
                break
            mark, position = self._bracket(folded, opening, line)
            if mark:
                found.append(mark)
        return found

    def _bare_label(self, folded, position, opening):
        """Start of a label that stands without an opening bracket at a line's or sentence's beginning."""
        limit = len(folded) if opening == -1 else opening
        for match in _LABEL_START.finditer(folded, position, min(len(folded), limit + 30)):
            start = match.start()
            if start >= limit:
                break
            before = folded[:start].rstrip(" ")
            if not before or before[-1] in "。;,!\n)" or _FOR_ALL.search(before):
                return start
        return None

    def _bracket(self, folded, opening, line):
        closing = closing_bracket(folded, opening)
        inner_end = closing if closing is not None else len(folded)
        inner = folded[opening + 1 : inner_end]
        label = _LABEL_START.match(inner.lstrip(" "))
        if closing is None:
            if not label:
                return None, opening + 1
            end = self._lost_end(folded, opening + 1)
            mark = self._read(folded, opening + 1, end, opening, end, "bracket", line)
            mark.doubts.append("责任单位标注缺少右括号")
            return mark, end
        after = closing + 1
        if label or _LABEL_START.search(inner) and self._is_unlabelled(inner.split(":")[0], folded, after, True):
            return self._read(folded, opening + 1, closing, opening, after, "bracket", line), after
        if self._is_unlabelled(inner, folded, after, False):
            return self._read(folded, opening + 1, closing, opening, after, "bracket", line), after
        return None, (after if "(" not in inner else opening + 1)

    def _is_unlabelled(self, inner, folded, after, labelled):
        """True when a bracket without a label holds units: all said to lead, answer or help, or all known."""
        inner = inner.strip(" 。")
        pieces = [piece for piece in split_outside_brackets(inner, ",;") if not is_deadline_cell(piece)]
        if not pieces:
            return False
        spoken = [piece for piece in pieces if _SPOKEN_TAIL.search(piece)]
        names = [name for piece in pieces for name in _names(piece)]
        known = [name for name in names if self._knows(name)]
        if spoken and names and known:
            return all(self._knows(name) or END_WORD.search(name) for name in names)
        if spoken and names:
            return all(END_WORD.search(name) and name[0] in "市省州县区各" for name in names)
        ends = folded[after:].strip(" 。") == "" or folded[after : after + 1] in ("\n",)
        return bool(names) and len(known) == len(names) and (ends or labelled)

    def _knows(self, name):
        directory = self.units.directory
        return directory.is_known(name) or directory.is_known("市" + name)

    def _lost_end(self, folded, start):
        """Where a mark without its closing bracket ends: after the last unit that can be recognised."""
        label = _LABEL.match(folded, start)
        position = end = label.end()
        while position < len(folded):
            if folded[position] in "、,; " or folded[position] in "和及与":
                position += 1
                continue
            if label := _LABEL.match(folded, position):
                position = end = label.end()
                continue
            hit = self.units.directory.longest_at(folded, position)
            if not hit:
                break
            position = end = hit[0]
        stop = re.search(r"[。\n]", folded[end:])
        rest = folded[end : end + stop.start()] if stop else folded[end:]
        tail = rest[:1] in "、,;" and all(
            END_WORD.search(strip_tail(n)) or is_deadline_cell(n) for n in re.split("[、,;]", rest) if n
        )
        if tail:
            return end + len(rest)
        return end

    def _read(self, folded, inner_start, inner_end, start, end, kind, line):
        mark = Mark(start, end, kind)
        inner = folded[inner_start:inner_end]
        labels = list(_LABEL.finditer(inner))
        first = labels[0].start() if labels else len(inner)
        self._read_units(mark, inner[:first], "responsible", line)
        for index, label in enumerate(labels):
            stop = labels[index + 1].start() if index + 1 < len(labels) else len(inner)
            content = inner[label.end() : stop].strip(" ,;。、")
            if label["date"]:
                self._read_date(mark, content)
            elif label["unit"]:
                self._read_units(mark, content, role_of(label.group()), line)
        return mark

    def _read_units(self, mark, content, role, line):
        content = content.strip(" ,;。、")
        content = _BY.sub("", content)
        if not content:
            return
        parts = []
        for piece in split_outside_brackets(content, ",;。"):
            if is_deadline_cell(piece):
                self._read_date(mark, piece)
            else:
                parts.append(_BY.sub("", piece))
        if parts:
            mark.owners.merge(self.units.read(",".join(parts), role, line))

    def _read_date(self, mark, content):
        deadlines, unread = deadlines_in_cell(content, self.year)
        mark.deadlines += deadlines
        if unread and content.strip():
            mark.doubts.append(f"完成时限“{content}”不能换算为日期")

    def _spoken(self, folded, line, taken):
        found = []
        for start, end in _sentences(folded, taken):
            segments = _comma_segments(folded, start, end)
            run = []
            for seg_start, seg_end in segments:
                words = folded[seg_start:seg_end]
                if self._is_spoken(words):
                    run.append((seg_start, seg_end))
                elif run:
                    break
            if run:
                owners = Owners()
                for seg_start, seg_end in run:
                    words = _BY.sub("", folded[seg_start:seg_end].strip())
                    owners.merge(self.units.read(words, "responsible", line))
                leads = run[0][0] <= start + 1 and run[-1][1] < end - 1
                found.append(Mark(run[0][0], run[-1][1], "spoken", owners, leads=leads))
        return found

    def _is_spoken(self, words):
        """True for 由市A局牵头 and, after one such, 市B局、市C局配合."""
        names = _BY.sub("", words.strip())
        if not _SPOKEN_TAIL.search(names):
            return False
        listed = _names(names)
        known = [name for name in listed if self._knows(name)]
        if not listed or not known:
            return False
        return all(self._knows(name) or END_WORD.search(name) for name in listed)


def _names(piece):
    """The names in one comma part of a unit list, without the words that say what they do."""
    piece = re.sub(r"^(?:会同|联合)", "", _BY.sub("", piece.strip(" 。")))
    bare = strip_tail(piece)
    bare = _SPOKEN_TAIL.sub("", bare)
    names = []
    for part in split_outside_brackets(bare, "、/ "):
        part = re.sub(r"等(?:有关|相关)?(?:部门|单位)?$", "", _SPOKEN_TAIL.sub("", part))
        halves = [half for half in SPLIT_AND.split(part) if half]
        if len(halves) > 1 and all(END_WORD.search(half) for half in halves):
            names += halves
        elif part:
            names.append(part)
    return [compact(name) for name in names]


def _label_end(folded, start):
    """End of an unbracketed label: the line's end, a stray closing bracket, or a sentence's end."""
    depth = 0
    for position in range(start, len(folded)):
        char = folded[position]
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return position + 1
        if char == "\n" and not _LABEL_START.match(folded, position + 1):
            return position
        if char == "。":
            return position + 1
    return len(folded)


def _sentences(folded, taken):
    spans, begin = [], 0
    for position, char in enumerate(folded + "。"):
        if char in "。;!\n" or any(start <= position < end for start, end in taken):
            if position > begin:
                spans.append((begin, position))
            begin = position + 1
    return spans


def _comma_segments(folded, start, end):
    spans, depth, begin = [], 0, start
    for position in range(start, end):
        char = folded[position]
        depth += (char == "(") - (char == ")")
        if char == "," and depth <= 0:
            spans.append((begin, position))
            begin = position + 1
    spans.append((begin, end))
    return spans
