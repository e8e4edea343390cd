"""What an empty list says: why nothing stands there, what comes next, and the way there where the user may act."""

from django.urls import reverse

from accounts.permissions import COORDINATOR, may
from projects.pipeline.rights import enters_projects, sees_totals_only
from projects.sections import may_enter_month, may_verify_money
from projects.service.permits import may_open

OVERVIEW = "市直部门看全市合计，不列示单个项目。"


def no_projects(user) -> dict:
    if sees_totals_only(user):
        return _says(OVERVIEW, "projects:overview", "看项目概览")
    if enters_projects(user):
        return _says("截至当日没有项目。从第一条线索录起，也可导入台账。", "projects:new", "录入项目")
    return _says("截至当日没有项目；县市区录入后列在这里。")


def no_money(user, kind: str, label: str, *, narrowed: bool) -> dict:
    """``narrowed``: the page shows what is verified alone, and other rows may stand elsewhere."""
    if sees_totals_only(user):
        return _says(OVERVIEW, "projects:overview", "看项目概览")
    text = f"截至当日没有市级核实的{label}。" if narrowed else f"截至当日没有{label}记录。"
    if may_enter_month(user):
        return _says(text + "按月填报，两级核实后列在这里。", "projects:month", "填本月月报", kind)
    if may_verify_money(user):
        return _says(text + "核实后列在这里。", "projects:verify", "去核实")
    return _says(text)


def no_findings(user) -> dict:
    if may(user, "supervise"):
        return _says("没有体检发现的问题。每晚自动检查，也可用右上角“立即体检”。")
    return _says("没有体检发现的问题。每晚按四条规则自动检查，发现的列在这里。")


def no_events(user) -> dict:
    if may(user, "supervise"):
        return _says("还没有签约活动。登记后可看履约进展。", "projects:event_new", "登记活动")
    return _says("还没有签约活动；协调办登记后列在这里。")


def no_memoranda(user) -> dict:
    if may(user, "supervise"):
        return _says("还没有合作协议。登记后逐项跟踪。", "projects:memorandum_new", "新建协议")
    return _says("截至当日没有合作协议。", "projects:events", "看签约活动")


def no_platforms(user) -> dict:
    if may(user, "supervise"):
        return _says("还没有承接平台。", "projects:platform_new", "新建平台")
    return _says("还没有承接平台；协调办登记后列在这里。")


def no_residents(user, platform, *, may_edit: bool) -> dict:
    if may_edit:
        text = "台账中还没有入驻单位，占用率和京津占比无从计算。"
        return _says(text, "projects:resident_new", "登记入驻单位", platform.key)
    return _says("台账中还没有入驻单位；由所在县市区或协调办登记。")


def no_cases(user) -> dict:
    if may_open(user):
        return _says("还没有企业诉求和热线件。收到后登记，即编号、定时限。", "projects:case_new", "登记诉求")
    return _says("没有转到本单位的企业诉求；县市区或协调办转来后列在这里。")


def nothing_to_verify(user) -> dict:
    if user.role == COORDINATOR:
        text = "没有等你核实的资金；县级核实后的到这里。月末各县都核实完的，可锁定月份。"
        return _says(text, "projects:money_months", "看各月情况")
    if not may_verify_money(user):
        return _says("市直部门没有要核实的资金。", "projects:overview", "看项目概览")
    return _says("没有等你核实的资金；本单位填报员申报后到这里。", "projects:funds", "看已核实的资金")


def _says(text: str, name: str = "", link: str = "", *args) -> dict:
    return {"text": text, "url": reverse(name, args=args) if name else "", "link": link}
