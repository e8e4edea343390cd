"""The columns that ledgers of tasks and of progress may have, and the headers by which they are known."""

from common.ledgers.columns import Field

TASKS = "tasks"
PROGRESS = "progress"


def _field(key: str, label: str, headers: str, within: bool = True) -> Field:
    return Field(key, label, tuple(headers.split()), within)


KIND_NAMES = {TASKS: "任务清单", PROGRESS: "进展填报"}

CODE = _field("code", "编号", "编号 任务编号 任务序号 条目编号 代码")
SERIAL = _field("serial", "序号", "序号 No. NO. 项次", within=False)
TITLE = _field(
    "title",
    "任务",
    "任务 工作任务 重点任务 主要任务 任务内容 任务名称 目标任务 事项 工作事项 实事内容 "
    "重点工作 工作内容 任务事项 具体任务",
)
LEAD = _field(
    "lead", "牵头单位", "牵头单位 牵头部门 牵头责任单位 主办单位 责任单位或牵头单位 第一责任单位 主责单位 牵头"
)
RESPONSIBLE = _field("responsible", "责任单位", "责任单位 责任部门 承办单位 落实单位 责任主体 实施单位")
FIELDS = {
    TASKS: (
        CODE,
        SERIAL,
        _field("aspect", "方面", "方面 类别 所属方面 任务类别 重点领域 领域 板块 分类 类型", within=False),
        TITLE,
        _field(
            "measures",
            "内容",
            "内容 具体措施 工作举措 工作措施 推进措施 工作内容及要求 具体内容 主要措施 措施 具体要求",
        ),
        _field("target", "目标", "目标 年度目标 全年目标任务 工作目标 目标值 预期目标 年度目标任务"),
        LEAD,
        RESPONSIBLE,
        _field(
            "supporting",
            "配合单位",
            "配合单位 配合部门 协办单位 协同责任单位 责任主体与协同单位 协助单位 参与单位 协同单位 配合 协办",
        ),
        _field("assigned", "交办日期", "交办日期 交办时间 下达时间 下达日期", within=False),
        _field(
            "due", "完成时限", "完成时限 完成时间 完成期限 时间节点 时间要求 整改时限 办结时限 时限 截止时间 时限要求"
        ),
    ),
    PROGRESS: (
        CODE,
        SERIAL,
        _field("list", "清单", "清单 所属清单 任务清单 清单名称", within=False),
        TITLE,
        _field(
            "organisation",
            "填报单位",
            "填报单位 单位 单位名称 报送单位 责任单位 牵头单位 责任部门 牵头部门",
            within=False,
        ),
        _field(
            "status",
            "状态",
            "状态 完成状态 办理状态 是否达序 是否完成 进度状态 推进状态 进度 是否达序时 是否办结",
            within=False,
        ),
        _field(
            "percent",
            "完成百分比",
            "完成百分比 完成率 完成比例 完成进度 形象进度 进度百分比 完成(%) 完成% 进度(%)",
            within=False,
        ),
        _field(
            "text",
            "本期进展",
            "本期进展 进展情况 推进情况 工作进展 目前进度 完成情况 落实情况 目前进展 进展 "
            "工作进展情况 工作推进情况 任务进展 办理情况",
        ),
        _field("difficulty", "存在困难", "存在困难 存在问题 困难问题 需协调事项 存在的困难和问题 存在困难和问题 问题"),
        _field("outlook", "预计", "预计 预计完成情况 预计能否按期完成 能否按期完成", within=False),
    ),
}
NEEDED = {TASKS: {"title", "measures"}, PROGRESS: {"code", "serial", "title"}}


def labels(kind: str) -> dict[str, str]:
    """Return each field's label."""
    return {field.key: field.label for field in FIELDS[kind]}
