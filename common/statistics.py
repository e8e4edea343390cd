"""The database's own knowledge of its tables, refreshed after many rows came at once."""

from django.apps import apps
from django.db import connection


def refresh() -> None:
    """Let PostgreSQL count the site's tables anew; it would go by the old counts for a minute and plan badly.

    Meant for ``transaction.on_commit``: its locks last as long as the transaction it runs in. SQLite keeps
    no such counts unless asked and needs nothing.
    """
    if connection.vendor != "postgresql":
        return
    tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in apps.get_models())
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")
