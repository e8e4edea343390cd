"""Entering memoranda with what was published of them, and adding their clauses."""

from datetime import date

from django.db import transaction

from accounts.permissions import may
from common import audit
from common.errors import UserError
from common.turns import one_after_another
from common.versions import save_over
from projects.models import Memorandum, MemorandumClause
from projects.places.keys import free_key
from projects.places.sources import source_of

LIMITS = {"title": 160, "partner": 120, "local_party": 120}
CLAUSE_LIMIT, MOST_CLAUSES = 200, 200


@transaction.atomic
def save_memorandum(
    *,
    memorandum: Memorandum | None,
    version: int,
    title: str,
    partner: str,
    local_party: str,
    signed_on: date,
    field_count: int | None,
    aspect_count: int | None,
    source_title: str,
    source_on: date | None,
    clauses: str,
    by,
    on: date,
) -> Memorandum:
    """Create or change a memorandum and return it; ``clauses`` are added, one a line, those it has already are not.

    Raises StaleVersion when somebody else saved meanwhile. The same new memorandum posted again is the same one.
    """
    if not may(by, "supervise"):
        raise UserError("合作协议由协调办登记。")
    values = {
        "title": title.strip(),
        "partner": partner.strip(),
        "local_party": local_party.strip(),
        "signed_on": signed_on,
        "field_count": field_count,
        "aspect_count": aspect_count,
    }
    lines = _lines(clauses)
    source_title = source_title.strip()
    _check(values, source_title, on)
    one_after_another()
    same = Memorandum.objects.filter(title=values["title"], partner=values["partner"], signed_on=signed_on)
    if memorandum is None and (found := same.first()):
        known = {clause.text for clause in found.clauses.all()}
        if known.issuperset(lines) and all(getattr(found, name) == value for name, value in values.items()):
            return found
    if same.exclude(pk=memorandum.pk if memorandum else None).exists():
        raise UserError(f"已登记与{values['partner']} {signed_on} 签署的同名协议。", field="title")
    before = None
    if memorandum is None:
        key = free_key(Memorandum, f"m{signed_on:%Y%m%d}")
        memorandum = Memorandum.objects.create(key=key, source=source_of(source_title, source_on, None), **values)
    else:
        before = {name: getattr(memorandum, name) for name in values} | {"source": str(memorandum.source or "")}
        source = source_of(source_title, source_on, memorandum.source)
        memorandum = save_over(memorandum, version=version, source=source, **values)
    added = _add_clauses(memorandum, lines)
    audit.record(
        by=by,
        action="修改合作协议" if before else "新建合作协议",
        target=memorandum,
        before=before,
        after=values | {"source": source_title, "added": added},
    )
    return memorandum


def _lines(text: str) -> list[str]:
    """Return the lines that say something, each once, in their order."""
    lines = list(dict.fromkeys(filter(None, (" ".join(line.split()) for line in text.splitlines()))))
    for number, line in enumerate(lines, 1):
        if len(line) > CLAUSE_LIMIT:
            raise UserError(f"第 {number} 项 {len(line)} 字，每项最多 {CLAUSE_LIMIT} 字。", field="clauses")
    return lines


def _check(values, source_title, on) -> None:
    for field, words in (("title", "协议名称"), ("partner", "合作方")):
        if not values[field]:
            raise UserError(f"请填写{words}。", field=field)
    for field, limit in LIMITS.items():
        if len(values[field]) > limit:
            raise UserError(f"最多 {limit} 字，现有 {len(values[field])} 字。", field=field)
    if values["signed_on"] > on:
        raise UserError(f"签署日期不能晚于今天（{on}）。", field="signed_on")
    if not source_title and (values["field_count"], values["aspect_count"]) != (None, None):
        raise UserError("填写了公布的领域数或方面数，请注明来源。", field="source_title")


def _add_clauses(memorandum, lines) -> list[str]:
    """Add the clauses that are new, after the last; return their texts."""
    standing = list(memorandum.clauses.order_by("order"))
    known = {clause.text for clause in standing}
    added = [line for line in lines if line not in known]
    if len(standing) + len(added) > MOST_CLAUSES:
        raise UserError(f"一份协议最多 {MOST_CLAUSES} 项，现有 {len(standing)} 项。", field="clauses")
    first = standing[-1].order + 1 if standing else 1
    MemorandumClause.objects.bulk_create(
        MemorandumClause(memorandum=memorandum, order=order, text=text) for order, text in enumerate(added, first)
    )
    return added
