"""The fact sheet of one project: exactly one page, set by the engines of bulletins."""

from datetime import date

from django.conf import settings
from django.db.models import Sum

from common import periods
from common.amounts import in_wan, in_yi, share, trim
from projects.industries import division_name
from projects.models import Project, StageChange
from reports.bulletins.building import count_pages
from reports.bulletins.composing import OFFICE
from reports.bulletins.content import Column, Document, Heading, Paragraph, Table
from reports.bulletins.docx import build_docx
from reports.bulletins.pdf import build_pdf
from reports.bulletins.wording import day

DASH = "–"
# How much is said, tried in this order until it fits the page: stages, characters of summary, cell and title.
SIZES = ((7, 300, 60, 120), (5, 160, 40, 76), (3, 60, 24, 57), (2, 0, 12, 38), (1, 0, 11, 19))


def compose_fact_sheet(project: Project, as_of: date, size=SIZES[0]) -> Document:
    """Return the sheet; ``project`` is annotated by ``as_of`` and comes with its relations."""
    stages, summary, cell, title = size
    blocks = [
        Paragraph([f"项目编号{project.code}，情况截至{day(as_of)}。"]),
        Heading(1, "一、基本情况"),
        Table("", _columns(("事项", 1.1), ("内容", 2.2), ("事项", 1.1), ("内容", 2.2)), _facts(project, cell)),
        Heading(1, "二、推进情况"),
        Table("", _columns(("阶段", 1), ("日期", 1.2), ("依据", 3)), _stages(project, as_of, stages, cell)),
        Heading(1, "三、资金情况"),
        Paragraph([_money(project, as_of)]),
    ]
    if summary and project.summary:
        blocks += [Heading(1, "四、说明"), Paragraph([_short(project.summary, summary)])]
    return Document(
        title=_short(project.name, title),
        banner="",
        blocks=blocks,
        metadata={"author": OFFICE, "subject": f"项目{project.code}"},
        demo_mark="示例数据，仅供演示" if project.is_demo else "",
    )


def fact_sheet_file(project: Project, as_of: date, ending: str) -> bytes:
    """Return the sheet as ``pdf`` or ``docx``, both with as much as one page holds. Same rows, same bytes."""
    for size in SIZES:
        document = compose_fact_sheet(project, as_of, size)
        pdf = build_pdf(document, {}, font_dirs=settings.FONT_DIRS)
        if count_pages(pdf) == 1:
            break
    return build_docx(document, {}, one_sheet=True) if ending == "docx" else pdf


def _columns(*columns):
    return [Column(header, weight=weight) for header, weight in columns]


def _short(text, length):
    return text if len(text) <= length else text[: length - 1] + "…"


def _facts(project, length):
    stage = StageChange.Stage(project.stage).label if project.stage else DASH
    total = DASH if project.total_investment is None else f"{in_yi(project.total_investment)}亿元"
    origin = f"{project.origin_province}{project.origin_district}"
    officer = f"{project.officer}（{project.officer_post}）" if project.officer_post else project.officer
    facts = [
        ("投资方", project.investor), ("类型", project.get_investor_kind_display()),
        ("来源地", origin), ("落地", _located(project)),
        ("行业", division_name(project.industry_code)), ("产业链", project.chain or project.industry),
        ("签约总投资", total), ("当前阶段", stage),
        ("分成", _credit(project)), ("签约活动", project.event.name if project.event else ""),
        ("包保领导", officer), ("帮办联系人", f"{project.helper} {project.helper_phone}".strip()),
    ]  # fmt: skip
    cells = [(name, _short(value or DASH, length)) for name, value in facts]
    return [[*left, *right] for left, right in zip(cells[::2], cells[1::2], strict=True)]


def _located(project):
    county = project.county.short if project.county else ""
    return f"{county}，{project.platform.name}" if project.platform else county


def _credit(project):
    shares = project.credits.select_related("organisation").order_by("-percent", "pk")
    return "、".join(f"{share.organisation.short}{trim(share.percent)}%" for share in shares)


def _stages(project, as_of, count, length):
    """Return the newest stages, oldest of them first."""
    log = list(project.stages.filter(on__lte=as_of).order_by("-on", "-id")[:count])
    rows = [
        [change.get_stage_display(), change.on.isoformat(), _short(change.evidence or change.reason or DASH, length)]
        for change in reversed(log)
    ]
    return rows or [[DASH, DASH, "截至当日没有阶段记录"]]


def _money(project, as_of):
    funds, invested = project.funds_in_place, project.invested
    if funds is None and invested is None:
        return f"截至{day(as_of)}，没有经市级核实的到位资金和完成投资。"
    parts = []
    for name, amount in (("到位资金", funds), ("完成投资", invested)):
        if amount is None:
            parts.append(f"{name}暂无经市级核实的记录")
            continue
        rate = share(amount, project.total_investment) if project.total_investment else None
        parts.append(f"{name}{in_wan(amount)}万元" + (f"，占签约总投资的{rate}%" if rate is not None else ""))
    newest = project.funds.verified(as_of).order_by().values("month").annotate(total=Sum("amount")).order_by("-month")
    month = newest.first()
    last = f"最近一笔到位在{periods.label(month['month'])}，{in_wan(month['total'])}万元。" if month else ""
    return f"截至{day(as_of)}，经市级核实的" + "；".join(parts) + "。" + last
