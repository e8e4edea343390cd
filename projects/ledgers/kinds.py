"""The kinds of ledgers of this app: projects, and their money."""

from django import forms
from django.urls import reverse

from common.ledgers.forms import SELECT
from common.ledgers.kinds import Kind, register
from projects.ledgers.fields import FIELDS, FUNDS, KIND_NAMES, NEEDED, PROJECTS
from projects.ledgers.fund_rows import MEASURE_NAMES, check_funds
from projects.ledgers.fund_writing import undo_funds, write_funds
from projects.ledgers.project_rows import check_projects
from projects.ledgers.project_writing import undo_projects, write_projects
from projects.ledgers.sheets_out import fund_sheet, project_sheet
from projects.models import Project, StageChange

ACTIONS = {"create": "新增", "update": "修改", "unchanged": "没有变化"}
STAGES = dict(StageChange.Stage.choices)
INVESTORS = dict(Project.InvestorKind.choices)


def may_bring(user) -> bool:
    """The office brings any county's ledger, a county's reporter their own."""
    return "supervise" in user.actions or (user.role == "county_reporter" and user.organisation_id is not None)


def _project_line(row: dict) -> dict:
    return row | {
        "action": ACTIONS[row["action"]],
        "investor_kind": INVESTORS.get(row["investor_kind"], ""),
        "origin": f"{row['origin_province']}{row['origin_district']}",
        "stage": STAGES.get(row["stage"], ""),
    }


def _fund_line(row: dict) -> dict:
    months = row.get("months")
    if months is None:
        return row | {"voucher": f"{row['voucher_kind']} {row['voucher_number']}".strip()}
    return row | {"month": "；".join(f"{month} {amount}" for month, amount in months.items()), "voucher": ""}


def _fund_promise(report: dict) -> tuple:
    """Rows for which the office gives the day of verification count at once, the others after two verifications."""
    total, at_once = report["to_write"], report.get("at_once", 0)
    if at_once == total and total:
        state = "已有核实日期，写入即为市级核实，立即计入"
    elif at_once:
        state = f"其中 {at_once} 笔已有核实日期，立即计入；其余 {total - at_once} 笔状态为县级申报，核实后才计入"
    else:
        state = "状态为县级申报，核实后才计入"
    return "将写入", total, f"笔资金，{state}；{report['unchanged']} 行与已有的相同。"


def _measure(user, on) -> dict:
    choices = [("", "按表中所写"), *MEASURE_NAMES.items()]
    words = "导入资金台账时用；到位资金和完成投资分开记账。"
    select = forms.Select(SELECT)
    return {
        "measure": forms.ChoiceField(label="资金种类", choices=choices, required=False, widget=select, help_text=words)
    }


def _fund_sheets(user, on) -> list[tuple[str, str, str]]:
    note = "每月一列，已带出项目和已申报的数"
    return [(f"{on.year}年{name}填报表", note, f"measure={key}") for key, name in MEASURE_NAMES.items()]


PROJECT_KIND = Kind(
    key=PROJECTS,
    name=KIND_NAMES[PROJECTS],
    fields=lambda: FIELDS[PROJECTS],
    needed=frozenset(NEEDED[PROJECTS]),
    may=may_bring,
    check=check_projects,
    write=write_projects,
    undo=undo_projects,
    columns=(
        ("action", "处理"),
        ("code", "编号"),
        ("name", "项目"),
        ("investor", "投资方"),
        ("origin", "来源地"),
        ("county", "县市区"),
        ("amount_wan", "总投资（万元）"),
        ("stage", "阶段"),
        ("signed_on", "签约"),
        ("started_on", "开工"),
    ),
    promise=lambda report: (
        "将新增或修改",
        report["to_write"],
        f"个项目，其余 {report['unchanged']} 行没有变化。",
    ),
    result=lambda batch, user: ("", reverse("projects:list"), "看项目列表"),
    line=_project_line,
    sheets=lambda user, on: [("项目台账", "已带出现有项目，新项目接着往下填", "")],
    sheet=project_sheet,
)
FUND_KIND = Kind(
    key=FUNDS,
    name=KIND_NAMES[FUNDS],
    fields=lambda: FIELDS[FUNDS],
    needed=frozenset(NEEDED[FUNDS]),
    may=may_bring,
    check=check_funds,
    write=write_funds,
    undo=undo_funds,
    columns=(
        ("code", "编号"),
        ("project", "项目"),
        ("county", "县市区"),
        ("month", "月份"),
        ("amount_wan", "金额（万元）"),
        ("voucher", "凭证"),
    ),
    promise=_fund_promise,
    result=lambda batch, user: ("", reverse("projects:funds"), "看资金台账"),
    line=_fund_line,
    spans_over=frozenset({"amount", "invested"}),
    choices=_measure,
    sheets=_fund_sheets,
    sheet=fund_sheet,
)
register(PROJECT_KIND, FUND_KIND)
