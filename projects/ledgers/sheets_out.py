"""Forms to fill in offline: the projects as they stand, and the year's money month by month; both come back in."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import xlsxwriter
from django.db.models import Sum

from common import periods
from common.ledgers.kinds import organisation_of
from common.ledgers.marked import SAFE
from projects.entry_facts import entered
from projects.models import FundEntry, InvestmentEntry, Project, StageChange

PROJECT_NOTE = (
    "填表说明：一行一个项目，编号请勿改动，新项目编号留空；总投资按万元填写；日期写到日；没有的留空，不要填 0。"
)
PROJECT_HEADER = (
    ("项目编号", 12),
    ("项目名称", 34),
    ("投资方", 28),
    ("投资方类型", 12),
    ("来源省市", 10),
    ("来源区(市)", 12),
    ("县市区", 10),
    ("承接平台", 18),
    ("产业", 14),
    ("总投资(万元)", 14),
    ("签约日期", 12),
    ("注册日期", 12),
    ("开工日期", 12),
    ("投产日期", 12),
    ("包保领导", 12),
    ("帮办联系人", 12),
    ("帮办电话", 14),
    ("说明", 36),
)
DATED = ("signed", "registered", "started", "producing")
FUND_NOTE = "填表说明：每月一列，按万元填写当月新增数；没有的留空；已有的数请勿改动，更正请在项目页冲销。"
MODELS = {"funds": (FundEntry, "到位资金"), "invested": (InvestmentEntry, "完成投资")}


def project_sheet(user, on: date, query) -> tuple[bytes, str]:
    """Return the projects that the user may change, one a row, and the file's name."""
    own = organisation_of(user)
    projects = list(_projects(own))
    log = {}
    rows = StageChange.objects.filter(project__in=Project.objects.filter(pk__in=_projects(own).values("pk")))
    for project, stage, day in rows.order_by("-on", "-pk").values_list("project_id", "stage", "on"):
        log[project, stage] = day
    who = own.short if own else "全市"
    buffer, book, out, looks = _book(f"{who}项目台账", PROJECT_NOTE, "项目台账")
    for column, (words, width) in enumerate(PROJECT_HEADER):
        out.set_column(column, column, width)
        out.write_string(2, column, words, looks["head"])
    for line, project in enumerate(projects, 3):
        values = [
            project.code,
            project.name,
            project.investor,
            project.get_investor_kind_display(),
            project.origin_province,
            project.origin_district,
            project.county.short if project.county else "",
            project.platform.name if project.platform else "",
            project.industry,
            project.total_investment,
            *(log.get((project.pk, stage)) for stage in DATED),
            project.officer,
            project.helper,
            project.helper_phone,
            project.summary,
        ]
        _write(out, line, values, looks, given=1)
    out.freeze_panes(3, 2)
    book.close()
    return buffer.getvalue(), f"{who}项目台账.xlsx"


def fund_sheet(user, on: date, query) -> tuple[bytes, str]:
    """Return the year's money of the projects that were signed, a column per month, and the file's name."""
    own = organisation_of(user)
    model, name = MODELS.get(query.get("measure", ""), MODELS["funds"])
    signed = StageChange.objects.filter(stage="signed", on__lte=on).values("project")
    projects = _projects(own).filter(pk__in=signed)
    months = periods.months_between(f"{on.year}-01", periods.period_of(on))
    rows = entered(model).filter(project__in=projects.values("pk"), month__in=months)
    sums = rows.order_by().values_list("project", "month").annotate(total=Sum("amount"))
    known = {(project, month): total for project, month, total in sums}
    who = own.short if own else "全市"
    title = f"{who}{on.year}年{name}填报表"
    buffer, book, out, looks = _book(title, f"单位：万元。{FUND_NOTE}", name)
    header = ["项目编号", "项目名称", "县市区", *(f"{int(month[5:])}月" for month in months)]
    for column, words in enumerate(header):
        out.set_column(column, column, (12, 34, 10)[column] if column < 3 else 11)
        out.write_string(2, column, words, looks["head"])
    for line, project in enumerate(projects, 3):
        amounts = [known.get((project.pk, month)) or None for month in months]
        county = project.county.short if project.county else ""
        _write(out, line, [project.code, project.name, county, *amounts], looks, given=3)
    out.freeze_panes(3, 2)
    book.close()
    return buffer.getvalue(), f"{title}.xlsx"


def _projects(own):
    rows = Project.objects.select_related("county", "platform").order_by("code")
    return rows if own is None else rows.filter(county=own)


def _book(title: str, note: str, sheet: str):
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, SAFE)
    out = book.add_worksheet(sheet)
    plain = {"border": 1, "text_wrap": True, "valign": "top"}
    free = plain | {"bg_color": "#FFFDF2"}
    looks = {
        "head": book.add_format(plain | {"bold": True, "bg_color": "#EAF2FB"}),
        "given": book.add_format(plain | {"font_color": "#5B6573"}),
        "free": book.add_format(free),
        "day": book.add_format(free | {"num_format": "yyyy-mm-dd"}),
    }
    out.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
    out.write_string(1, 0, note)
    return buffer, book, out, looks


def _write(out, line: int, values: list, looks: dict, *, given: int) -> None:
    for column, value in enumerate(values):
        look = looks["given"] if column < given else looks["free"]
        if value in (None, ""):
            out.write_blank(line, column, None, look)
        elif isinstance(value, Decimal):
            out.write_number(line, column, float(value), look)
        elif isinstance(value, date):
            out.write_datetime(line, column, value, looks["day"])
        else:
            out.write_string(line, column, value, look)
