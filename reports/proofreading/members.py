"""The members of a written list: how many there are, and whether they are proper names."""

import re

from reports.proofreading.levels import without_brackets
from reports.proofreading.words import COUNTIES, SHORT_COUNTIES

MEMBER = 24
INNER_START = re.compile(
    r"举办|开展|建设|推进|实施|签约|签订|引进|组织|召开|完成(?!率)|争取|印发|出台|获得|达成|培育|新增|落户|建成|打造|涉及|包括|涵盖|覆盖|来自|围绕|聚焦"
    r"|[与向为对和在从由及将把同]|的|负责|承担|选派|邀请|吸引|对接|启动|走访|新建|制定|成立"
)
NAME = re.compile(
    rf"(?:{COUNTIES}|[县区市局委办行校所院厂]|公司|集团|大学|学院|银行|园区|中心|医院|协会|项目|镇|街道|企业|平台|机场|铁路|高速)$"
)
CLASS_NOUN = re.compile(
    r"^(?:个|大|项|类|家|所|条|批|方面)?(?:重点|主要|关键|核心|重要|主导|优势|省级|国家级|市级|县级|专项)?(?:方面|领域|环节|板块|专题|任务|层面|园区|平台|片区|县|区|市|部门|单位|企业|行业|产业|项目|工程|行动|机制|城市|高校|院校|大学|银行|问题|指标|清单|功能区|战略|镇|街道|乡镇|国家|省份|地区|地市|重点|维度|基地|中心|协议|活动|机构)"
)


def members(text: str) -> tuple[int, int, list[str]]:
    """(fewest, most, names) of a 、-list; the last member may be two joined by 和, 及, 与."""
    text = without_brackets(text)
    parts = [part.strip() for part in text.split("、")]
    parts = [part for part in parts if part]
    if not parts:
        return 0, 0, []
    joined = re.split(r"以及|和|及|与", parts[-1])
    whole = [part for part in joined if part]
    most = len(parts) + (1 if len(whole) > 1 else 0)
    fewest = len(parts)
    if len(whole) > 1 and all(NAME.search(part) for part in whole[:2]) and len(parts) > 0:
        fewest = most
    names = parts[:-1] + (whole if len(whole) == 2 else [parts[-1]])
    return fewest, most, names


def are_names(names):
    stripped = [re.sub(r"^.*(?:在|与|由|从|对|向|到|赴|是|为|有|中|，)", "", names[0]), *names[1:]]
    if all(re.search(rf"(?:{COUNTIES}|{SHORT_COUNTIES})$", name) for name in stripped):
        return True
    return all(NAME.search(name) and len(name) >= 2 for name in stripped)


def are_places(names):
    return (
        all(re.search(rf"(?:{COUNTIES})$", name) for name in names)
        or all(re.fullmatch(r"市[\u4e00-\u9fff]{1,10}[局委办]", name) for name in names[1:])
        and bool(re.search(r"市[\u4e00-\u9fff]{1,10}[局委办]$", names[0]))
    )


def closed(body):
    return bool(re.search(r"[和及与][^、]+$", body))
