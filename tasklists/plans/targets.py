"""Measures promised in running text: name, comparator, value, unit, date, strength.

Strict on purpose: a number is a target only with a comparator or a word that promises a result beside
it; counts that belong to names, scopes (7个县) and subsidies are left alone.
"""

import re

from .plan import Target
from .quantities import quantities
from .wording import blank_out, bracket_spans, fold, protected_spans

_RESULT_BEFORE = re.compile(
    "新\\(改\\)建|共建|培养|承接|成立|组建|搭建|开设|设置|签署|签订|达成|促成|争创|建立|布局|谋划|配备|惠及|入驻|布设|安装|铺设|梳理|开行|盘活|办理|扩大|拓展|新建|改建|扩建|新增|新引进|引进|建成|建设|完成|实现|达到|达|开通|培育|改造|落户|签约|新开工|开工|投产|举办|培训|发展|打造|创建"
    "|认定|评选|遴选|到位|投资|增长|提高|提升|降低|下降|压减|减少|削减|保持|稳定|储备|开展|组织|实施|转化|吸引|招引|孵化|选派|选树|推出|推广|发放"
    "|种植|治理|修复|整治|绿化|造林|消除|淘汰|关停|更新|购置|投放|招募|招聘|安置|帮扶|发布|出台|制定|编制|选聘|引育|申报|获批|突破|形成|落地|注册|新设|设立|入库"
    "|招商|聘任|授予|增加|总量|总额|产量|产值|面积|里程|规模|装机|收入|比重|比例|占比|率"
)
_RESULT_AFTER = re.compile(
    "^[^,;。]{0,24}?(?:全部|主体)?(?:建成|开工|投产|竣工|完工|投用|投入使用|通车|落地|签约|投入运营|完成|结对)"
)
_NO_RESULT = re.compile(
    "优化提升|推进|推动|加快|抓好|围绕|聚焦|针对|涉及|包括|依托|按照|根据|落实|对接|支持|鼓励|覆盖全市|其他|其余|现有|已|等$|前$|第$|的$"
)
_PAID = re.compile("给予|奖励|补助|补贴|资助|罚款|收费|处以")
_DURATIONS = ("个月", "天", "个工作日", "工作日", "小时", "个小时", "分钟", "期", "度")
_DURATION_HINT = re.compile("储备|压缩|压减|缩短|不少于|不低于|不超过|以内|控制在|时间|时长|学时")
_SCOPE_UNIT_AFTER = re.compile(
    r"^(?:县|区|市|城市|省|国家|地级市|乡镇|镇|街道|村|社区|部门|单位|方面|环节|领域|大类|维度|板块|层面|时段|阶段)"
)
_SCOPE_NOUN_AFTER = re.compile(
    r"^(?:重点|主要|具体|国控|省控|考核|约束性)?(?:任务(?!目标)|措施|举措|工作|指标|清单|要求|内容|事项|制度|政策|行动|工程(?!$)|机制)"
)
_CLASS_AFTER = re.compile(
    r"^的?(?:重大|重点|大型|工业|产业|投资|招商|外资|规模)*(?:项目|企业|工程|单位|产业|集群|园区|医院|平台|人群|老人|合同)"
)
_RELATIVE_NAME = re.compile(r"^(?:同比|环比|年均)?(?:增长|增速|提高|下降|占比|翻番)")
_LEADING_NOTE = re.compile(r"^.*(?:[:：]|[(（]\d+[)）]|[①-⑳])")
_STRENGTH = re.compile("确保|力争|争取|保证|力求")
_STRENGTH_WORD = {"保证": "确保", "力求": "力争"}
_AMOUNT_HINT = re.compile("资金|投资|产值|收入|营收|贷款|额|税|利润|销售")
_TRIM_FRONT = re.compile(
    r"^(?:\(?\d+\)|[①-⑳]|我市|控制(?!率)|到(?!位)|至|于|在|并|且|其中|以及|及|和|将|使|其|年内|要|共|预计|计划|确保|力争|争取|保证|力求|累计|全年|全市实现|实现|完成|[,;:、。\s\x00])+"
)
_TRIM_BACK = re.compile(
    r"(?:达到|达|分别|到|至|为|在|稳定|保持|不断|均|总数|控制|累计|总计|共|实现|提高|提升|增加|[,;:、。\s])+$"
)


def targets_in_text(text, dates, mark_date=None):
    """Targets of a clause. `dates` are its deadlines with positions, `mark_date` the mark's own date.

    A target takes the last date before it in its sentence, else a later date of the sentence that no
    other target claims, else the mark's date, else none.
    """
    folded = fold(text)
    hidden = protected_spans(folded)
    hidden += [span for span in bracket_spans(folded) if not folded.startswith(("(改)", "(扩)"), span[0])]
    visible = blank_out(folded, hidden)
    visible = blank_out(visible, [(date.start, date.end) for date in dates], "\x01")
    targets = []
    for start, end in _pieces(folded, "。!?\n"):
        targets += _sentence_targets(text, visible, start, end, dates, mark_date)
    return targets


