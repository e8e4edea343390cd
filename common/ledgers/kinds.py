"""What a kind of ledger is, and the kinds that the site knows: each app names its own when it starts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from common.errors import UserError

SPAN_SEPARATOR = ":"  # keys of columns found by their place rather than by a field's name


@dataclass
class Wish:
    """What the bringer chose; all may be empty. ``header_row`` counts from 1: the header's last row.

    ``task_list`` (slug) and ``period`` are for tasks and progress, ``measure`` (funds, invested) for money.
    """

    task_list: str = ""
    period: str = ""
    sheet: str = ""
    mapping: dict[str, str] = field(default_factory=dict)
    header_row: int | None = None
    measure: str = ""


@dataclass(frozen=True)
class Asked:
    """Who brings a ledger in, on which day, with which choices; ``by`` is None for the command line."""

    by: object
    on: date
    wish: Wish
    file_name: str = ""
    digest: str = ""


@dataclass(frozen=True)
class Kind:
    """One kind of ledger.

    ``fields()`` are its columns, ``needed`` the keys of which one must be there. ``check(table, asked, tell)``
    returns a Checked; ``write(checked, asked, batch)`` writes it and returns what ``undo`` needs to take it back.
    ``spans_over``: not None where columns may stand for months, read before the fields of these keys.
    ``columns``: (key, label) of the preview as a page shows it, ``line`` makes such a row of a preview row.
    ``promise(report)`` says what will be written: (before, number, after); ``result(batch, user)`` where it is
    now: (words, address, link), the last two perhaps empty. ``choices(user, on)`` are further form fields by name,
    each a field of Wish. ``sheets(user, on)`` are forms to fill in offline: (label, note, query); ``sheet(user, on,
    query)`` makes one: (content, file name).
    """

    key: str
    name: str
    fields: Callable
    needed: frozenset[str]
    may: Callable
    check: Callable
    write: Callable
    undo: Callable
    columns: tuple[tuple[str, str], ...]
    promise: Callable
    result: Callable
    line: Callable = dict
    spans_over: frozenset[str] | None = None
    choices: Callable = lambda user, on: {}
    sheets: Callable = lambda user, on: []
    sheet: Callable | None = None


_KINDS: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Make kinds known; an app calls this once when the site starts."""
    _KINDS.update({kind.key: kind for kind in kinds})


def kind_of(key: str) -> Kind:
    """Return a kind. Raises UserError when there is none of that name."""
    if key not in _KINDS:
        words = "、".join(f"{kind.key}（{kind.name}）" for kind in _KINDS.values())
        raise UserError(f"台账种类只有 {words}，没有“{key[:20]}”。", field="kind")
    return _KINDS[key]


def all_kinds() -> list[Kind]:
    return list(_KINDS.values())


def kinds_of(user) -> list[Kind]:
    """Return the kinds of ledgers that this user may bring in; None is the command line, which may all."""
    return [kind for kind in _KINDS.values() if user is None or kind.may(user)]


def organisation_of(user):
    """Return the organisation to whose rows this user's ledgers are bound; None for the office."""
    return user.organisation if user is not None and "supervise" not in user.actions else None


def code_of(user) -> str:
    """Return the code under which a bringer's choices are remembered; the office's is empty."""
    organisation = organisation_of(user)
    return organisation.code if organisation else ""
