"""The projects that a ledger's rows may mean, found by code or by name, investor and county."""

import re
from collections import defaultdict

from accounts.models import Organisation
from accounts.naming import OrganisationNames
from common.ledgers.checked import Checked
from common.ledgers.table import Row, Table
from common.ledgers.words import is_empty, squeeze
from projects.models import Platform, Project, SigningEvent

OWN_CODE = re.compile(r"[A-Za-z][0-9A-Za-z-]{2,19}|20\d\d-\d{3,}")  # what may be a project's code, no mere number
_NAME_TAIL = re.compile("(?:建设)?项目$")


def name_key(text: str) -> str:
    """Return a name as it is compared: 某某产业园项目 and 某某产业园 are one."""
    text = re.sub(r"^\d+[.、]", "", squeeze(text)).strip("\"'“”《》")
    return _NAME_TAIL.sub("", text) or text


class Counties:
    """Counties and zones by the names that sheets call them; bound to ``own`` where a county brings the ledger."""

    def __init__(self, table: Table, own=None):
        self.names, self.own = OrganisationNames(), own
        self.default = own or self._place(table.sheet.name) or self._place(_of_line(table))
        self._chapters = {}

    def of(self, checked: Checked, row: Row):
        """Return the row's county: its own cell's, its chapter line's, the sheet's. None where none is named.

        An unknown name, or another county than ``own``, is an error at its cell.
        """
        cell = row.cells.get("county")
        if cell is None or checked.table.is_broken(cell) or is_empty(cell.text):
            return self._of_chapter(row.chapter) or self.default
        found = self.names.find(cell.text)
        if found is None:
            first = re.split("[、,;/]", squeeze(cell.text))[0]
            found = self.names.find(first) if first != squeeze(cell.text) else self._leading(first)
            if found:
                checked.warn(row, "county", f"“{cell.text[:20]}”读作{found.organisation.short}，请核对。", cell)
        if found is None:
            checked.error(
                row, "county", f"不认识的单位“{cell.text[:20]}”，请写县市区的规范简称，或请系统管理员添加别称。", cell
            )
            return None
        organisation = found.organisation
        if organisation.kind not in ("county", "zone"):
            checked.error(row, "county", f"“{cell.text[:20]}”不是县市区或功能区。", cell)
            return None
        if self.own is not None and organisation.pk != self.own.pk:
            checked.error(row, "county", f"只能导入{self.own.short}的数据，这一行是{organisation.short}的。", cell)
            return None
        if found.former:
            checked.warn(
                row, "county", f"“{cell.text[:20]}”现为{organisation.short}，按{organisation.short}导入。", cell
            )
        return organisation

    def _leading(self, text: str):
        """A place inside a county begins with its name: 齐河县经济开发区."""
        return next((found for n in range(len(text) - 1, 2, -1) if (found := self.names.find(text[:n]))), None)

    def _of_chapter(self, chapter: str):
        if chapter and chapter not in self._chapters:
            bare = re.sub(r"^(?:[一二三四五六七八九十]+[、.]|\([一二三四五六七八九十]+\))", "", chapter)
            self._chapters[chapter] = self._place(bare)
        return self._chapters.get(chapter)

    def _place(self, text: str):
        found = self.names.find(text) if text else None
        return found.organisation if found and found.organisation.kind in ("county", "zone") else None


def _of_line(table: Table) -> str:
    """Return the unit that a line above the header names: 填报单位:齐河县."""
    for text in table.above:
        if match := re.match(r"(?:填报|报送|申报)单位(?:\([^()]*\))?:(.+)", text):
            return match[1]
    return ""


class KnownProjects:
    """All projects, or those of one county: the ones that whoever brings the ledger may see."""

    def __init__(self, own=None, *, brief=False):
        """``brief`` leaves out what only a ledger of projects compares."""
        rows = Project.objects.order_by("pk")
        if own is not None:
            rows = rows.filter(county=own)
        if brief:
            rows = rows.only("code", "name", "investor", "county")
        self.own = own
        self.by_code, self.by_name = {}, defaultdict(list)
        shared = (
            {"county": Organisation}
            if brief
            else {"county": Organisation, "platform": Platform, "event": SigningEvent}
        )
        known = {name: model.objects.in_bulk() for name, model in shared.items()}
        for project in rows:
            for name, found in known.items():  # thousands share a few: each of these stands in memory once
                setattr(project, name, found.get(getattr(project, f"{name}_id")))
            self.by_code[squeeze(project.code).upper()] = project
            self.by_name[name_key(project.name)].append(project)

    def find(self, checked: Checked, row: Row, county) -> Project | None:
        """Return the project that a row of money means; notes an error and returns None when none or several fit."""
        code, name, investor = (row.said(key) for key in ("code", "name", "investor"))
        if not code and not name:
            checked.error(row, "name", "没有项目编号也没有项目名称，不知道是哪个项目。")
            return None
        by_code = self.by_code.get(squeeze(code).upper()) if code else None
        by_name = self.by_name.get(name_key(name), []) if name else []
        if by_code and name and by_code not in by_name:
            if not by_name or OWN_CODE.fullmatch(squeeze(code)):
                checked.error(row, "name", f"编号“{code}”的项目是“{by_code.name}”，与所填名称不符。")
                return None
            by_code = None
        if by_code:
            return by_code
        if county is not None and "county" in row.cells:
            inside = [project for project in by_name if project.county_id == county.pk]
            if by_name and not inside:
                where = "、".join(dict.fromkeys(p.county.short if p.county else "未定" for p in by_name))
                checked.error(row, "county", f"项目“{name[:30]}”落地在{where}，不在{county.short}。")
                return None
            by_name = inside
        if len(by_name) > 1 and county is not None:
            by_name = [project for project in by_name if project.county_id == county.pk] or by_name
        if len(by_name) > 1 and investor:
            by_name = [p for p in by_name if squeeze(p.investor) == squeeze(investor)] or by_name
        if len(by_name) == 1:
            return by_name[0]
        key = "name" if name and "name" in row.cells else "code"
        if by_name:
            codes = "、".join(project.code for project in by_name[:4])
            checked.error(row, key, f"有 {len(by_name)} 个同名项目（编号 {codes}），请用“项目编号”列写明是哪一个。")
        else:
            whose = f"{self.own.short}没有" if self.own else "没有"
            said = f"名为“{name[:40]}”" if name else f"编号为“{code[:20]}”"
            checked.error(row, key, f"{whose}{said}的项目，请先登记项目或核对名称。")
        return None
