"""What a person may correct in a read plan before it is confirmed: clauses, their owners, deadlines, targets.

The functions change the plan that they are given; its drafts are kept by ``plan_drafts``. Clauses are counted
through the whole plan, from 0.
"""

import re
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from common.errors import UserError
from tasklists.models import ItemTarget
from tasklists.plans.plan import Clause, Deadline, Owners, Plan, Target

ROLES = {"lead": "牵头", "responsible": "责任", "supporting": "配合"}
COMPARATORS = dict(ItemTarget.Comparator.choices)
MOST_OWNERS = 120


@dataclass
class Typed:
    """A clause as its form holds it: every value is text, so that what was typed can be shown again."""

    title: str = ""
    text: str = ""
    due: str = ""
    long_term: bool = False
    owners: list[tuple[str, str]] = field(default_factory=list)  # name, role; an empty role takes the name out
    targets: list[dict] = field(default_factory=list)  # name, comparator, value, unit, at (its place, or "")


def typed_of(clause: Clause) -> Typed:
    """Return the clause as its form begins."""
    owners = [(name, role) for role in ROLES for name in getattr(clause.owners, role)]
    owners += [(name, "responsible") for name in clause.owners.collectives]
    dates = [deadline.date for deadline in clause.deadlines if deadline.date]
    return Typed(
        title=clause.title,
        text=clause.text,
        due=max(dates).isoformat() if dates else "",
        long_term=not dates and any(deadline.long_term for deadline in clause.deadlines),
        owners=owners,
        targets=[
            {"name": t.name, "comparator": t.comparator, "value": f"{t.value.normalize() + 0:f}", "unit": t.unit,
             "at": str(at)}
            for at, t in enumerate(clause.targets)
        ],
    )  # fmt: skip


def clause_at(plan: Plan, index: int) -> Clause:
    """Return the clause; raises UserError when the plan has none of this number."""
    clauses = plan.clauses()
    if not 0 <= index < len(clauses):
        raise UserError("这一项已经不在预览里，请核对后再改。")
    return clauses[index]


def correct(plan: Plan, index: int, typed: Typed, directory) -> None:
    """Put what was typed in the clause's place. Raises UserError in one sentence, the plan left as it was."""
    clause = clause_at(plan, index)
    text = typed.text.replace("\r\n", "\n").strip()
    title = " ".join(typed.title.split())
    if not text:
        raise UserError("请写任务内容；不要这一项时用“删除”。", field="text")
    if len(title) > 160:
        raise UserError(f"任务名称最多 160 个字，现为 {len(title)} 个字。", field="title")
    deadlines = _deadlines(clause, typed)
    owners = _owners(typed.owners, directory)
    targets = _targets(clause, typed.targets)
    forget_doubts(plan, clause)
    clause.title, clause.text = title, text
    clause.deadlines, clause.owners, clause.targets = deadlines, owners, targets
    find_unmatched(plan, directory)


def _deadlines(clause, typed):
    before = typed_of(clause)
    if (typed.due, typed.long_term) == (before.due, before.long_term):
        return clause.deadlines
    if not typed.due:
        return [Deadline("长期坚持", None, True)] if typed.long_term else []
    if typed.long_term:
        raise UserError("完成时限和长期坚持只能选一样。", field="due")
    try:
        day = date.fromisoformat(typed.due)
    except ValueError:
        raise UserError(f"完成时限“{typed.due[:20]}”无法识别，应写作 2023-12-31。", field="due") from None
    return [Deadline(f"{day.year}年{day.month}月{day.day}日前", day)]


def _owners(rows, directory, one_lead=True):
    """Names as the directory knows them: collectives among the collectives, unknown ones as written."""
    owners, placed = Owners(), set()
    rows = [(name.strip(), role) for name, role in rows if name.strip() and role in ROLES]
    if len(rows) > MOST_OWNERS:
        raise UserError(f"一项任务最多 {MOST_OWNERS} 个单位。", field="owners")
    for role in ROLES:
        for name, its_role in rows:
            found = directory.find(name)
            if its_role == role and found.name not in placed:
                placed.add(found.name)
                owners.add("collectives" if found.collective else role, found.name)
    if one_lead and len(owners.lead) > 1:
        raise UserError("一项任务只有一个牵头单位，请把其余的改为责任或配合。", field="owners")
    return owners


