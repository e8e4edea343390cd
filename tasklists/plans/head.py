"""What stands around a plan's body: title, document number, the day it was issued."""

import datetime
import re

from .wording import CN_NUMBER, chinese_number, clean, fold

_KINDS = (
    "方案|计划|意见|办法|要点|清单|规划|措施|分工|台账|规定|细则|行动|任务书|安排"
    "|(?:分解|任务|责任|清单)表|重点任务|工作任务"
)
_TITLE_END = re.compile(rf"(?:{_KINDS})(?:\([^()]*\))?$")
_NOTICE = re.compile(r"关于(?:印发|下发|公布|转发)\s*《?(?P<inner>.+?)》?\s*的通知$")
_DOC_NO = re.compile(r"(?P<no>[\u4e00-\u9fff]{2,10}[〔\[［【(（]\s*(?:19|20)\d\d\s*[〕\]］】)）]\s*\d{1,4}\s*号)")
_DOC_NO_LINE = re.compile(r"^(?:(?:发文字号|文号|文件编号|发文号|字号)\s*:?\s*)?$")
_SIGNED = re.compile(
    rf"^\(?\s*(?P<y>(?:19|20)\d\d|[{CN_NUMBER}]{{4}})\s*年\s*(?P<m>\d{{1,2}}|[{CN_NUMBER}]{{1,2}})\s*月\s*"
    rf"(?P<d>\d{{1,2}}|[{CN_NUMBER}]{{1,3}})\s*日\s*(?P<printed>印发)?\s*\)?$"
)
_PRINTED = re.compile(r"(?P<y>(?:19|20)\d\d)\s*年\s*(?P<m>\d{1,2})\s*月\s*(?P<d>\d{1,2})\s*日\s*印发$")
_LABELLED = re.compile(
    r"(?P<label>成文日期|发文日期|印发日期|发布日期|发布时间|公开日期|公布日期)\s*:?\s*"
    r"(?P<y>(?:19|20)\d\d)\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})"
)
_LABEL_ORDER = ("成文日期", "发文日期", "印发日期", "发布日期", "发布时间", "公开日期", "公布日期")
_ISSUER = re.compile(r"^[\u4e00-\u9fff]{4,30}(?:政府|委员会|办公室|局|小组|市委)$")
_SENTENCE = re.compile("[。;]")


def find_title(head, given=None):
    """The plan's title: the given one, the last title-like paragraph before the body, or a notice's 《…》."""
    if given:
        return given.strip()
    styled = [paragraph.text for paragraph in head if paragraph.heading == 0]
    if styled:
        return _unwrap(styled[-1])
    candidates = []
    for paragraph in head:
        text = paragraph.text.strip()
        if len(text) <= 120 and not _SENTENCE.search(fold(text)) and not re.match(r"附件\s*\d*[::]", text):
            candidates.append(text)
    for index in range(len(candidates) - 1, -1, -1):
        text = candidates[index]
        if _TITLE_END.search(fold(text)):
            issuer = candidates[index - 1] if index else ""
            whole = text.startswith("关于") and _ISSUER.match(issuer)
            return issuer + text if whole else text
    for text in reversed(candidates):
        if _NOTICE.search(fold(text)):
            return _unwrap(text)
    return None


def _unwrap(text):
    """The plan named in a notice's title, with inner 〈〉 raised to 《》."""
    match = _NOTICE.search(fold(text))
    if not match:
        return text
    inner = text[match.start("inner") : match.end("inner")]
    return inner.replace("〈", "《").replace("〉", "》") if "《" in text else inner


def find_doc_no(paragraphs):
    """The plan's own document number: one that stands alone or under its label, never a cited one."""
    for paragraph in paragraphs:
        text = paragraph.text.strip()
        match = _DOC_NO.search(text)
        if not match:
            continue
        before, after = fold(text[: match.start()]).strip(), fold(text[match.end() :]).strip()
        labelled = re.search(r"(?:发文字号|文号|文件编号|发文号|字号)\s*:?$", before)
        if labelled or (_DOC_NO_LINE.match(before) and not after) or (before.endswith("通知") and not after):
            return re.sub(r"\s", "", match["no"])
        if not before and re.match(r"^(?:签发人|各|关于)?", after) and len(after) < 20 and "。" not in after:
            return re.sub(r"\s", "", match["no"])
    return None


def find_issued_on(paragraphs):
    """(date, line, label): the signed date, else a printed or labelled one; label is None for a signed date."""
    signed = _first(paragraphs, _SIGNED.match, lambda match: not match["printed"])
    if signed:
        return signed
    labelled = []
    for paragraph in paragraphs:
        for match in _LABELLED.finditer(fold(paragraph.text)):
            if date := _date(match):
                labelled.append((_LABEL_ORDER.index(match["label"]), paragraph.line, date, match["label"]))
    official = sorted(entry for entry in labelled if entry[0] < 3)
    if official:
        _order, line, date, label = official[0]
        return date, line, label
    printed = _first(paragraphs, _PRINTED.search, lambda match: True)
    if printed:
        return printed[0], printed[1], "印发日期"
    if labelled:
        _order, line, date, label = min(labelled)
        return date, line, label
    return None


def _first(paragraphs, find, accept):
    for paragraph in paragraphs:
        match = find(fold(clean(paragraph.text)))
        if match and accept(match) and (date := _date(match)):
            return date, paragraph.line, None
    return None


def _date(match):
    try:
        return datetime.date(*(chinese_number(match[part]) for part in ("y", "m", "d")))
    except (TypeError, ValueError):
        return None
