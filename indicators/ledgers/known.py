"""What the rows of a ledger may mean: indicators by code, name or scope; organisations; values that stand."""

import re
from collections import defaultdict
from decimal import Decimal

from accounts.naming import OrganisationNames
from common.ledgers.checked import Checked
from common.ledgers.table import Row, Table
from common.ledgers.words import is_empty, squeeze
from indicators import collecting
from indicators.ledgers.fields import plain
from indicators.models import Indicator, Observation


def said(row: Row, key: str) -> str:
    cell = row.cells.get(key)
    return "" if cell is None or is_empty(cell.text) else cell.text.strip()


class Indicators:
    """Indicators by the words that sheets have for them."""

    def __init__(self):
        self.by_pk, self.by_code, self.by_name = {}, {}, defaultdict(list)
        for indicator in Indicator.objects.select_related("owner").order_by("code"):
            self.by_pk[indicator.pk] = indicator
            self.by_code[squeeze(indicator.code).upper()] = indicator
            for words in {
                plain(indicator.name),
                plain(indicator.scope),
                f"{plain(indicator.name)}({plain(indicator.scope)})",
            }:
                self.by_name[words].append(indicator)

    def of(self, checked: Checked, row: Row, default: Indicator | None) -> Indicator | None:
        """Return the row's indicator; notes an error at its cell and returns None when none or several fit."""
        code, name, scope = said(row, "code"), said(row, "name"), said(row, "scope")
        if not code and not name:
            if default is None:
                checked.error(row, "name", "没有指标代码也没有指标名称，不知道是哪个指标。")
            return default
        by_code = self.by_code.get(squeeze(code).upper()) if code else None
        named = self._named(name) if name else []
        if by_code and named and by_code not in named:
            checked.error(row, "code", f"代码“{code[:20]}”的指标是“{by_code.name}”，与所填名称不符。")
            return None
        if by_code:
            return by_code
        if code and not named:
            key = "code" if not name else "name"
            words = f"代码为“{code[:20]}”" if not name else f"名为“{name[:30]}”"
            checked.error(row, key, f"没有{words}的指标，请核对。")
            return None
        if len(named) > 1 and scope:
            named = [one for one in named if plain(scope) in plain(one.scope)] or named
        if len(named) > 1:
            entered = [one for one in named if not one.rule and one.reported_by != Indicator.ReportedBy.NONE]
            named = entered if len(entered) == 1 else named
        if len(named) == 1:
            return named[0]
        if not named:
            checked.error(row, "name", f"没有名为“{name[:30]}”的指标，请核对名称或写指标代码。")
        else:
            codes = "、".join(one.code for one in named[:4])
            checked.error(row, "name", f"有 {len(named)} 个指标都叫这个名称（{codes}），请写指标代码或口径。")
        return None

    def _named(self, name: str) -> list[Indicator]:
        words = plain(re.sub(r"^\d+[.、]\s*", "", name))
        for form in (words, re.sub(r"\([^()]*\)$", "", words)):
            if found := self.by_name.get(form):
                return found
        by_code = self.by_code.get(words.upper())
        return [by_code] if by_code else []

    def in_title(self, table: Table) -> Indicator | None:
        """Return the one indicator that the title or the sheet's name speaks of: the longest name in it."""
        for text in (*table.above, squeeze(table.sheet.name)):
            found = [
                one for name, rows in self.by_name.items() for one in rows if len(name) > 2 and name in plain(text)
            ]
            found = [one for one in found if plain(one.name) in plain(text)]
            if found:
                longest = max(len(one.name) for one in found)
                found = {one.pk: one for one in found if len(one.name) == longest}
                if len(found) == 1:
                    return next(iter(found.values()))
        return None


class Organisations:
    """Organisations by name; bound to ``own`` where an organisation brings its own ledger."""

    def __init__(self, table: Table, own):
        self.names, self.own = OrganisationNames(), own
        self.default = own or self._named_in(table)

    def _named_in(self, table: Table):
        """The unit that the sheet is of: its name, or 填报单位:… above the header, or the title's first words."""
        words = [table.sheet.name]
        words += [
            m[1] for text in table.above if (m := re.match(r"(?:填报|报送|责任)?单位(?:\([^()]*\))?:(.+)", text))
        ]
        words += [m[1] for text in table.above if (m := re.match(r"(.{2,12}?)20\d\d年", text))]
        found = [named.organisation for text in words if (named := self.names.find(text))]
        return next((row for row in found if row.kind != "collective"), None)

    def of(self, checked: Checked, row: Row):
        """Return the row's organisation; notes an error at its cell and returns None for an unknown or another's."""
        cell = row.cells.get("organisation")
        if cell is None or checked.table.is_broken(cell) or is_empty(cell.text):
            if self.default is None:
                checked.error(row, "organisation", "没有写是哪个单位的数据。")
            return self.default
        found = self.names.find(cell.text)
        if found is None or found.organisation.kind == "collective":
            checked.error(
                row, "organisation", f"不认识的单位“{cell.text[:20]}”，请写规范简称，或请系统管理员添加别称。", cell
            )
            return None
        organisation = found.organisation
        if self.own is not None and organisation.pk != self.own.pk:
            checked.error(
                row, "organisation", f"只能导入{self.own.short}的数据，这一行是{organisation.short}的。", cell
            )
            return None
        if found.former:
            checked.warn(
                row, "organisation", f"“{cell.text[:20]}”现为{organisation.short}，按{organisation.short}导入。", cell
            )
        return organisation


class Standing:
    """The values that stand, by (indicator, organisation, member): for changes, and to hold new ones against."""

    def __init__(self, indicators: set[int]):
        self.rows, self._series = {}, defaultdict(list)
        rows = (
            Observation.objects.filter(indicator__in=indicators)
            if len(indicators) < 400
            else Observation.objects.all()
        )
        for row in rows.order_by("period"):
            self.rows[row.indicator_id, row.organisation_id, row.member, row.period] = row
            if row.state != Observation.State.RETURNED:
                self._series[row.indicator_id, row.organisation_id, row.member].append((row.period, row.value))

    def history(self, indicator, organisation, member, period: str) -> list[Decimal]:
        """Return the earlier values, the newest first."""
        series = self._series.get((indicator.pk, organisation.pk, member), ())
        return [value for at, value in reversed(series) if at < period][: collecting.HISTORY]

    def learn(self, indicator, organisation, member, period: str, value: Decimal) -> None:
        """Let later rows of the ledger be held against this one."""
        series = self._series[indicator.pk, organisation.pk, member]
        series.append((period, value))
        series.sort(key=lambda pair: pair[0])
