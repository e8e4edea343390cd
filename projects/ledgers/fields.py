"""The columns that ledgers of projects and of money may have, and the headers by which they are known."""

from common.ledgers.columns import Field

PROJECTS = "projects"
FUNDS = "funds"
KIND_NAMES = {PROJECTS: "项目台账", FUNDS: "资金台账"}


def _field(key: str, label: str, headers: str, exact: str = "", *, within: bool = True) -> Field:
    return Field(key, label, tuple(headers.split()), within, tuple(exact.split()))


CODE = _field("code", "项目编号", "项目编号 项目代码 项目编码", "编号 代码 编码", within=False)
SERIAL = _field("serial", "序号", "序号 No. NO. 项次", within=False)
NAME = _field("name", "项目名称", "项目名称 签约项目 项目全称 工程名称", "项目 名称 项目名")
INVESTOR = _field(
    "investor",
    "投资方",
    "投资方名称 投资企业 投资单位 投资主体 投资商 投资公司 企业名称 客商名称 建设单位 项目单位 引进企业",
    "投资方 投资人 企业 公司 客商 单位名称 合作方 公司名称",
)
COUNTY = _field(
    "county",
    "落地县市区",
    "落地县市区 县市区 县(市、区) 县(市区) 县区 落地县区 落地区县 落户地 落地地点 承接地 承接县市区 "
    "项目所在地 建设地点 所属县市区 所在县市区 引进县市区",
    "落地 落地区域 属地 地区 县市 区县 所在地 填报单位 申报单位 落地单位",
)
FIELDS = {
    PROJECTS: (
        CODE,
        SERIAL,
        NAME,
        _field(
            "investor_kind",
            "投资方类型",
            "投资方类型 投资方性质 投资主体类型 投资主体性质 企业性质 企业类型 单位性质 投资类型 所有制",
            "类型 性质",
        ),
        INVESTOR,
        _field("origin_province", "来源省市", "来源省市 来源省份 来源省(市)", "来源省 省份 省市", within=False),
        _field(
            "origin_district", "来源区（市）", "来源区(市) 来源区市 来源区县 来源市区 来源区", "区(市)", within=False
        ),
        _field(
            "origin",
            "来源地",
            "来源地 招引来源 引资来源 投资来源 资金来源地 投资方所在地 企业所在地 投资方所在地区 总部所在地 注册地",
            "来源 来源地区 引进地",
        ),
        COUNTY,
        _field("platform", "承接平台", "承接平台 落地平台 所在园区 落地园区 承接园区", "平台 园区"),
        _field("industry_code", "国标行业", "国标行业 行业代码 国民经济行业", within=False),
        _field("chain", "产业链", "所属产业链 市产业链 重点产业链", "产业链 链条"),
        _field("industry", "产业", "所属产业 产业类别 产业类型 产业领域 所属行业 行业类别 产业方向", "产业 行业 领域"),
        _field(
            "total_investment",
            "签约总投资",
            "签约总投资 计划总投资 项目总投资 协议总投资 合同总投资 总投资额 总投资 投资总额 "
            "协议投资额 合同投资额 签约金额 投资规模 协议金额 合同金额 计划投资",
            "投资额 投资 金额",
        ),
        _field("contract_number", "合同编号", "合同编号 协议编号 合同号", within=False),
        _field("planned_registered", "约定注册日期", "计划注册 拟注册 预计注册 约定注册"),
        _field("planned_started", "约定开工日期", "计划开工 拟开工 预计开工 约定开工 计划动工"),
        _field("planned_producing", "约定投产日期", "计划投产 拟投产 预计投产 约定投产 计划竣工 预计竣工"),
        _field("signed", "签约日期", "签约日期 签约时间 签约年月 合同日期 签订日期 签订时间 签约日", "签约"),
        _field("registered", "注册日期", "注册日期 注册时间 注册落地时间 落地时间 落地日期 工商注册时间"),
        _field("started", "开工日期", "开工日期 开工时间 实际开工时间 开工年月 动工时间 开(复)工时间"),
        _field("producing", "投产日期", "投产日期 投产时间 竣工投产时间 投产年月"),
        _field("reason", "原因", "暂停原因 流失原因 终止原因", "原因", within=False),
        _field(
            "stage",
            "阶段",
            "项目阶段 当前阶段 推进阶段 建设阶段 所处阶段 项目状态 建设状态 项目进展 目前进展 进展情况 "
            "当前进展 最新进展 推进情况 项目进度 建设进度 目前进度 进展阶段",
            "阶段 状态 进展 进度 项目进展情况",
        ),
        _field("event", "签约活动", "签约活动 活动名称 招商活动 签约仪式", "活动"),
        _field("officer_post", "包保领导职务", "包保领导职务 领导职务", within=False),
        _field("officer", "包保领导", "包保领导 包靠领导 包联领导 牵头领导 分管领导 责任领导 帮包领导"),
        _field("helper_phone", "帮办电话", "帮办电话 联系电话 联系方式", "电话 手机", within=False),
        _field("helper", "帮办联系人", "帮办联系人 帮办人员 帮办专员 项目联系人 项目负责人", "联系人 帮办 责任人"),
        _field("summary", "说明", "建设内容 项目简介 主要内容 项目概况 建设规模 项目内容", "说明 备注"),
    ),
    FUNDS: (
        CODE,
        SERIAL,
        NAME,
        INVESTOR,
        COUNTY,
        _field(
            "month",
            "月份",
            "所属月份 到位月份 到位时间 到位日期 到账时间 到账日期 资金到位时间 统计月份 完成月份 所属期",
            "月份 时间 日期 年月 期间 月度",
        ),
        _field("verified", "市级核实日期", "市级核实日期 市级核实时间 核实日期 核实时间 审核日期", within=False),
        _field("voucher_number", "凭证号", "凭证编号 凭证号码 凭证号 票据号 单据号 流水号"),
        _field("voucher_kind", "凭证种类", "凭证种类 凭证类型 凭证名称 凭证类别", "凭证"),
        _field(
            "invested",
            "完成投资",
            "完成投资 投资完成额 完成固定资产投资 完成固投",
            "完成额 本月完成",
        ),
        _field(
            "amount",
            "到位资金",
            "到位资金 资金到位 到位金额 到账金额 到账资金 到资额 到位额 实际到位 本月到位 当月到位",
            "金额 数额 资金 到位",
        ),
        _field("note", "说明", "备注 说明", within=False),
    ),
}
NEEDED = {PROJECTS: {"name"}, FUNDS: {"name", "code"}}


def labels(kind: str) -> dict[str, str]:
    """Return each field's label."""
    return {field.key: field.label for field in FIELDS[kind]}
