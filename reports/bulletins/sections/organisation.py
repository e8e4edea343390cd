"""Sections about one county or department: its tasks, its place among its peers, its projects."""

from django.db.models import Q

from accounts.models import Organisation
from common.amounts import in_yi, share, trim
from indicators.figures import county_funds_targets
from projects.figures import project_summary
from projects.models import CreditShare, Project
from reports.bulletins import wording
from reports.bulletins.content import Annex, Column, FigureRef, Paragraph, Table
from tasklists import rules
from tasklists.figures import county_progress, department_progress
from tasklists.models import Assignment, TaskItem
from tasklists.summary import task_summary

STARTED_NAMED = 10


def overall(material):
    """Return how many tasks it answers for, how many are done, and where it stands among its peers."""
    own = _own(material.summary, material.organisation)
    if own is None:
        return [Paragraph([f"截至{wording.day(material.as_of)}，{material.organisation.short}没有承担的任务。"])]
    key = f"organisations.{own.code}"
    rate = material.figure(f"{key}.rate")
    runs = [
        f"截至{wording.day(material.as_of)}，{own.short}牵头或负责的任务共",
        material.cite(f"{key}.total"),
        "，已完成",
        material.cite(f"{key}.done"),
        "，完成率",
        FigureRef(f"{rate.text}%", rate.key),
        *_moved(material, own, rate),
        *_place(material, own),
        "。",
    ]
    if own.overdue:
        runs += [f"未完成的任务中逾期{own.overdue}项。"]
    return [Paragraph(runs)]


def _own(summary, organisation):
    return next((o for o in summary.organisations if o.code == organisation.code), None)


def _moved(material, own, rate):
    before = _own(task_summary(material.before), material.organisation)
    change = wording.change_of_share(rate.value, before.rate) if before else ""
    return [f"，较{material.since}{change}"] if change else []


def _place(material, own):
    """Return where it stands among its peers by rate; ties share a place (1、2、2、4)."""
    counties = material.organisation.kind != Organisation.Kind.DEPARTMENT
    kin = county_progress(material.summary) if counties else department_progress(material.summary)
    if len(kin) < 2 or own not in kin:
        return []
    place = 1 + sum(other.rate > own.rate for other in kin)
    tied = sum(other.rate == own.rate for other in kin) > 1
    noun = "县（市、区）" if counties else "部门单位"
    return [f"，在{len(kin)}个承担任务的{noun}中{'并列' if tied else ''}居第{place}位"]


def projects(material):
    """Return a county's signed and started projects and its funds; empty where there are none."""
    code = material.organisation.code
    blocks = []
    signed = material.figure("projects.signed.count", county=code)
    started = material.figure("projects.started.count", county=code)
    funds = material.figure("funds.in_place", county=code)
    for words, counted, investment in (
        ("签约项目", signed, "projects.signed.investment"),
        ("新开工京津冀地区过亿元项目", started, "projects.started.investment"),
    ):
        if counted.value:
            runs = [f"{'' if blocks else material.so_far}{words}", *_counted(counted), "总投资"]
            blocks.append(Paragraph([*runs, material.cite(investment, county=code), "。"]))
    if funds.value:
        goal = county_funds_targets(material.as_of).get(code)
        amount = project_summary(material.as_of).value("funds.in_place", code)
        runs = [f"{'' if blocks else material.so_far}到位资金", wording.cite(funds)]
        runs += [f"，完成年度目标的{trim(share(amount, goal * 10000))}%"] if goal else []
        blocks.append(Paragraph([*runs, *_funds_place(material, code), "。"]))
    return [*blocks, *_started_table(material)] if blocks else []


def _counted(figure):
    """Return a county's number of projects, its credit beside it where that is split, and the way to their money."""
    if figure.value == figure.rows:
        return [wording.cite(figure), "，"]
    return [f"{figure.rows}{figure.unit}（含共同引进，按分成计", wording.cite(figure), "），分成后"]


def _funds_place(material, code):
    summary = project_summary(material.as_of)
    amounts = {o.code: summary.value("funds.in_place", o.code) for o in Organisation.objects.counties_and_zones()}
    if code not in amounts:
        return []
    place = 1 + sum(amount > amounts[code] for amount in amounts.values())
    tied = sum(amount == amounts[code] for amount in amounts.values()) > 1
    return [f"，总量{'并列' if tied else ''}居全市第{place}位"]


def _has_credit(organisation):
    """Projects that count for a county: located there and not split, or with its part in the split."""
    shares = CreditShare.objects.order_by()
    whole = Q(county=organisation) & ~Q(pk__in=shares.values("project"))
    return whole | Q(pk__in=shares.filter(organisation=organisation).values("project"))


def _started_table(material):
    first = material.as_of.replace(month=1, day=1)
    rows = (
        Project.objects.filter(_has_credit(material.organisation))
        .from_capital_region()
        .over_hundred_million()
        .reached("started", first, material.as_of)
        .as_of(material.as_of)
        .order_by("-total_investment", "pk")
    )
    found = list(rows[: STARTED_NAMED + 1])
    if not found:
        return []
    more = len(found) > STARTED_NAMED
    shared = CreditShare.objects.filter(project__in=[project.pk for project in found[:STARTED_NAMED]]).exists()
    return [
        Table(
            f"新开工项目{'（总投资居前的' + str(STARTED_NAMED) + '个）' if more else ''}",
            [
                Column("项目名称", "left", 3.6),
                Column("来源", "left", 1.6),
                Column("总投资（亿元）", "center", 1.6),
                Column("开工日期", "center", 1.5),
                Column("到位资金（亿元）", "center", 1.8),
            ],
            [
                [
                    project.name,
                    f"{project.origin_province}{project.origin_district}",
                    in_yi(project.total_investment),
                    f"{project.started_on:%Y-%m-%d}",
                    in_yi(project.funds_in_place) if project.funds_in_place is not None else "–",
                ]
                for project in found[:STARTED_NAMED]
            ],
            notes="注：共同引进的项目列项目全额。" if shared else "",
        )
    ]


def task_annex(material):
    """Return the annex of all its tasks with its part in each; None where it has none."""
    parts = Assignment.objects.counted(material.as_of).filter(organisation=material.organisation)
    mine = {item: (role, done) for item, role, done in parts.values_list("item_id", "role", "done")}
    items = (
        TaskItem.objects.filter(pk__in=mine)
        .supervised(material.as_of)
        .as_of(material.as_of)
        .order_by("task_list__order", "order")
        .values_list("pk", "task_list__short", "title", "deadline", "long_term", "state", "percent", "light_reason")
    )
    rows = []
    for number, (pk, short, title, deadline, long_term, state, percent, reason) in enumerate(items, start=1):
        role, done = mine[pk]
        rows.append(
            [
                str(number),
                short,
                title,
                Assignment.Role(role).label,
                wording.deadline(deadline, long_term),
                "100" if done else str(percent),
                "本单位已完成" if done and state != "closed" else rules.REASON_WORDS[reason],
            ]
        )
    if not rows:
        return None
    columns = [
        Column("序号", "center", 0.7),
        Column("清单", "left", 2),
        Column("任务", "left", 4.6),
        Column("分工", "center", 0.9),
        Column("完成时限", "center", 1.5),
        Column("进度（%）", "center", 1),
        Column("状态", "center", 1.5),
    ]
    title = f"{material.organisation.short}承担任务进展情况"
    return Annex(title, [Table(f"{title}（截至{wording.day(material.as_of)}）", columns, rows)], landscape=True)
