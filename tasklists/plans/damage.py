"""Text that was damaged on its way: lost year and month marks, lost dashes, brackets left open.

Nothing is repaired here; each finding is a Chinese sentence for the line it stands in.
"""

import re

from .wording import clean, fold

_TWO_YEARS = re.compile(r"(?<!\d)((?:19|20)\d\d)((?:19|20)\d\d)(?=年|[)》])")
_LOST_MARKS = re.compile(r"(?<![\d.])((?:19|20)\d\d(?:[1-9]|1[0-2]|0[1-9])(?:[1-9]|[12]\d|3[01]|0[1-9]))(?=日|$)")
_DATE_LINE = re.compile(r"^(?:19|20)\d{4,6}$")
_DOC_NO = re.compile(r"[\u4e00-\u9fff][〔\[［【(（]((?:19|20)\d\d)(\d{1,4}号)")
_DOC_NO_OPEN = re.compile(r"[\u4e00-\u9fff]((?:19|20)\d\d)[〕\]］】)）](\d{1,4}号)")
_PAIRS = (("《", "》", "书名号"), ("“", "”", "引号"))


def damage_in(text):
    """Sentences on what is damaged in one line or paragraph."""
    text = clean(text)
    folded = fold(text)
    found = []
    for match in _TWO_YEARS.finditer(folded):
        found.append(f"“{match.group()}年”疑似两个年份之间丢失连接号（{match[1]}—{match[2]}年），未按时限处理")
    for match in _DOC_NO.finditer(text):
        found.append(f"文号“{match.group()}”缺少右括号，年份与序号连在一起")
    for match in _DOC_NO_OPEN.finditer(text):
        found.append(f"文号“{match.group()}”缺少左括号")
    for match in _LOST_MARKS.finditer(folded):
        if folded[match.end() : match.end() + 1] == "日" or _DATE_LINE.match(folded.strip()):
            found.append(f"日期“{match.group()}”疑似丢失“年”“月”等字，无法确定是哪一天")
    return found


def open_brackets(text):
    """A sentence when round brackets, book-title marks or quotes of a whole paragraph do not match."""
    folded = fold(clean(text))
    depth = 0
    for position, char in enumerate(folded):
        if char == "(":
            depth += 1
        elif char == ")":
            if depth == 0 and not re.search(
                r"(?:^|[\s。;、,])(?:\d{1,3}|[一二三四五六七八九十]{1,3})$", folded[:position]
            ):
                return ["括号不成对:缺少左括号"]
            depth = max(0, depth - 1)
    found = ["括号不成对:缺少右括号"] if depth else []
    for opening, closing, name in _PAIRS:
        if folded.count(opening) != folded.count(closing):
            found.append(f"{name}不成对")
    return found