def _sentence_targets(text, visible, start, end, dates, mark_date):
    found = []
    for part_start, part_end in _pieces(visible, ";", start, end):
        for seg_start, seg_end in _pieces(visible, ",", part_start, part_end):
            for quantity, name in _segment_targets(text, visible, seg_start, seg_end):
                name = _full_name(name, found[-1][1].name if found else "") or text[quantity.number : quantity.end]
                words = _STRENGTH.findall(visible, part_start, quantity.number)
                strength = _STRENGTH_WORD.get(words[-1], words[-1]) if words else None
                cumulative = bool(re.search("累计|总计", visible[seg_start : quantity.number]))
                target = Target(
                    name, quantity.comparator, quantity.value, _full_unit(quantity.unit, name),
                    None, cumulative, strength, quantity.value_to,
                )  # fmt: skip
                found.append((quantity.number, target))
    _set_dates(found, [date for date in dates if start <= date.start < end], mark_date)
    return [target for _position, target in found]


def _set_dates(found, dates, mark_date):
    claimed = set()
    for position, target in found:
        before = [date for date in dates if date.start < position]
        if before:
            target.by = before[-1].date
            claimed.add(before[-1])
    for position, target in found:
        if target.by is None:
            later = [date for date in dates if date.start > position and date not in claimed]
            target.by = later[0].date if later else mark_date


def _segment_targets(text, visible, start, end):
    """(quantity, name) of the promised measures between two commas."""
    kept, cursor, listed_before = [], start, False
    listed = [quantity for quantity in quantities(visible, start, end) if not _is_class(visible, quantity, end)]
    for index, quantity in enumerate(listed):
        following = listed[index + 1].start if index + 1 < len(listed) else end
        promised = _is_promise(visible, quantity, start, cursor, end, listed_before)
        if promised:
            kept.append((quantity, _name(text, visible, quantity, cursor, following)))
        listed_before = promised
        if not _SCOPE_UNIT_AFTER.match(visible[quantity.end : end]):
            cursor = quantity.end
    return _respectively(text, visible, start, kept)


def _is_class(visible, quantity, end):
    """True for a size that only says which things are meant (10亿元以上项目, 超5000万元的企业)."""
    sized = quantity.explicit or visible[quantity.start - 1 : quantity.start] in ("过", "超")
    return sized and "元" in quantity.unit and bool(_CLASS_AFTER.match(visible[quantity.end : end]))


def _is_promise(visible, quantity, start, cursor, end, listed_before):
    before = visible[start : quantity.start]
    near = visible[cursor : quantity.start]
    after = visible[quantity.end : end]
    if _SCOPE_UNIT_AFTER.match(after) or _PAID.search(before):
        return False
    if re.search(r"(?:前|第|其他|其余|现有|等|每|每个|每年|人均|第一批)$", before):
        return False
    if quantity.explicit:
        return not (quantity.unit in _DURATIONS and not _DURATION_HINT.search(before + after))
    if quantity.unit in _DURATIONS or _SCOPE_NOUN_AFTER.match(after):
        return False
    result = [match.start() for match in _RESULT_BEFORE.finditer(near or before)]
    idle = [match.start() for match in _NO_RESULT.finditer(near or before)]
    if result and (not idle or result[-1] > idle[-1]):
        return True
    if idle:
        return False
    if listed_before and re.match(r"[、和及]", near):
        return True
    if _RESULT_AFTER.match(after):
        return True
    return quantity.unit == "%" and bool(re.search("率|比|占|增长|增速", before))


def _name(text, visible, quantity, cursor, following):
    """The measure's name: the words before the number and those behind it that belong to it, or ""."""
    front = _TRIM_BACK.sub("", _TRIM_FRONT.sub("", _show(text, visible, cursor, quantity.start)))
    front = _LEADING_NOTE.sub("", front)
    rear = re.split(r"[、。(]", fold(text[quantity.end : following]))[0]
    rear = _TRIM_BACK.sub("", text[quantity.end : quantity.end + len(rear)]).strip("\x00\x01 ")
    if quantity.explicit and front and re.match(r"^(?:的|后|前|[与和及])", rear):
        rear = ""
    return (front + rear).strip("、,。 ")


def _full_name(name, previous):
    """A name that says nothing alone (同比增长, or none) with that of the measure before it."""
    if not name:
        return previous
    return previous + name if _RELATIVE_NAME.match(name) else name


def _show(text, visible, start, end):
    """The original words of a span without the dates that were cut out of it."""
    return "".join(char for char, seen in zip(text[start:end], visible[start:end], strict=True) if seen != "\x01")


def _respectively(text, visible, start, kept):
    """Names for 甲、乙分别达到1个、2个: the measures take the listed subjects in order."""
    if len(kept) < 2:
        return kept
    lead = re.match(r"(?P<names>[^,;]+?)分别", visible[start : kept[0][0].start + 3])
    if not lead:
        return kept
    names = re.split("[、和]", _TRIM_FRONT.sub("", _show(text, visible, start, start + lead.end("names"))))
    if len(names) != len(kept):
        return kept
    return [(quantity, name) for (quantity, _old), name in zip(kept, names, strict=True)]


def _full_unit(unit, name):
    """亿 and 万 without a noun are money where the name speaks of money."""
    return unit + "元" if unit in ("亿", "万", "万亿") and _AMOUNT_HINT.search(name) else unit


def _pieces(folded, marks, start=0, end=None):
    """Spans between any of `marks`."""
    end = len(folded) if end is None else end
    spans, begin = [], start
    for position in range(start, end):
        if folded[position] in marks and not _in_number(folded, position):
            spans.append((begin, position))
            begin = position + 1
    spans.append((begin, end))
    return [span for span in spans if span[1] > span[0]]


def _in_number(folded, position):
    """True for the comma of 1,005,136."""
    return (
        folded[position] == ","
        and re.match(r"\d{3}(?!\d)", folded[position + 1 :]) is not None
        and position > 0
        and folded[position - 1].isdigit()
    )
