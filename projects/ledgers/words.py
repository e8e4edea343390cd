"""Words that ledgers of projects use: where money comes from, who invests, how far a project is."""

import re
from dataclasses import dataclass
from functools import lru_cache

from common.ledgers.words import squeeze
from projects.models import Project, StageChange
from projects.origins import DISTRICTS

Stage = StageChange.Stage
Kind = Project.InvestorKind
_PROVINCES = (
    *(f"{name}市" for name in ("北京", "天津", "上海", "重庆")),
    *(
        f"{name}省"
        for name in ("河北", "山西", "辽宁", "吉林", "黑龙江", "江苏", "浙江", "安徽", "福建", "江西", "山东")
    ),
    *(
        f"{name}省"
        for name in ("河南", "湖北", "湖南", "广东", "海南", "四川", "贵州", "云南", "陕西", "甘肃", "青海", "台湾")
    ),
    *("内蒙古自治区", "广西壮族自治区", "西藏自治区", "宁夏回族自治区", "新疆维吾尔自治区"),
    *("香港特别行政区", "澳门特别行政区"),
)
_SHORT = {re.sub("省|市|壮族|回族|维吾尔|自治区|特别行政区", "", name): name for name in _PROVINCES}
_SHORT |= {"京": "北京市", "津": "天津市", "冀": "河北省"}
_BY_LENGTH = sorted({**_SHORT, **{name: name for name in _PROVINCES}}.items(), key=lambda pair: -len(pair[0]))
_BARE = re.compile("(?:市|区|县|新区|自治县|经济技术开发区)$")
_KINDS = (
    (Kind.CENTRAL_SOE, "央企|中央企业|中央直属|央属"),
    (Kind.BEIJING_SOE, "北京市?属|市属国(?:有|企)|京属|首都国企|北京国(?:企|资)"),
    (Kind.INSTITUTE, "科研|院所|高校|大学|研究院|研究所|事业单位"),
    (Kind.FOREIGN, "外资|合资|外商|外企|港澳台|港资|台资|独资"),
    (Kind.PRIVATE, "民企|民营|私营|民间|个体|上市民"),
    (Kind.OTHER_SOE, "国企|国有|省属|市属|地方国|国资|国营"),
)
_NOT_YET = re.compile(
    r"(?:尚|暂|还|仍)?未(?:能|曾|正式)?(?:开工|动工|投产|注册|落地|签约|签订|竣工|建成|达产|启动|建设)"
    r"|(?:待|拟|预计|计划|即将|力争|准备|筹备|筹划|年底|争取)[^,;、。]{0,8}?(?:开工|动工|投产|注册|签约|竣工|达产)(?:建设)?"
)
_STAGES = (
    (Stage.LOST, "流失|已转(?:投|移)外地"),
    (Stage.ABANDONED, "终止|取消|撤销|解约|退出|放弃|注销|不再"),
    (Stage.PAUSED, "暂停|停工|停建|停滞|缓建|中止|搁置"),
    (Stage.AT_CAPACITY, "达效|达产|满产|满负荷"),
    (Stage.PRODUCING, "投产|投入生产|试生产|投用|运营|营业|竣工|建成|量产|试运行"),
    (
        Stage.STARTED,
        "开工|动工|在建|建设中|正在建设|施工|主体|基础|桩基|封顶|设备(?:安装|调试)|厂房建设|装修|土建|奠基",
    ),
    (Stage.REGISTERED, "注册|落地|成立公司|办理(?:营业)?执照|已?落户"),
    (Stage.SIGNED, "签约|签订|签署|签合同|正式合同|前期|手续|摘牌|拿地|土地|立项|环评|备案"),
    (Stage.NEGOTIATING, "在谈|洽谈|对接|磋商|考察|跟进|谈判"),
    (Stage.LEAD, "线索|意向|储备|谋划|接触"),
)


@dataclass(frozen=True)
class ReadOrigin:
    """A place of origin: the province in full, the district or prefecture; ``guessed`` where the province was not."""

    province: str = ""
    district: str = ""
    guessed: bool = False


@lru_cache(maxsize=4096)  # ledgers repeat their places
def read_origin(text: str, district: str = "") -> ReadOrigin | None:
    """Return what 北京市朝阳区, 北京朝阳, 河北雄安新区, 海淀区 mean; None where no place is known in it."""
    text = re.sub(r"\([^()]*\)|[-—–·/、,>\s]", "", squeeze(text)).removeprefix("中国")
    for short, province in _BY_LENGTH:
        if text.startswith(short):
            rest = text[len(short) :].lstrip("省市")
            return ReadOrigin(province, _district(province, district or rest))
    for province, names in DISTRICTS.items():
        for name in names:
            if text and text in (name, _BARE.sub("", name)) and len(text) > 1:
                return ReadOrigin(province, name, guessed=True)
    return None


def _district(province: str, text: str) -> str:
    """Return the district with its full name where it is one of the capital region's."""
    text = squeeze(text)
    for name in DISTRICTS.get(province, ()):
        bare = _BARE.sub("", name)
        if text == bare or text.startswith((name, bare)):
            return name
    return text


@lru_cache(maxsize=1024)
def read_investor_kind(text: str) -> str:
    """Return the investor's kind, "" for words that name none."""
    text = squeeze(text)
    for value, label in Kind.choices:
        if text in (value, label):
            return value
    return next((kind for kind, pattern in _KINDS if re.search(pattern, text)), "")


@lru_cache(maxsize=4096)
def read_stage(text: str) -> str:
    """Return the stage that the words name, "" where they name none: 已签约、未开工 is 签约."""
    text = squeeze(text)
    for value, label in Stage.choices:
        if text in (value, label):
            return value
    said = _NOT_YET.sub("", text)
    if not said.strip(",;、。()"):  # 未开工 alone: signed, as far as it says
        return Stage.NEGOTIATING if re.search("签约|签订", text) else Stage.SIGNED
    return next((stage for stage, pattern in _STAGES if re.search(pattern, said)), "")
