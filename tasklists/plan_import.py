"""From a read plan to a draft task list: units found among the organisations, collectives expanded.

The same text makes one list however often it is confirmed: ``TaskList.source_digest`` is unique.
"""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, field

from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import Organisation
from accounts.permissions import may
from common import audit, bulk
from common.errors import UserError
from common.loading import shipped
from tasklists.models import Assignment, ItemTarget, PlanNode, TaskItem, TaskList
from tasklists.plans.plan import Plan
from tasklists.plans.reading import read_plan
from tasklists.plans.sources import UnreadableSource, read_lines
from tasklists.plans.units import Collective, UnitDirectory, UnitEntry

WHOLE_LIST = "全部任务"  # the only aspect of a plan without chapters
ROLES = tuple(Assignment.Role.values)
REACH = {frozenset({"county"}): "counties", frozenset({"county", "zone"}): "counties+zones"}


@dataclass(frozen=True)
class ReadPlan:
    """A plan with the digest of its words, by which its list is known again."""

    plan: Plan
    digest: str


def read_source(name: str, content: bytes, title: str | None = None) -> ReadPlan:
    """Read a document's bytes; raises UserError in one sentence when it cannot be read."""
    try:
        lines = read_lines(name, content)
    except UnreadableSource as refusal:
        raise UserError(str(refusal), field="file") from refusal
    words = "\n".join(text for line in lines if (text := line.text.strip()))
    return ReadPlan(
        plan=read_plan(lines, unit_directory(), title=title), digest=hashlib.sha256(words.encode()).hexdigest()
    )


def unit_directory() -> UnitDirectory:
    """Return the directory of units from the organisations; from the shipped files while there are none."""
    try:
        rows = list(Organisation.objects.prefetch_related("aliases", "members").select_related("successor"))
    except DatabaseError:  # not migrated yet: reading a plan needs no database
        rows = []
    if not rows:
        return UnitDirectory.from_files(shipped("departments.json"), shipped("regions.json"))
    return UnitDirectory(_entries(rows), _collectives(rows))


def _entries(rows):
    former = {}
    for row in rows:
        if row.successor:
            former.setdefault(row.successor_id, []).extend(_names(row))
    for row in rows:
        if row.successor is None and row.kind in ("department", "county", "zone", "city"):
            aliases = [alias for alias in row.aliases.all() if alias.kind == "alias"]
            own_former = [alias.name for alias in row.aliases.all() if alias.kind == "former"]
            names = [row.name, *(alias.name for alias in aliases)]
            if row.kind == "zone":
                names = _names(row)
            yield UnitEntry(row.short, tuple(names), (*own_former, *former.get(row.pk, ())), row.kind)


def _names(row):
    """A zone's names, each also as its committee (管委会)."""
    names = [row.short, row.name, *(alias.name for alias in row.aliases.all())]
    return [*names, *(f"{name}管委会" for name in names if not name.endswith("管委会"))]


def _collectives(rows):
    for row in rows:
        if row.kind == "collective":
            reach = REACH.get(frozenset(member.kind for member in row.members.all()))
            yield Collective(row.short, tuple(alias.name for alias in row.aliases.all()), reach)


@dataclass
class Committed:
    """What was written: the list, whether this call made it, and what could not be assigned."""

    task_list: TaskList
    created: bool
    unassigned: list[str] = field(default_factory=list)


def commit_plan(*, read: ReadPlan, title: str, short: str, year: int, by) -> Committed:
    """Write the plan as a draft list. The same text again returns the list that it made first.

    ``by`` is None for the command line. Raises UserError when the plan holds no task.
    """
    if by is not None and not may(by, "supervise"):
        raise UserError("只有协调办可以建立任务清单。")
    if not read.plan.items:
        raise UserError("没有找到任务，不能建立清单。")
    if existing := TaskList.objects.filter(source_digest=read.digest).first():
        return Committed(existing, created=False)
    try:
        with transaction.atomic():
            return _write(read, title, short, year, by)
    except IntegrityError:
        existing = TaskList.objects.filter(source_digest=read.digest).first()
        if existing is None:
            raise
        return Committed(existing, created=False)


def _write(read, title, short, year, by):
    plan = read.plan
    task_list = TaskList.objects.create(
        slug=f"plan-{year}-{read.digest[:8]}",
        title=title,
        short=short,
        doc_no=(plan.doc_no or "")[:60],
        issued_on=plan.issued_on,
        year=year,
        source_digest=read.digest,
        created_by=by,
    )
    items = _write_items(task_list, _Tree(task_list, plan), plan)
    unassigned = write_parts((item.pk, clause) for item, clause in items)
    ItemTarget.objects.bulk_create(
        ItemTarget(
            item=item,
            name=target.name[:120],
            comparator=target.comparator,
            value=target.value,
            value_to=target.value_to,
            unit=target.unit[:16],
            by=target.by,
            cumulative=target.cumulative,
            strength=target.strength or "",
            order=order,
        )
        for item, clause in items
        for order, target in enumerate(clause.targets)
    )
    audit.record(
        by=by,
        action="导入任务清单",
        target=task_list,
        after={"items": len(items), "digest": read.digest, "unassigned": unassigned},
    )
    return Committed(task_list, created=True, unassigned=unassigned)


