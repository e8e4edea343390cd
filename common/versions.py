"""Guard against lost updates: a row is saved only over the version its editor has seen."""

from django.db.models import F


class StaleVersion(Exception):
    """Someone saved the row after this editor opened it; ``current`` is the row as it stands now."""

    def __init__(self, current):
        super().__init__("这一行刚被他人改过，请对照后再保存。")
        self.current = current


def save_over(instance, *, version: int, **values):
    """Write ``values`` over ``version`` of the row in one conditional update and return the fresh row.

    Raises StaleVersion when the row has moved on. Repeating a save that already took effect
    (same values, same editor's version) is no conflict: the row is returned as it stands.
    """
    rows = type(instance)._default_manager.filter(pk=instance.pk, version=version)
    if rows.update(**values, version=F("version") + 1):
        instance.refresh_from_db()
        return instance
    current = type(instance)._default_manager.get(pk=instance.pk)
    if current.version == version + 1 and all(getattr(current, k) == v for k, v in values.items()):
        return current
    raise StaleVersion(current)
