"""The kinds of ledgers of this app: tasks, and the month's progress."""

from django import forms
from django.urls import reverse

from common import periods
from common.ledgers.kinds import Kind, organisation_of, register
from tasklists.forms import SELECT
from tasklists.ledgers import sheets_out
from tasklists.ledgers.checking import check_progress_ledger, check_task_ledger
from tasklists.ledgers.fields import FIELDS, KIND_NAMES, NEEDED, PROGRESS, TASKS
from tasklists.ledgers.parts import Parts
from tasklists.ledgers.writing import undo_progress, undo_tasks, write_progress, write_tasks
from tasklists.models import TaskList
from tasklists.plan_import import unit_directory

NEW_LIST = "新建一份清单草稿"
STATUS_WORDS = {"not_started": "未启动", "under_way": "推进中", "claimed": "申请办结"}


def _task_choices(user, on) -> dict:
    drafts = TaskList.objects.filter(state=TaskList.State.DRAFT).values_list("slug", "title")
    choices = [("", NEW_LIST), *drafts]
    words = "导入任务清单时用；只能放进草稿。"
    select = forms.Select(SELECT)
    return {
        "task_list": forms.ChoiceField(
            label="放进清单", choices=choices, required=False, widget=select, help_text=words
        )
    }


def _task_line(row: dict) -> dict:
    roles = (("牵头", "lead"), ("责任", "responsible"), ("配合", "supporting"), ("集合", "collectives"))
    units = "；".join(f"{word}：{'、'.join(row[key])}" for word, key in roles if row[key])
    due = "长期" if row["long_term"] else row["due_on"] or row["due_text"]
    return row | {"units": units, "due": due}


def _task_result(batch, user):
    task_list = TaskList.objects.filter(pk=(batch.undo or {}).get("list")).first()
    if task_list is None:
        return "", "", ""
    return "", reverse("tasklists:list_detail", args=[task_list.slug]), f"看清单“{task_list.title}”"


def _progress_choices(user, on) -> dict:
    this = periods.period_of(on)
    months = [periods.shift(this, -back) for back in range(6)]
    choices = [("", "按表中所写"), *((month, periods.label(month)) for month in months)]
    select = forms.Select(SELECT)
    return {
        "period": forms.ChoiceField(
            label="填报月份", choices=choices, required=False, widget=select, help_text="导入进展填报时用。"
        )
    }


def _progress_result(batch, user):
    if "report" not in user.actions:
        return "", "", ""
    period = (batch.report or {}).get("period") or ""
    return "", f"{reverse('tasklists:mine')}?period={period}", "去“我的任务”核对、提交"


def _progress_promise(report):
    return "将写入", report["to_write"], f"份填报草稿，其余 {report['unchanged']} 行没有变化或没有填。"


def _month_sheets(user, on) -> list[tuple[str, str, str]]:
    this = periods.period_of(on)
    own = organisation_of(user)
    note = f"{own.short if own else '全部单位'}待填各项，已带出编号、任务、上期进展"
    months = (this, periods.shift(this, -1))
    return [(f"{periods.label(month)}进展填报表", note, f"period={month}") for month in months]


def _month_sheet(user, on, query) -> tuple[bytes, str]:
    """Return the month's form of the organisation. Raises ValueError for no month."""
    period = periods.parse_period(query.get("period", "") or periods.period_of(on))
    organisation = organisation_of(user)
    parts = Parts(organisation=organisation, period=period, on=on, directory=unit_directory())
    who = organisation.short if organisation else "全部单位"
    content = sheets_out.template(parts=parts, period=period, who=who, on=on)
    return content, f"{who}{periods.label(period)}进展填报表.xlsx"


TASK_KIND = Kind(
    key=TASKS,
    name=KIND_NAMES[TASKS],
    fields=lambda: FIELDS[TASKS],
    needed=frozenset(NEEDED[TASKS]),
    may=lambda user: "supervise" in user.actions,
    check=check_task_ledger,
    write=write_tasks,
    undo=undo_tasks,
    columns=(("code", "编号"), ("aspect", "方面"), ("title", "任务"), ("units", "单位"), ("due", "时限")),
    promise=lambda report: ("将导入", report["to_write"], "项任务，清单仍是草稿，交办后才执行。"),
    result=_task_result,
    line=_task_line,
    choices=_task_choices,
)
PROGRESS_KIND = Kind(
    key=PROGRESS,
    name=KIND_NAMES[PROGRESS],
    fields=lambda: FIELDS[PROGRESS],
    needed=frozenset(NEEDED[PROGRESS]),
    may=lambda user: bool({"supervise", "report"} & user.actions),
    check=check_progress_ledger,
    write=write_progress,
    undo=undo_progress,
    columns=(
        ("code", "编号"),
        ("title", "任务"),
        ("organisation", "单位"),
        ("status", "状态"),
        ("percent", "完成（%）"),
        ("text", "本期进展"),
        ("difficulty", "存在困难"),
    ),
    promise=_progress_promise,
    result=_progress_result,
    line=lambda row: row | {"status": STATUS_WORDS.get(row["status"], "")},
    choices=_progress_choices,
    sheets=_month_sheets,
    sheet=_month_sheet,
)
register(TASK_KIND, PROGRESS_KIND)
