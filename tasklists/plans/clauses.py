"""An item's paragraphs → clauses: the words up to a mark belong to the units that the mark names."""

import re

from .deadlines import dates_in_text
from .plan import Clause, Deadline
from .targets import targets_in_text

_ONLY_PUNCTUATION = re.compile(r"^[\s。;；,，、.:：()（）]*$")


class ClauseBuilder:
    """Collects one item's text and marks into clauses; `doubts` are (line, sentence) pairs."""

    def __init__(self, year=None):
        self.year = year
        self.clauses = []
        self.doubts = []
        self._current = None
        self._owned = False
        self._led = False
        self._spoken = False

    def add(self, paragraph, marks, text=None, offset=0):
        """Adds a paragraph with its marks; `text` replaces the paragraph's wording (number put back)."""
        text = paragraph.text if text is None else text
        position = 0
        for mark in marks:
            start, end = mark.start + offset, mark.end + offset
            line = paragraph.line_at(mark.start)
            self._text(text[position:start], line, hold=mark.leads and self._led)
            if mark.kind == "spoken":
                if mark.leads and self._owned:
                    self._new(line)
                self._mark(mark, line)
                self._current.text += text[start:end]
                self._led, self._spoken = mark.leads, True
            else:
                self._mark(mark, line)
                self._led = self._spoken = False
            position = end
        self._text(text[position:], paragraph.line_at(max(0, position - offset)), hold=self._led)
        if self._current and self._current.text and not self._current.text.endswith("\n"):
            self._current.text += "\n"

    def finish(self):
        """The clauses with their deadlines and targets; words after the last mark join the clause before."""
        if len(self.clauses) > 1 and not self.clauses[-1].owners and any(c.owners for c in self.clauses):
            last = self.clauses.pop()
            self.clauses[-1].text = self.clauses[-1].text.rstrip("\n") + last.text
            self.clauses[-1].deadlines += last.deadlines
            self.doubts.append((last.line, "最后一段文字没有标明责任单位，已并入前一部分"))
        for clause in self.clauses:
            clause.text = _tidy(clause.text)
            self._figures(clause)
        return self.clauses

    def _text(self, piece, line, hold):
        if _ONLY_PUNCTUATION.match(piece):
            if self._current and (self._spoken or not self._owned):
                self._current.text += piece
            return
        if self._current is None or (self._owned and not hold):
            self._new(line)
        self._current.text += piece

    def _new(self, line):
        self._current = Clause("", line)
        self.clauses.append(self._current)
        self._owned = self._led = self._spoken = False

    def _mark(self, mark, line):
        if self._current is None:
            self._new(line)
        self._current.owners.merge(mark.owners)
        self._current.deadlines += mark.deadlines
        self._owned = self._owned or bool(mark.owners)
        self.doubts += [(line, doubt) for doubt in mark.doubts]

    def _figures(self, clause):
        dates, doubts = dates_in_text(clause.text, self.year)
        self.doubts += [(clause.line, doubt) for doubt in doubts]
        own = [deadline for deadline in clause.deadlines if deadline.date]
        mark_date = own[0].date if len({deadline.date for deadline in own}) == 1 else None
        clause.targets = targets_in_text(clause.text, dates, mark_date)
        clause.deadlines = _distinct(_listed(dates) + clause.deadlines)


def _listed(dates):
    """Deadlines of running text; 全年 only repeats a year that the text has named, so it counts alone."""
    firm = [Deadline(date.text, date.date) for date in dates if date.kind != "whole_year"]
    return firm or [Deadline(date.text, date.date) for date in dates]


def _distinct(deadlines):
    kept, seen = [], set()
    for deadline in deadlines:
        key = (deadline.text, deadline.date, deadline.long_term)
        if key not in seen:
            seen.add(key)
            kept.append(deadline)
    return kept


def _tidy(text):
    text = re.sub(r"\n+", "\n", text).strip()
    return re.sub(r"^[。;；,，、]+", "", text)
