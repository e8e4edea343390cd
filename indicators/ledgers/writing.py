"""Writing a checked ledger of values, each over the version that the check has seen; and taking it back."""

from django.db import IntegrityError, transaction

from common.errors import UserError
from common.ledgers.checked import Checked
from common.ledgers.kinds import Asked, organisation_of
from common.ledgers.writing import CHANGED_SINCE, CHUNK, STALE, chunks
from common.locking import Area, locked_months
from indicators import collecting
from indicators.models import Observation

KEPT = ("value", "numerator", "denominator", "note", "departure_note", "state", "reported_by_id", "reported_on")


def write_observations(checked: Checked, asked: Asked, batch) -> dict:
    """Add and change values; an organisation's own stay drafts to be handed in, the office's are handed in."""
    locked = locked_months(Area.OBSERVATIONS)
    if any(collecting.closing_month(value.period) in locked for value in checked.ready):
        raise UserError("检查以后其中有期间已锁定，没有导入任何数据。")
    handed_in = None if organisation_of(asked.by) else asked.on
    fresh = [value for value in checked.ready if value.standing is None]
    made = [
        Observation(
            indicator=value.indicator,
            organisation=value.organisation,
            period=value.period,
            member=value.member,
            **_values(value, asked, handed_in),
        )
        for value in fresh
    ]
    try:
        with transaction.atomic():
            made = Observation.objects.bulk_create(made, batch_size=CHUNK)
    except IntegrityError as error:
        raise UserError(STALE) from error
    changed = [_change(value, _values(value, asked, handed_in)) for value in checked.ready if value.standing]
    return {"made": [row.pk for row in made], "changed": changed}


def _values(value, asked, handed_in) -> dict:
    return {
        "value": value.value,
        "numerator": value.numerator,
        "denominator": value.denominator,
        "note": value.note,
        "departure_note": (value.note or "台账导入，已核对") if value.odd else "",
        "state": Observation.State.REPORTED,
        "reported_by": asked.by,
        "reported_on": handed_in,
    }


def _change(value, values) -> list:
    now = value.standing
    before = {name: _kept(getattr(now, name)) for name in KEPT}
    values["note"] = value.note or now.note
    if not Observation.objects.filter(pk=now.pk, version=now.version).update(**values, version=now.version + 1):
        raise UserError(STALE)
    return [now.pk, now.version + 1, before]


def _kept(value):
    return value if value is None or isinstance(value, int | str) else str(value)


def undo_observations(undo: dict) -> None:
    """Take the values back. Raises UserError when one was changed, reviewed or locked since."""
    locked = locked_months(Area.OBSERVATIONS)
    for ids in chunks(undo["made"]):
        rows = Observation.objects.filter(pk__in=ids, version=1, reviewed_on=None, state=Observation.State.REPORTED)
        if rows.count() != len(ids) or rows.exclude(revisions=None).exists():
            raise UserError(CHANGED_SINCE)
        _refuse_locked(rows, locked)
        rows.delete()
    for pk, version, before in undo["changed"]:
        rows = Observation.objects.filter(pk=pk, version=version)
        _refuse_locked(rows, locked)
        if not rows.update(**before, version=version + 1):
            raise UserError(CHANGED_SINCE)


def _refuse_locked(rows, locked) -> None:
    periods = set(rows.values_list("period", flat=True))
    if any(collecting.closing_month(period) in locked for period in periods):
        raise UserError("其中有期间已锁定，不能撤销导入。")
