"""The columns that ledgers of values may have, and the headers by which they are known."""

import re

from django.db import DatabaseError

from common.ledgers.columns import Field
from common.ledgers.words import squeeze
from indicators.models import Indicator

OBSERVATIONS = "observations"
KIND_NAME = "指标数据"
OWN_COLUMN = "indicator:"  # the key of a column that is one indicator's


def _field(key: str, label: str, headers: str, exact: str = "", *, within: bool = True) -> Field:
    return Field(key, label, tuple(headers.split()), within, tuple(exact.split()))


FIELDS = (
    _field("code", "指标代码", "指标代码 指标编号 指标编码", "代码 编号 编码", within=False),
    _field("serial", "序号", "序号 No. NO. 项次", within=False),
    _field("name", "指标", "指标名称 指标项 统计指标", "指标 名称 项目"),
    _field("scope", "口径", "口径 指标口径 统计口径 指标解释", within=False),
    _field("member", "分组", "分组 分组名称 分类", within=False),
    _field(
        "organisation",
        "单位",
        "填报单位 报送单位 责任单位 县市区 县(市、区) 县(市区) 单位名称 所属单位",
        "单位 地区 区域 县区 区县 部门 责任部门",
    ),
    _field(
        "period",
        "期间",
        "报告期 统计期间 统计时间 所属期 期间",
        "期别 时间 月份 季度 年份 年度 年月 日期",
        within=False,
    ),
    _field("unit", "计量单位", "计量单位 数据单位", within=False),
    _field(
        "value",
        "数值",
        "数值 完成值 实际值 本期值 指标值 完成数 填报值 实际完成 本期完成 本月完成 本季完成 完成情况",
        "值 数据 本期 完成 实绩 数量 产值 批次 次数 人数 家数 个数 件数 户数 金额 总额 面积 天数 用工 成交额 销售额",
        within=False,
    ),
    _field("numerator", "分子", "分子 分子值", within=False),
    _field("denominator", "分母", "分母 分母值", within=False),
    _field("note", "说明", "说明 备注", within=False),
)
NEEDED = frozenset({"code", "name", "organisation", "period"})


def fields() -> tuple[Field, ...]:
    """Return the columns, and one for each indicator that is entered: a sheet may have a column per indicator."""
    try:
        rows = list(Indicator.objects.filter(rule="").values_list("pk", "code", "name"))
    except DatabaseError:
        rows = []
    own = tuple(Field(f"{OWN_COLUMN}{pk}", name, (plain(name), squeeze(code)), False) for pk, code, name in rows)
    return (*FIELDS, *own)


def plain(name: str) -> str:
    """Return an indicator's name as it is compared."""
    return re.sub('[《》“”"]', "", squeeze(name))
