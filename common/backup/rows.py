"""Rows out of and into the database without their models' own ideas (no times of now, no signals).

A row is a list of plain values in the order of its table's columns; times keep their microseconds, over which the
audit chain's digests are made.
"""

import json
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal

from django.apps import apps
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

CHUNK = 500
AT_ONCE = 200  # rows per INSERT, fewer where the database takes fewer parameters
# Sign-ins and lockouts end with the restore; kinds of content and their permissions are made by migrating.
LEFT_OUT_APPS = ("auth", "axes", "contenttypes", "sessions")
# The database refuses rows of a locked month, so its locks come after all rows.
LAST = "common.PeriodLock"


def kept_models() -> list:
    """Return the models whose rows a backup holds, in the order in which they are restored."""
    found = [m for m in apps.get_models(include_auto_created=True) if m._meta.app_label not in LEFT_OUT_APPS]
    kept = [m for m in found if m._meta.managed and not m._meta.proxy]
    return sorted(kept, key=lambda model: model._meta.label == LAST)


def columns_of(model) -> list:
    return [field for field in model._meta.concrete_fields if not field.generated]


def dump_rows(model):
    """Yield each row as one line of JSON, in the order of the primary key."""
    names = [field.attname for field in columns_of(model)]
    for row in model._base_manager.order_by("pk").values_list(*names).iterator(CHUNK):
        yield json.dumps(row, ensure_ascii=False, default=_plain).encode() + b"\n"


def load_rows(model, names: list[str], lines) -> int:
    """Insert the rows of these lines and return how many they were; runs in the caller's transaction."""
    fields = [model._meta.get_field(name) for name in names]
    at_once = min(AT_ONCE, max(1, (connection.features.max_query_params or 30000) // len(fields)))
    place = f"({', '.join(['%s'] * len(fields))})"
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    insert = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES "
    count, waiting = 0, []

    def write():
        values = [value for row in waiting for value in row]
        cursor.execute(insert + ", ".join([place] * len(waiting)), values)
        waiting.clear()

    with connection.cursor() as cursor:
        for line in lines:
            row = json.loads(line)
            waiting.append([_stored(field, value) for field, value in zip(fields, row, strict=True)])
            count += 1
            if len(waiting) == at_once:
                write()
        if waiting:
            write()
    return count


def reset_sequences() -> None:
    """Let the next row of each table get a number that no restored row has."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), kept_models()):
            cursor.execute(statement)


def applied_migrations() -> list[str]:
    """Return the names of the migrations that made this database's tables."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


@contextmanager
def snapshot():
    """Within it all rows are read as of one moment, while others go on writing; a transaction around it decides."""
    if connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()  # which sets the mode that is changed here
    mode = getattr(connection, "transaction_mode", None)
    if connection.vendor == "sqlite":
        connection.transaction_mode = "DEFERRED"  # IMMEDIATE would keep writers waiting
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            take_time()
            yield
    finally:
        if connection.vendor == "sqlite":
            connection.transaction_mode = mode


def take_time() -> None:
    """Lift the limits that guard the pages from long statements, within this transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0")


def _plain(value):
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"no plain form for {type(value).__name__}")


def _stored(field, value):
    return field.get_db_prep_save(field.to_python(value) if isinstance(value, str) else value, connection)
