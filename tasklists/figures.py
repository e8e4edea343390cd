"""Figures of the task lists and the rows behind each of them.

A key is ``tasks.<list>.<measure>`` (list ``all`` for every list in force), narrowed by ``aspect``, or
``organisations.<code>.<measure>``. Counting rules: once per task item, by the state of its lead.
"""

from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace

from django.http import QueryDict
from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import Organisation
from common.amounts import share, trim
from common.figures import Figure
from tasklists import rules
from tasklists.filters import ItemFilter
from tasklists.models import TaskItem
from tasklists.summary import ALL, TaskSummary, task_summary


@dataclass(frozen=True)
class Measure:
    """What is counted, in words and as the filter of the list page that shows the rows."""

    label: str
    scope: str
    filters: dict


MEASURES = {
    "total": Measure("任务总数", "截至日已交办的任务，一项任务计一次。", {}),
    "closed": Measure("已完成", "截至日当天或之前已销号的任务，一项计一次，以牵头单位状态为准。", {"state": "closed"}),
    "under_way": Measure(
        "正在推进", "截至日已交办、未销号也未取消的任务，含尚未启动的，一项计一次。", {"state": "under_way"}
    ),
    "not_started": Measure(
        "未启动", "正在推进的任务中，填报为未启动，或已过启动日期仍无通过审核的填报的。", {"state": "not_started"}
    ),
    "overdue": Measure("逾期", "完成时限早于截至日，且未销号、未中止、未取消的任务。", {"reason": "overdue"}),
    "red": Measure("红灯", "逾期，或退回、应报的填报超过5个工作日未答复的任务。", {"light": "red"}),
    "yellow": Measure(
        "黄灯", "15天内到期、进度落后序时10个百分点以上，或上一整月没有通过审核的填报的任务。", {"light": "yellow"}
    ),
    "green": Measure("绿灯", "正在推进且没有红灯、黄灯情形的任务。", {"light": "green"}),
    "grey": Measure("灰灯", "中止或取消的任务。", {"light": "grey"}),
    "attention": Measure("需要过问", "红灯和黄灯的任务。", {"light": ["red", "yellow"]}),
}


def measured(summary: TaskSummary, measure: str, slug: str = ALL, aspect: str = "") -> int:
    """Return the count of one measure."""
    if measure == "attention":
        return measured(summary, "red", slug, aspect) + measured(summary, "yellow", slug, aspect)
    name = {
        "overdue": "reason.overdue",
        "red": "light.red",
        "yellow": "light.yellow",
        "green": "light.green",
        "grey": "light.grey",
    }.get(measure, measure)
    return summary.count(name, slug, aspect)


def task_figure(key: str, as_of: date, aspect: str = "") -> Figure | None:
    """Return the figure of a ``tasks.…`` key, or None when there is no such list, aspect or measure."""
    parts = key.split(".")
    if len(parts) != 3 or parts[0] != "tasks":
        return None
    _, slug, measure = parts
    summary = task_summary(as_of)
    known = {found.slug: found for found in summary.lists}
    if slug != ALL and slug not in known:
        return None
    if aspect and aspect not in summary.aspects.get(slug, []):
        return None
    name = known[slug].short if slug != ALL else "全部清单"
    demo = known[slug].is_demo if slug != ALL else any(found.is_demo for found in summary.lists)
    if measure in ("aspects", "points", "organisations") and slug != ALL:
        return _list_figure(known[slug], measure, as_of)
    if measure == "closed_share":
        return _share_figure(key, summary, slug, aspect, name, demo)
    if measure not in MEASURES:
        return None
    rule = MEASURES[measure]
    value = measured(summary, measure, slug, aspect)
    total = measured(summary, "total", slug, aspect)
    cancelled = summary.count("cancelled", slug, aspect)
    formula = ()
    if measure in ("closed", "under_way"):
        closed, under_way = measured(summary, "closed", slug, aspect), measured(summary, "under_way", slug, aspect)
        formula = (f"{closed}（已完成）+ {under_way}（正在推进）+ {cancelled}（取消）= {total}",)
        if total:
            formula = (f"{value} ÷ {total} = {share(value, total)}%", *formula)
    return Figure(
        key=key,
        label=f"{name}{'·' + aspect if aspect else ''}·{rule.label}",
        value=value,
        unit="项",
        scope=rule.scope,
        period=str(as_of.year),
        as_of=as_of,
        rows=value,
        rows_url=task_rows_url(as_of, slug, aspect, **rule.filters),
        formula=formula,
        demo=demo,
        parameters={"aspect": aspect} if aspect else {},
    )


def _list_figure(facts, measure, as_of):
    label, value, unit, scope = {
        "aspects": ("方面", facts.chapters, "个", "清单文件列出的方面（部分）数。"),
        "points": ("要点（措施）", facts.points, "项", "清单文件列出的条目数。"),
        "organisations": ("参与部门", facts.organisations, "个", "清单中有牵头或责任任务的市直部门单位，一个计一次。"),
    }[measure]
    return Figure(
        key=f"tasks.{facts.slug}.{measure}",
        label=f"{facts.short}·{label}",
        value=value,
        unit=unit,
        scope=scope,
        period=str(as_of.year),
        as_of=as_of,
        rows=value,
        rows_url=reverse("tasklists:list_detail", args=[facts.slug]),
        demo=facts.is_demo,
    )


