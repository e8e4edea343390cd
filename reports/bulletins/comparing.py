"""Two versions of a draft, or two issues, side by side: what the text changed, what the figures changed."""

from dataclasses import dataclass
from difflib import SequenceMatcher

from reports.bulletins.content import Document, plain_text
from reports.models import Bulletin

UNCHANGED_SHOWN = 1


@dataclass(frozen=True)
class Segment:
    """A piece of a line: the same in both, or in one of them only."""

    text: str
    changed: bool


@dataclass(frozen=True)
class Change:
    """A line as it was and as it is; ``before`` or ``after`` empty where the line is new or gone."""

    before: list[Segment]
    after: list[Segment]
    is_same: bool = False


@dataclass(frozen=True)
class FigureChange:
    """One figure in both issues; None where an issue does not cite it."""

    reference: str
    label: str
    unit: str
    before: str | None
    after: str | None


def text_changes(before: Document, after: Document) -> list[Change]:
    """Return the changed lines of the text in order, each with a line of what stands around it."""
    old, new = (plain_text(document, marked=True).splitlines() for document in (before, after))
    changes = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            edge = _edge(old[a:b], after_change=bool(changes), before_change=b < len(old) or d < len(new))
            changes += [Change(_whole(line), _whole(line), is_same=True) for line in edge]
            continue
        pairs = max(b - a, d - c)
        for n in range(pairs):
            was = old[a + n] if a + n < b else ""
            now = new[c + n] if c + n < d else ""
            changes.append(_line_change(was, now))
    return changes if any(not change.is_same for change in changes) else []


def _edge(lines, *, after_change, before_change):
    """The unchanged lines next to a change; the rest is left out."""
    if after_change and before_change and len(lines) <= 2 * UNCHANGED_SHOWN:
        return lines
    return [*(lines[:UNCHANGED_SHOWN] if after_change else []), *(lines[-UNCHANGED_SHOWN:] if before_change else [])]


def _whole(line):
    return [Segment(line, False)]


def _line_change(was, now):
    if not was or not now:
        return Change([Segment(was, True)] if was else [], [Segment(now, True)] if now else [])
    before, after = [], []
    for tag, a, b, c, d in SequenceMatcher(None, was, now, autojunk=False).get_opcodes():
        if b > a:
            before.append(Segment(was[a:b], tag != "equal"))
        if d > c:
            after.append(Segment(now[c:d], tag != "equal"))
    return Change(before, after)


def figure_changes(before: Bulletin, after: Bulletin) -> list[FigureChange]:
    """Return the figures that differ between two issues, in the order of the later one."""
    old, new = _figures(before), _figures(after)
    changes = []
    for reference in (*new, *(r for r in old if r not in new)):
        was, now = old.get(reference), new.get(reference)
        if was and now and was["value"] == now["value"]:
            continue
        named = now or was
        changes.append(
            FigureChange(
                reference, named["label"], named["unit"], was and (was["value"] or "–"), now and (now["value"] or "–")
            )
        )
    return changes


def _figures(bulletin):
    return {figure["reference"]: figure for figure in (bulletin.figures or {}).get("figures", [])}


def issue_before(bulletin: Bulletin, rows) -> Bulletin | None:
    """Return of ``rows`` the issue of the same kind and subject that came before this one."""
    same = rows.filter(
        kind=bulletin.kind, organisation=bulletin.organisation, task_list=bulletin.task_list, state="published"
    )
    return same.filter(period__lt=bulletin.period).exclude(content=None).order_by("-period", "-pk").first()
