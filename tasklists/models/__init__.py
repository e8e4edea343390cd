"""The rows of task lists: the plan, what is reported of it, how it is supervised."""

from tasklists.models.plan import Assignment, ItemTarget, PlanNode, StateChange, TaskItem, TaskList
from tasklists.models.reporting import Evidence, ProgressReport, ReportRevision, TaskEvent
from tasklists.models.supervision import Extension, Instruction, Milestone, SavedView, SupervisionSlip

__all__ = [
    "Assignment",
    "Evidence",
    "Extension",
    "Instruction",
    "ItemTarget",
    "Milestone",
    "PlanNode",
    "ProgressReport",
    "ReportRevision",
    "SavedView",
    "StateChange",
    "SupervisionSlip",
    "TaskEvent",
    "TaskItem",
    "TaskList",
]