class _Tree:
    """The list's chapters, sections and items, created in reading order."""

    def __init__(self, task_list, plan):
        self.task_list, self.count = task_list, 0
        self.chapters, self.sections = {}, {}
        self.titles = {chapter.no: chapter for chapter in plan.chapters}
        self.section_titles = {(section.chapter, section.no): section for section in plan.sections}

    def chapter(self, no):
        if no not in self.chapters:
            known = self.titles.get(no)
            self.chapters[no] = self._add("chapter", None, no or "", known.title if known else WHOLE_LIST)
        return self.chapters[no]

    def section(self, chapter, no):
        if no is None:
            return None
        if (chapter, no) not in self.sections:
            known = self.section_titles.get((chapter, no))
            parent = self.chapter(chapter)
            self.sections[chapter, no] = self._add("section", parent, no, known.title if known else no)
        return self.sections[chapter, no]

    def item(self, item):
        chapter = self.chapter(item.chapter)
        parent = self.section(item.chapter, item.section) or chapter
        return chapter, self._add("item", parent, item.no, headline(item.text), item.text)

    def _add(self, level, parent, number, title, text=""):
        self.count += 1
        return PlanNode.objects.create(
            task_list=self.task_list,
            parent=parent,
            level=level,
            number=number[:12],
            title=title[:200],
            text=text,
            order=self.count,
        )


def _write_items(task_list, tree, plan):
    """Create one task item per clause; return (task item, clause) pairs."""
    pairs, codes = [], _codes(plan)
    for item in plan.items:
        chapter, node = tree.item(item)
        for clause in item.clauses:
            dates = [deadline.date for deadline in clause.deadlines if deadline.date]
            due = max(dates, default=None)
            row = TaskItem(
                task_list=task_list,
                node=node,
                aspect=chapter,
                code=codes[id(clause)],
                order=len(pairs) + 1,
                title=clause.title or headline(clause.text),
                text=clause.text,
                due_on=due,
                due_text="；".join(dict.fromkeys(deadline.text for deadline in clause.deadlines))[:80],
                long_term=due is None and any(deadline.long_term for deadline in clause.deadlines),
            )
            pairs.append((row, clause))
    TaskItem.objects.bulk_create(row for row, _ in pairs)
    return pairs


def _codes(plan) -> dict[int, str]:
    """A code per clause: the item's number, with its chapter's place where numbers start anew, and the clause's."""
    repeated = {no for no, times in Counter(item.no for item in plan.items).items() if times > 1}
    places = {chapter.no: place for place, chapter in enumerate(plan.chapters, 1)}
    codes, used = {}, set()
    for item in plan.items:
        base = f"{places.get(item.chapter, 0)}.{item.no}" if item.no in repeated else item.no
        for place, clause in enumerate(item.clauses, 1):
            code = wanted = (f"{base}-{place}" if len(item.clauses) > 1 else base)[:16]
            again = 1
            while code in used:
                again += 1
                code = f"{wanted}_{again}"
            used.add(code)
            codes[id(clause)] = code
    return codes


def write_parts(pairs) -> list[str]:
    """Assign the units of each (task's key, clause); return the names that are no organisation or have no members."""
    known = {row.short: row for row in Organisation.objects.prefetch_related("members")}
    parts, unassigned = [], []
    for item, clause in pairs:
        rows = {}
        has_lead = False
        for role, organisation, via, written in _owners(clause.owners, known, unassigned):
            if role == Assignment.Role.LEAD and has_lead:
                role = Assignment.Role.RESPONSIBLE  # a task has one lead; the second one answers beside it
            if organisation.pk in rows:
                continue
            has_lead = has_lead or role == Assignment.Role.LEAD
            rows[organisation.pk] = {
                "item_id": item,
                "organisation_id": organisation.pk,
                "role": role,
                "via_id": via.pk if via else None,
                "written_as": written[:80],
            }
        decider = Assignment.Role.LEAD if has_lead else Assignment.Role.RESPONSIBLE
        parts += (row | {"decides": row["role"] == decider} for row in rows.values())
    bulk.insert(Assignment, parts)
    return list(dict.fromkeys(unassigned))


def _owners(owners, known, unassigned):
    """Yield (role, organisation, collective or None, name as written), named units before expanded ones."""
    for role in ROLES:
        for name in getattr(owners, role):
            if organisation := known.get(name):
                yield role, organisation, None, name
            else:
                unassigned.append(name)
    for name in owners.collectives:
        collective = known.get(name)
        members = collective.members.all() if collective else ()
        if not members:
            unassigned.append(name)
        for member in members:
            yield Assignment.Role.RESPONSIBLE, member, collective, name


def short_name(title: str, year: int) -> str:
    """Return a list's short name: the year and the kind of document that its title ends in, else the title cut."""
    kinds = re.findall("工作方案|实施方案|行动方案|工作要点|重点任务|任务清单|行动计划|实施意见", title)
    return f"{year}年{kinds[-1]}" if kinds else title[:24]


def headline(text: str) -> str:
    """Return a short title: the first sentence, cut at 60 characters."""
    first = text.strip().split("\n")[0]
    for mark in "。；;":
        first = first.split(mark)[0]
    return first if len(first) <= 60 else first[:59] + "…"
