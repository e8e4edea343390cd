"""The sections a bulletin can have, by key: their titles, whom they suit, what writes them."""

from collections.abc import Callable
from dataclasses import dataclass

from reports.bulletins import restating
from reports.bulletins.editions import Kind, Subject
from reports.bulletins.material import Material
from reports.bulletins.sections import annexes, organisation, projects, standing, task_list, tasks, work, year
from tasklists import rules

ONE_ORGANISATION = frozenset({Subject.COUNTY, Subject.DEPARTMENT})
EVERY_SUBJECT = frozenset(Subject.values)


@dataclass(frozen=True)
class Section:
    """``compose(material)`` returns the blocks; none where there is nothing to say."""

    title: str
    subjects: frozenset
    compose: Callable
    kinds: frozenset = frozenset(Kind.values)


CITY = frozenset({Subject.CITY})
SECTIONS = {
    "overall": Section("总体进展", CITY, tasks.overall),
    "tasks": Section("重点任务", CITY, tasks.tasks),
    "projects": Section("项目招引", CITY, projects.projects),
    "indicators": Section("主要指标", CITY, projects.indicators),
    "months": Section("全年走势", CITY, year.months, frozenset({Kind.ANNUAL})),
    "own_overall": Section("总体进展", ONE_ORGANISATION, organisation.overall),
    "own_projects": Section("项目招引", frozenset({Subject.COUNTY}), organisation.projects),
    "list_overall": Section("总体进展", frozenset({Subject.LIST}), task_list.overall),
    "list_aspects": Section("分方面情况", frozenset({Subject.LIST}), task_list.aspects),
    "list_organisations": Section("责任单位情况", frozenset({Subject.LIST}), task_list.organisations),
    "service": Section("企业服务", CITY | {Subject.COUNTY}, standing.service),
    "news": Section("工作动态", CITY | ONE_ORGANISATION, work.news),
    "problems": Section("存在问题", EVERY_SUBJECT, work.problems),
    "corrections": Section("更正说明", CITY | ONE_ORGANISATION, restating.corrections),
    "next_steps": Section("下步要求", EVERY_SUBJECT, work.next_steps),
}


@dataclass(frozen=True)
class AnnexKind:
    """``compose(material)`` returns the annexes, perhaps none."""

    title: str
    subjects: frozenset
    compose: Callable


ANNEXES = {
    "task_tables": AnnexKind("任务进展表（每份清单一张）", CITY, annexes.task_tables),
    "progress_tables": AnnexKind("单位完成情况表", CITY, annexes.progress_tables),
    "rankings": AnnexKind("考核结果（已确认的）", CITY, standing.rankings),
    "own_tasks": AnnexKind("本单位任务进展表", ONE_ORGANISATION, annexes.own_tasks),
    "list_tasks": AnnexKind("清单任务进展表", frozenset({Subject.LIST}), annexes.list_tasks),
}


@dataclass(frozen=True)
class Condition:
    label: str
    holds: Callable[[Material], bool]


CONDITIONS = {
    "": Condition("总是", lambda material: True),
    "overdue": Condition("有逾期任务时", lambda material: bool(material.reasons[rules.OVERDUE])),
    "behind": Condition("有落后序时的任务时", lambda material: bool(material.reasons[rules.BEHIND])),
    "quarter_end": Condition("季末月份", lambda material: material.as_of.month % 3 == 0),
    "year_end": Condition("年末月份", lambda material: material.as_of.month == 12),
}