def _share_figure(key, summary, slug, aspect, name, demo):
    closed, total = measured(summary, "closed", slug, aspect), measured(summary, "total", slug, aspect)
    value = share(closed, total)
    return Figure(
        key=key,
        label=f"{name}{'·' + aspect if aspect else ''}·完成率",
        value=value,
        unit="%",
        scope="已完成任务占任务总数的比重，保留一位小数，四舍五入。",
        period=str(summary.as_of.year),
        as_of=summary.as_of,
        rows=total,
        rows_url=task_rows_url(summary.as_of, slug, aspect),
        formula=(f"{closed}（已完成）÷ {total}（任务总数）= {value}%",) if total else (),
        demo=demo,
        parameters={"aspect": aspect} if aspect else {},
    )


def organisation_figure(key: str, as_of: date) -> Figure | None:
    """Return the figure of ``organisations.<code>.<total|done|rate>``, or None."""
    parts = key.split(".")
    if len(parts) != 3 or parts[0] != "organisations" or parts[2] not in ("total", "done", "rate"):
        return None
    summary = task_summary(as_of)
    found = next((o for o in summary.organisations if o.code == parts[1]), None)
    if found is None:
        return None
    label, value, unit, scope, extra = {
        "total": ("任务数", found.total, "项", "该单位牵头或负责、已交办未取消的任务数。", {}),
        "done": (
            "已完成",
            found.done,
            "项",
            "该单位牵头或负责的任务中，已销号或本单位部分已核验完成的。",
            {"part": "done"},
        ),
        "rate": ("完成率", found.rate, "%", "该单位已完成的任务占其牵头或负责的任务的比重。", {}),
    }[parts[2]]
    return Figure(
        key=key,
        label=f"{found.short}·{label}",
        value=value,
        unit=unit,
        scope=scope,
        period=str(as_of.year),
        as_of=as_of,
        rows=found.done if parts[2] == "done" else found.total,
        rows_url=task_rows_url(as_of, ALL, "", org=found.code, **({"part": "counted"} | extra)),
        formula=(f"{found.done}（已完成）÷ {found.total}（任务数）= {trim(found.rate)}%",) if found.total else (),
        demo=any(task_list.is_demo for task_list in summary.lists),
        page_url=f"{reverse('tasklists:organisation', args=[found.code])}?{urlencode({'as_of': as_of.isoformat()})}",
    )


def headline_figures(as_of: date) -> list[Figure]:
    """Return the figures of every list in force and of all together, in the order of the overview."""
    figures = []
    for facts in task_summary(as_of).lists:
        names = ["aspects", "points", "organisations", "total", "closed", "closed_share", "under_way", "not_started"]
        names += ["overdue", "red", "yellow", "green", "grey"]
        figures += [task_figure(f"tasks.{facts.slug}.{name}", as_of) for name in names]
    names = ("total", "closed", "closed_share", "under_way", "not_started", "overdue", "attention")
    return figures + [task_figure(f"tasks.{ALL}.{name}", as_of) for name in names]


def task_rows_url(as_of: date, slug: str = ALL, aspect: str = "", **filters) -> str:
    """Return the address of the task list that shows exactly the rows counted."""
    query = {"as_of": as_of.isoformat()}
    if slug != ALL:
        query["list"] = slug
    if aspect:
        query["aspect"] = aspect
    return f"{reverse('tasklists:list')}?{urlencode(query | filters, doseq=True)}"


def rows_behind(figure: Figure, user, limit: int = 5) -> list[dict]:
    """Return the first rows that the figure counts and this user may see, as lines of the passport."""
    query = figure.rows_url.partition("?")[2]
    if not query:
        return []
    found = rows_of(figure, user).prefetch_related("assignments__organisation")
    order = "-state_on" if "state=closed" in query else "due_on"
    return [_line(item) for item in found.order_by(order, "pk")[:limit]]


def rows_of(figure: Figure, user):
    """Return the items that the figure counts and this user may see, as its list page shows them."""
    rows = TaskItem.objects.visible_to(user).supervised(figure.as_of).as_of(figure.as_of)
    query = QueryDict(figure.rows_url.partition("?")[2])
    return ItemFilter(query, queryset=rows, request=SimpleNamespace(user=user)).qs


def _line(item):
    owners = [a.organisation.short for a in item.assignments.all() if a.decides]
    return {
        "title": item.title,
        "sub": "、".join(owners[:3]) + ("等" if len(owners) > 3 else ""),
        "right": item.state_on if item.state == "closed" else item.due_on,
        "light": rules.LIGHT_OF[item.light_reason],
        "word": rules.REASON_WORDS[item.light_reason],
        "url": reverse("tasklists:detail", args=[item.pk]),
    }


def county_progress(summary: TaskSummary):
    """Return the rows of the county table: counties and the zones that stand beside them, best first."""
    codes = set(Organisation.objects.counties_and_zones().values_list("code", flat=True))
    return [o for o in summary.organisations if o.code in codes]


def department_progress(summary: TaskSummary):
    """Return the departments that answer for at least one task, best first."""
    return [o for o in summary.organisations if o.kind == Organisation.Kind.DEPARTMENT]
