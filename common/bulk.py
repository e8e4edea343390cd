"""Thousands of rows in a few statements, without an instance and a conversion per value as the ORM has them.

Rows are plain: values by column attribute (``project_id``), of str, int, bool, Decimal, date or None. What a row
leaves out has the field's default. Both need a transaction around them, as every write has.
"""

import io
from itertools import islice

from django.db import connection
from django.db.models import DecimalField, GeneratedField

CHUNK = 500  # rows of one UPDATE; SQLite bounds the parameters of a statement
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def insert(model, rows) -> list[int]:
    """Add the rows and return their keys in the same order. Raises IntegrityError as the ORM does."""
    rows = list(rows)
    if not rows:
        return []
    keys = _free_keys(model, len(rows))
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, GeneratedField)]
    blank = model()
    columns = [keys]
    for field in fields[1:]:
        name, usual = field.attname, field.get_db_prep_save(field.pre_save(blank, True), connection)
        column = [row.get(name, usual) for row in rows]
        if isinstance(field, DecimalField):
            column = [field.get_db_prep_save(value, connection) for value in column]
        columns.append(column)
    table, names = _quoted(model._meta.db_table), ", ".join(_quoted(field.column) for field in fields)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        if connection.vendor == "postgresql":
            cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN", _copied(columns))
        else:
            places = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", list(zip(*columns, strict=True)))
    return keys


def change(model, rows) -> int:
    """Write values over the version of each row that was seen; return how many rows still had it.

    ``rows`` are (key, version, values), the values of all rows with the same names.
    """
    rows, changed = iter(rows), 0
    while chunk := list(islice(rows, CHUNK)):
        changed += _change(model, chunk)
    return changed


def _change(model, rows) -> int:
    fields = [model._meta.get_field(name) for name in rows[0][2]]
    table, key = _quoted(model._meta.db_table), _quoted(model._meta.pk.column)
    sets = ", ".join(f"{_quoted(field.column)} = {_typed(field, place)}" for place, field in enumerate(fields, 3))
    values = ", ".join([f"({', '.join(['%s'] * (len(fields) + 2))})"] * len(rows))
    given = []
    for pk, version, named in rows:
        given += (pk, version)
        given += (
            field.get_db_prep_save(value, connection) for field, value in zip(fields, named.values(), strict=True)
        )
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table} SET {sets}, version = {table}.version + 1 FROM (VALUES {values}) AS seen"
            f" WHERE {table}.{key} = seen.column1 AND {table}.version = seen.column2",
            given,
        )
        return cursor.rowcount


def _typed(field, place: int) -> str:
    """PostgreSQL takes a column that is NULL in every row for a text."""
    value = f"seen.column{place}"
    return f"CAST({value} AS {field.db_type(connection)})" if connection.vendor == "postgresql" else value


def _free_keys(model, count: int) -> list[int]:
    """Return keys that no other writer gets; on SQLite the transaction holds the only pen."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
                [_quoted(table), model._meta.pk.column, count],
            )
            return [key for (key,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        last = (cursor.fetchone() or (0,))[0]
        return list(range(last + 1, last + 1 + count))


def _copied(columns) -> io.StringIO:
    """Return the columns as COPY reads them: a line per row, tabs between, \\N for nothing."""
    texts = [[_text(value) for value in column] for column in columns]
    return io.StringIO("".join("\t".join(line) + "\n" for line in zip(*texts, strict=True)))


def _text(value) -> str:
    if value is None:
        return "\\N"
    return str(value).translate(_ESCAPES)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
