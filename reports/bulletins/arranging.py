"""The office's arrangement of a kind of bulletin: which sections, in which order, when, and its own paragraphs."""

from django.db import IntegrityError, transaction

from common import audit
from common.errors import UserError
from common.versions import StaleVersion, save_over
from reports.bulletins.arrangements import SHIPPED, Entry, entries_of, shipped, template_key
from reports.bulletins.catalogue import ANNEXES, CONDITIONS, SECTIONS
from reports.models import BulletinTemplate

TITLE_LENGTH, TEXT_LENGTH, MOST_ENTRIES = 40, 2000, 30
MOVES = ("up", "down", "remove")


def find_kind(key: str) -> tuple[str, str]:
    """Return (kind, subject) of a template's key. Raises KeyError where there is none."""
    return {template_key(*pair): pair for pair in SHIPPED}[key]


def kept_template(key: str) -> BulletinTemplate | None:
    return BulletinTemplate.objects.filter(key=key).first()


def current_entries(key: str) -> list[Entry]:
    """Return the arrangement that the next building of this kind follows."""
    kept = kept_template(key)
    return entries_of(kept) if kept else shipped(*find_kind(key))


def choices(kind: str, subject: str, entries: list[Entry]) -> list[tuple[str, str]]:
    """Return the sections and annexes that may still be added, as (key, title)."""
    used = {entry.key for entry in entries}
    sections = [(k, s.title) for k, s in SECTIONS.items() if subject in s.subjects and kind in s.kinds]
    annexes = [(k, f"附件：{a.title}") for k, a in ANNEXES.items() if subject in a.subjects]
    return [(key, title) for key, title in (*sections, *annexes) if key not in used]


def moved(entries: list[Entry], act: str) -> list[Entry]:
    """Return the entries after one act of the page: ``up:2``, ``down:0``, ``remove:1``; others change nothing."""
    name, _, place = act.partition(":")
    entries = list(entries)
    if name not in MOVES or not place.isdecimal() or int(place) >= len(entries):
        return entries
    index = int(place)
    if name == "remove":
        del entries[index]
        return entries
    other = index - 1 if name == "up" else index + 1
    if 0 <= other < len(entries):
        entries[index], entries[other] = entries[other], entries[index]
    return entries


def check(entries: list[Entry], kind: str, subject: str) -> None:
    """Raise UserError naming the first entry that cannot stand as it is."""
    allowed = {key for key, _ in choices(kind, subject, [])}
    if not any(not entry.is_annex for entry in entries):
        raise UserError("至少要保留一个栏目。")
    if len(entries) > MOST_ENTRIES:
        raise UserError(f"栏目最多{MOST_ENTRIES}个，现有{len(entries)}个，请删去一些。")
    seen = set()
    for number, entry in enumerate(entries, start=1):
        if entry.key and (entry.key not in allowed or entry.key in seen):
            raise UserError(f"第{number}行的栏目重复或不适用于这类通报，请移除。")
        if entry.when not in CONDITIONS:
            raise UserError(f"第{number}行的出现条件无效，请重选。")
        if len(entry.title) > TITLE_LENGTH:
            raise UserError(f"第{number}行的标题有{len(entry.title)}个字，最多{TITLE_LENGTH}个，请缩短。")
        if len(entry.text) > TEXT_LENGTH:
            raise UserError(f"第{number}行的正文有{len(entry.text)}个字，最多{TEXT_LENGTH}个，请缩短。")
        if entry.is_own and not (entry.title and entry.text.strip()):
            raise UserError(f"第{number}行是自写栏目，标题和正文都要填写，不需要的请移除。")
        seen.add(entry.key or number)


@transaction.atomic
def save_arrangement(*, key: str, entries: list[Entry], version: int, by) -> BulletinTemplate:
    """Keep the arrangement over ``version`` (0: none was kept before). Raises UserError or StaleVersion."""
    kind, subject = find_kind(key)
    check(entries, kind, subject)
    rows = [entry.to_json() for entry in entries]
    kept = kept_template(key)
    if kept and kept.sections == rows:
        return kept
    if kept is None:
        names = (BulletinTemplate.Kind(kind).label, BulletinTemplate.Subject(subject).label)
        try:
            with transaction.atomic():
                saved = BulletinTemplate.objects.create(
                    key=key, name="".join(names), kind=kind, subject=subject, sections=rows, changed_by=by
                )
        except IntegrityError:
            raise StaleVersion(kept_template(key)) from None
        before = None
    else:
        before = kept.sections
        saved = save_over(kept, version=version, sections=rows, changed_by=by)
    audit.record(by=by, action="调整通报栏目", target=saved, before={"sections": before}, after={"sections": rows})
    return saved


@transaction.atomic
def reset_arrangement(*, key: str, by) -> None:
    """Go back to the arrangement as shipped; repeating it changes nothing."""
    kept = kept_template(key)
    if kept is None:
        return
    audit.record(by=by, action="恢复默认栏目", target=kept, before={"sections": kept.sections})
    kept.delete()
