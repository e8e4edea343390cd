"""What the grids of a period (tasks, indicators, money) share: reading what was sent, telling what became of it."""

import json
from dataclasses import dataclass

from common.errors import UserError
from common.models import AuditEntry

NOTHING = "没有收到要保存的内容，请刷新页面后重试。"
MAX_ROWS = 500


@dataclass(frozen=True)
class SentRow:
    """One row as sent: its key, the version its editor has seen (0 for none yet), everything else by name."""

    key: int | str
    version: int
    sent: dict


def read_body(body: bytes) -> tuple[str, list[SentRow]]:
    """Return the period as written and the rows of a request's JSON. Raises UserError when it is not a grid's."""
    try:
        sent = json.loads(body)
        period, rows = sent["period"], sent.get("rows")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UserError(NOTHING) from None
    if not isinstance(period, str) or not isinstance(rows, list) or not rows:
        raise UserError(NOTHING)
    if len(rows) > MAX_ROWS:
        raise UserError(f"一次最多保存 {MAX_ROWS} 行，现有 {len(rows)} 行，请分次保存。")
    found = [_read_row(row) for row in rows]
    if len({str(row.key) for row in found}) < len(found):
        raise UserError("同一行出现了两次，请刷新页面后重试。")
    return period, found


def _read_row(row) -> SentRow:
    if not isinstance(row, dict):
        raise UserError(NOTHING)
    key, version = row.get("part"), row.get("version")
    whole = type(key) is int and 0 <= key < 2**31
    if not (whole or isinstance(key, str)) or type(version) is not int or not 0 <= version < 2**31:
        raise UserError(NOTHING)
    return SentRow(key, version, row)


def is_storable(text: str) -> bool:
    """Null characters and halves of surrogate pairs have no place in the database's UTF-8."""
    try:
        return b"\x00" not in text.encode()
    except UnicodeEncodeError:
        return False


def status_of(answers) -> int:
    """Return the status of a response: 409 when a row was changed by somebody else, 400 when one was refused or is
    to be confirmed, else 200."""
    states = {answer.state for answer in answers}
    return 409 if "stale" in states else 400 if states & {"refused", "ask"} else 200


def saver_word(row, action: str, user) -> str:
    """Return who saved the row last, for the sentence “…刚保存过这一行”; empty when the trail does not tell."""
    saves = AuditEntry.objects.filter(action=action, target_kind=row._meta.label, target_id=str(row.pk))
    entry = saves.select_related("actor").order_by("-sequence").first()
    if entry is None or entry.actor is None:
        return ""
    return "本账号在另一处" if entry.actor == user else entry.actor.display_name
