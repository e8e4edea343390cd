"""The database's own knowledge of its tables, refreshed after many rows came at once."""

from django.db import connection


def refresh() -> None:
    """Let PostgreSQL count its tables anew; it would go by the old counts for a minute and plan badly.

    SQLite keeps no such counts unless asked and needs nothing. May run inside a transaction.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