def _targets(clause, rows):
    targets = []
    for row in rows:
        name, value = row["name"].strip(), row["value"].strip().replace(",", "").replace("，", "")
        if not name and not value:
            continue
        if not name:
            raise UserError(f"请写目标“{value}”的名称。", field="targets")
        try:
            number = Decimal(value)
            in_range = number.is_finite() and abs(number) < Decimal(10) ** 13
        except InvalidOperation:
            in_range = False
        if not in_range:
            raise UserError(f"目标“{name[:20]}”的数值“{value[:20]}”不是数字。", field="targets")
        comparator = row["comparator"] if row["comparator"] in COMPARATORS else ">="
        at = int(row["at"]) if row["at"].isdecimal() and int(row["at"]) < len(clause.targets) else None
        target = deepcopy(clause.targets[at]) if at is not None else Target(name, comparator, number, "")
        if comparator != "range":
            target.value_to = None
        elif target.value_to is None:
            raise UserError(f"目标“{name[:20]}”没有上限，请选别的比较方式。", field="targets")
        target.name, target.comparator, target.value = name[:120], comparator, number
        target.unit = row["unit"].strip()[:16]
        targets.append(target)
    return targets


def delete(plan: Plan, index: int) -> None:
    """Take the clause out, with its item when it was the only one."""
    clause = clause_at(plan, index)
    forget_doubts(plan, clause)
    for item in plan.items:
        item.clauses = [other for other in item.clauses if other is not clause]
    plan.items = [item for item in plan.items if item.clauses]


def merge_up(plan: Plan, index: int) -> None:
    """Join the clause to the one before it, of the same chapter: words, owners, deadlines and targets."""
    clause = clause_at(plan, index)
    if index == 0:
        raise UserError("这是第一项，前面没有可以并入的。")
    before = clause_at(plan, index - 1)
    if _item_of(plan, clause).chapter != _item_of(plan, before).chapter:
        raise UserError("前一项属于另一部分，不能并入。")
    before.text += clause.text
    leads = before.owners.lead
    before.owners.merge(clause.owners)
    if leads:  # one task, one lead: the later one answers beside it
        for name in [name for name in before.owners.lead if name not in leads[:1]]:
            before.owners.lead.remove(name)
            before.owners.add("responsible", name)
    before.deadlines += clause.deadlines
    before.targets += clause.targets
    delete(plan, index)


def split(plan: Plan, index: int, text: str) -> None:
    """Part the clause where ``text`` has an empty line; each part keeps the owners and deadlines.

    A target goes to the part in which its number stands, else to the first.
    """
    clause = clause_at(plan, index)
    parts = [part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]
    if len(parts) < 2:
        raise UserError("请在内容里要拆开的地方空一行，再点“按空行拆分”。", field="text")
    item = _item_of(plan, clause)
    made = [Clause(part, clause.line, deepcopy(clause.owners), deepcopy(clause.deadlines), []) for part in parts]
    for target in clause.targets:
        number = f"{target.value.normalize() + 0:f}"
        next((part for part in made if number in part.text), made[0]).targets.append(target)
    at = next(place for place, other in enumerate(item.clauses) if other is clause)
    item.clauses[at : at + 1] = made


def replace_unit(plan: Plan, written: str, name: str, directory) -> None:
    """Put another name in a name's place, wherever it stands."""
    for clause in plan.clauses():
        rows = typed_of(clause).owners
        if any(other == written for other, _ in rows):
            rows = [(name if other == written else other, role) for other, role in rows]
            clause.owners = _owners(rows, directory, one_lead=False)
    find_unmatched(plan, directory)


def find_unmatched(plan: Plan, directory) -> None:
    """Renew the plan's list of names that are no organisation."""
    names = [name for clause in plan.clauses() for role in ROLES for name in getattr(clause.owners, role)]
    plan.unmatched_units = [name for name in dict.fromkeys(names) if not directory.is_known(name)]


def forget_doubts(plan: Plan, clause: Clause) -> None:
    """A person has looked at the clause: what was doubtful of its lines is so no longer."""
    lines = sorted({other.line for other in plan.clauses()})
    plan.warnings = [
        doubt
        for doubt in plan.warnings
        if doubt.line - clause.line > 1 or max((n for n in lines if n <= doubt.line), default=None) != clause.line
    ]


def _item_of(plan, clause):
    return next(item for item in plan.items if any(other is clause for other in item.clauses))
