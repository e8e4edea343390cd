"""Writing a checked ledger of money: claims of the county, or verified where the office says when; undoing it."""

from django.db import IntegrityError, transaction

from common import bulk
from common.errors import UserError
from common.ledgers.checked import Checked
from common.ledgers.kinds import Asked
from common.ledgers.writing import CHANGED_SINCE, STALE, chunks
from common.locking import Area, locked_months
from projects.entries import lapse
from projects.ledgers.fund_rows import MODELS, FundRow
from projects.models import FundEntry, MoneyEntry

State = MoneyEntry.State


def write_funds(checked: Checked, asked: Asked, batch) -> dict:
    """Add the entries; return their keys. Refuses when entries came in since the check."""
    model = MODELS[checked.measure]
    if checked.ready and model.objects.filter(pk__gt=checked.newest).exists():
        raise UserError(STALE)
    try:
        with transaction.atomic():
            entries = bulk.insert(model, (_entry(model, row, asked) for row in checked.ready))
            told = [(row.project.pk, row.month) for row in checked.ready]
            lapse("funds" if model is FundEntry else "investments", told, by=asked.by)
    except IntegrityError as error:
        raise UserError(STALE) from error
    return {"measure": checked.measure, "entries": entries}


def _entry(model, row: FundRow, asked: Asked) -> dict:
    by = asked.by.pk if asked.by else None
    values = {"project_id": row.project.pk, "month": row.month, "amount": row.amount, "note": row.note}
    values |= {"claimed_on": asked.on, "claimed_by_id": by}
    if model is FundEntry:
        values |= {"voucher_kind": row.voucher_kind, "voucher_number": row.voucher_number}
    if row.verified_on:  # verified outside the site: nobody here has claimed it, the office answers for the day
        day = row.verified_on
        values |= {"state": State.CITY_VERIFIED, "claimed_by_id": None, "claimed_on": min(day, asked.on)}
        values |= {"county_verified_on": day, "city_verified_on": day, "verified_by_id": by}
    return values


def undo_funds(undo: dict) -> None:
    """Take the entries back. Raises UserError when one was verified, returned or reversed since, or is locked."""
    model = MODELS[undo["measure"]]
    locked = locked_months(Area.FUNDS)
    for ids in chunks(undo["entries"]):
        rows = model.objects.filter(pk__in=ids, version=1, reversed_by=None)
        if rows.count() != len(ids):
            raise UserError(CHANGED_SINCE)
        if set(rows.values_list("month", flat=True)) & locked:
            raise UserError("其中有月份已锁定，不能撤销导入。")
        rows.delete()
