"""Writing a checked ledger of projects: new ones with their stage log, changes over the version that was seen."""

from django.db import IntegrityError, transaction
from django.db.models.functions import Length

from common import bulk
from common.errors import UserError
from common.ledgers.checked import Checked
from common.ledgers.kinds import Asked
from common.ledgers.writing import CHANGED_SINCE, STALE, chunks
from projects.ledgers.project_rows import ProjectRow
from projects.models import Project, StageChange
from projects.stages import OFF_PATH

PLAIN = ("county", "platform", "event")  # kept by key where a change is to be taken back


def write_projects(checked: Checked, asked: Asked, batch) -> dict:
    """Add and change the projects; return the keys of what was made and the values that stood before."""
    new = [row for row in checked.ready if row.project is None]
    changed = [row for row in checked.ready if row.project is not None]
    codes = _free_codes(new, asked.on.year)
    author = {"created_by_id": asked.by.pk if asked.by else None, "created_on": asked.on}
    try:
        with transaction.atomic():
            made = bulk.insert(
                Project,
                (_plain(row.values) | author | {"code": row.code or next(codes)} for row in new),
            )
    except IntegrityError as error:
        raise UserError(STALE) from error
    undo = _change(changed)
    pairs = [*zip(made, new, strict=True), *((row.project.pk, row) for row in changed)]
    stages = [change for project, row in pairs for change in _stages(project, row, asked.by)]
    keys = bulk.insert(StageChange, stages)
    return {
        "projects": made,
        "changed": undo,
        "stages": [[key, change["project_id"]] for key, change in zip(keys, stages, strict=True)],
    }


def _plain(values: dict) -> dict:
    """Return the values as the table holds them: rows by their keys."""
    return {_attribute(key): value.pk if key in PLAIN and value else value for key, value in values.items()}


def _free_codes(rows: list[ProjectRow], year: int):
    """Yield codes of the year in the manner of the project form: 2023-0043, …"""
    numbered = Project.objects.filter(code__startswith=f"{year}-", code__regex=r"^[0-9]{4}-[0-9]{4,}$")
    last = numbered.order_by(Length("code").desc(), "-code").first()
    number = int(last.code[5:]) if last else 0
    own = {row.code for row in rows}
    while True:
        number += 1
        if (code := f"{year}-{number:04d}") not in own:
            yield code


def _change(rows: list[ProjectRow]) -> list:
    """Change projects over the versions that the check has seen; return [id, version now, values before]."""
    seen = {row.project.pk: row.project.version for row in rows}
    for ids in chunks(list(seen)):
        now = dict(Project.objects.select_for_update().filter(pk__in=ids).values_list("pk", "version"))
        if any(now.get(pk) != seen[pk] for pk in ids):
            raise UserError(STALE)
    undo, projects, names = [], [], set()
    for row in rows:
        project, changes = row.project, row.changes
        if not changes:
            continue
        before = {_attribute(key): _kept(getattr(project, _attribute(key))) for key in changes}
        for key, value in changes.items():
            setattr(project, key, value)
        names |= {_attribute(key) for key in changes}
        undo.append([project.pk, project.version + 1, before])
        projects.append(project)
    bulk.change(Project, ((p.pk, p.version, {name: getattr(p, name) for name in sorted(names)}) for p in projects))
    return undo


def _attribute(key: str) -> str:
    return f"{key}_id" if key in PLAIN else key


def _kept(value):
    return value if value is None or isinstance(value, int | str) else str(value)


def _stages(project: int, row: ProjectRow, by):
    for stage, day, words in row.stages:
        off_path = stage in OFF_PATH
        yield {
            "project_id": project,
            "stage": stage,
            "on": day,
            "evidence": "" if off_path else words[:120],
            "reason": words[:200] if off_path else "",
            "recorded_by_id": by.pk if by else None,
        }


def undo_projects(undo: dict) -> None:
    """Take the projects back. Raises UserError when any was changed, or has money, stages or cases, since."""
    made, changed = undo["projects"], undo["changed"]
    own = dict(undo["stages"])
    _refuse_what_came_after(made, own)
    for pk, version, before in changed:
        if not Project.objects.filter(pk=pk, version=version).update(**before, version=version + 1):
            raise UserError(CHANGED_SINCE)
    for ids in chunks(list(own)):
        if StageChange.objects.filter(pk__in=ids).count() != len(ids):
            raise UserError(CHANGED_SINCE)
        StageChange.objects.filter(pk__in=ids).delete()
    for ids in chunks(made):
        Project.objects.filter(pk__in=ids).delete()


def _refuse_what_came_after(made: list[int], own: dict[int, int]) -> None:
    related = [row for row in Project._meta.related_objects if row.related_model is not StageChange]
    for ids in chunks(made):
        if Project.objects.filter(pk__in=ids, version=1).count() != len(ids):
            raise UserError(CHANGED_SINCE)
        if any(row.related_model._base_manager.filter(**{f"{row.field.name}__in": ids}).exists() for row in related):
            raise UserError("导入的项目已有资金、诉求等记录，不能撤销；请逐项更正。")
    mine = set(own)
    touched = list(set(own.values()))
    for ids in chunks(touched):
        later = StageChange.objects.filter(project__in=ids, pk__gt=min(mine, default=0)).values_list("pk", flat=True)
        if set(later) - mine:
            raise UserError(CHANGED_SINCE)
