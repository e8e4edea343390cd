"""The parts that a progress ledger may report of, found by number, task and unit."""

from datetime import date
from functools import cached_property

from accounts.models import Organisation
from common import periods
from common.ledgers.checked import Checked
from common.ledgers.table import Row
from common.ledgers.words import is_empty, squeeze
from tasklists.ledgers.owners import OwnersReader
from tasklists.locking import is_locked
from tasklists.models import Assignment, ProgressReport, StateChange, TaskList


class Parts:
    """Reporting parts of tasks in force: of one organisation, or of all where ``organisation`` is None."""

    def __init__(self, *, organisation, period: str, on: date, directory):
        parts = Assignment.objects.answering().filter(item__task_list__state="in_force", item__assigned_on__lte=on)
        if organisation is not None:
            parts = parts.filter(organisation=organisation)
        self.own = organisation is not None
        self.parts = list(parts.select_related("item").order_by("pk"))
        self.by_code, self.by_title = {}, {}
        lists, organisations = TaskList.objects.in_bulk(), Organisation.objects.in_bulk()
        for part in self.parts:  # thousands share a few lists and units: each of these stands in memory once
            part.item.task_list = lists[part.item.task_list_id]
            part.organisation = organisations[part.organisation_id]
            self.by_code.setdefault(squeeze(part.item.code), []).append(part)
            for name in {squeeze(part.item.title), squeeze(part.item.text)}:
                self.by_title.setdefault(name, []).append(part)
        self.owners = OwnersReader(directory)
        self.locked = is_locked(period)
        mine = ProgressReport.objects.filter(assignment__in=parts.values("pk"))
        self.reports = {report.assignment_id: report for report in mine.filter(period=period)}
        earlier = periods.shift(period, -1)
        self._approved = mine.filter(period=earlier, state="approved")
        self.previous = dict(self._approved.order_by().values_list("assignment", "percent"))
        changes = StateChange.objects.filter(on__lte=on, item__assignments__in=parts.values("pk"))
        self.states = dict(changes.order_by("on", "pk").values_list("item", "state"))

    @cached_property
    def previous_reports(self) -> dict[int, ProgressReport]:
        """Return the last month's approved reports by part."""
        return {report.assignment_id: report for report in self._approved}

    def key_of(self, row: Row) -> str:
        """Return the field by which the row is found."""
        return next((key for key in ("code", "title", "serial") if key in row.cells), "title")

    def find(self, checked: Checked, row: Row) -> Assignment | None:
        """Return the part that the row means; notes an error and returns None when none or several fit."""
        code, title = self._said(row, "code"), self._said(row, "title")
        if not code and not title:
            code = self._said(row, "serial")
        if not code and not title:
            checked.error(row, "title", "没有编号也没有任务名，不知道是哪一项。")
            return None
        by_title = self.by_title.get(title, []) if title else []
        found = by_title
        if code:
            by_code = self._in_list(row, self.by_code.get(code, []))
            both = [part for part in by_code if part in by_title]
            found = both or (by_code if not title or not by_title else by_title)
            if title and not both and by_code and not by_title:
                names = "、".join(dict.fromkeys(part.item.title for part in by_code[:2]))
                checked.error(row, "code", f"编号“{code}”的任务是“{names[:60]}”，与所填任务名不符。")
                return None
        found = self._in_list(row, found)
        if not found:
            whose = "本单位没有" if self.own else "没有找到"
            said = f"编号为“{code}”的任务" if code else f"任务“{title[:40]}”"
            checked.error(row, "code" if code and "code" in row.cells else self.key_of(row), f"{whose}{said}。")
            return None
        return self._one(checked, row, found)

    def _said(self, row: Row, key: str) -> str:
        cell = row.cells.get(key)
        return "" if cell is None or is_empty(cell.text) else squeeze(cell.text).rstrip("、.。")

    def _in_list(self, row: Row, found: list) -> list:
        wanted = self._said(row, "list")
        if not wanted:
            return found
        return [p for p in found if wanted in (squeeze(p.item.task_list.short), squeeze(p.item.task_list.title))]

    def _one(self, checked, row, found) -> Assignment | None:
        if len({part.item_id for part in found}) > 1:
            lists = "、".join(dict.fromkeys(part.item.task_list.short for part in found))
            checked.error(row, self.key_of(row), f"有几项任务都是这样写的（{lists}），请加“清单”列写明是哪一份清单。")
            return None
        if len(found) == 1:
            return found[0]
        cell = row.cells.get("organisation")
        if cell is not None and not is_empty(cell.text):
            read = self.owners.read(cell.text, "responsible")
            if read.unknown:
                checked.error(row, "organisation", f"不认识的单位“{read.unknown[0][:40]}”。", cell)
                return None
            owners = read.owners
            named = {*owners.lead, *owners.responsible, *owners.supporting}
            chosen = [part for part in found if part.organisation.short in named]
            if not chosen:
                checked.error(row, "organisation", f"“{cell.text[:40]}”不填报这项任务。", cell)
                return None
            found = chosen
        deciding = [part for part in found if part.decides]
        if len(found) == 1 or len(deciding) == 1:
            return (found if len(found) == 1 else deciding)[0]
        checked.error(row, self.key_of(row), f"这项任务有 {len(found)} 个单位填报，请用“填报单位”列写明是哪一个单位。")
        return None
