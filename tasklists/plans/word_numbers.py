"""Word's automatic paragraph numbers, which stand in no run of text."""

import re

from .wording import to_chinese

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = {
    "chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting", "taiwaneseCounting",
    "taiwaneseCountingThousand", "chineseLegalSimplified", "japaneseDigitalTenThousand",
}  # fmt: skip
_CIRCLED = {"decimalEnclosedCircle", "decimalEnclosedCircleChinese"}


class AutomaticNumbers:
    """Counts the numbered paragraphs of one document in reading order."""

    def __init__(self, root, style_numbering=None):
        self._levels, self._abstract_of, self._counts = {}, {}, {}
        self._style_numbering = style_numbering or {}
        if root is None:
            return
        for abstract in root.iter(_W + "abstractNum"):
            levels = {}
            for level in abstract.iter(_W + "lvl"):
                levels[int(level.get(_W + "ilvl", "0"))] = (
                    _value(level, "numFmt") or "decimal",
                    _value(level, "lvlText") or "",
                    int(_value(level, "start") or 1),
                )
            self._levels[abstract.get(_W + "abstractNumId")] = levels
        for number in root.iter(_W + "num"):
            self._abstract_of[number.get(_W + "numId")] = _value(number, "abstractNumId")

    def label(self, paragraph):
        """The number Word shows before the paragraph ("一、", "(一)", "1."), or an empty string."""
        key, level = self._list_of(paragraph)
        levels = self._levels.get(self._abstract_of.get(key), {})
        if level not in levels:
            return ""
        form, pattern, _start = levels[level]
        if form in ("bullet", "none"):
            return ""
        counts = self._counts.setdefault(self._abstract_of[key], {})
        counts[level] = counts.get(level, levels[level][2] - 1) + 1
        for deeper in [known for known in counts if known > level]:
            del counts[deeper]
        return re.sub(r"%([1-9])", lambda match: self._shown(levels, counts, int(match[1]) - 1), pattern)

    def _list_of(self, paragraph):
        properties = paragraph.find(f"{_W}pPr/{_W}numPr")
        if properties is not None:
            return _value(properties, "numId"), int(_value(properties, "ilvl") or 0)
        style = paragraph.find(f"{_W}pPr/{_W}pStyle")
        return self._style_numbering.get(style.get(_W + "val") if style is not None else None, (None, 0))

    def _shown(self, levels, counts, level):
        form, _pattern, start = levels.get(level, ("decimal", "", 1))
        value = counts.get(level, start)
        if form in _CHINESE and 0 < value < 100:
            return to_chinese(value)
        if form in _CIRCLED and 0 < value <= 20:
            return chr(ord("①") + value - 1)
        return str(value)


def _value(element, name):
    child = element.find(_W + name)
    return child.get(_W + "val") if child is not None else None
