"""From a ledger file to its check: the sheet and its header found, then every row checked by its kind."""

from datetime import date

from django.db import DatabaseError

from common.errors import UserError
from common.ledgers.checked import Checked
from common.ledgers.kinds import Asked, Wish, code_of, kind_of, kinds_of
from common.ledgers.reading import read_sheets
from common.ledgers.table import read_table
from common.models import ColumnMapping


def check_file(*, kind: str, name: str, content: bytes, by, on: date, wish: Wish, progress=None) -> Checked:
    """Read and check the file; writes nothing. Raises UserError when it cannot be read as a ledger of this kind.

    ``progress(percent, step)`` is told how far it is.
    """
    wanted = kind_of(kind)
    if wanted not in kinds_of(by):
        raise UserError(f"没有导入{wanted.name}的权限。")
    tell = progress or (lambda percent, step: None)
    tell(2, "读取文件")
    sheets = read_sheets(name, content)
    tell(30, "查找表头")
    table = read_table(
        sheets,
        wanted.fields(),
        needed=set(wanted.needed),
        file_name=name,
        sheet_name=wish.sheet or None,
        mapping=wish.mapping or remembered(kind, by),
        last_row=wish.header_row - 1 if wish.header_row else None,
        over=wanted.spans_over,
        year=on.year,
    )

    def rows_done(done, total):
        tell(35 + 50 * done // max(total, 1), f"检查第 {done:,} / {total:,} 行")

    checked = wanted.check(table, Asked(by=by, on=on, wish=wish, file_name=name), rows_done)
    checked.sort()
    return checked


def remembered(kind: str, by) -> dict[str, str]:
    """Return the headers by field that this organisation last chose by hand."""
    try:
        found = ColumnMapping.objects.filter(kind=kind, organisation_code=code_of(by)).first()
    except DatabaseError:  # not migrated yet: a check without writing needs no database
        return {}
    return found.mapping if found else {}
