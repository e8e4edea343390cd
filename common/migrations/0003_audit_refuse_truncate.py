"""On PostgreSQL emptying the whole table is refused as well; row triggers do not see a TRUNCATE."""

from django.db import migrations

UP = (
    "CREATE TRIGGER audit_entry_no_truncate BEFORE TRUNCATE ON common_auditentry "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_refuse()"
)
DOWN = "DROP TRIGGER audit_entry_no_truncate ON common_auditentry"


def run(statement):
    def execute(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(statement, params=None)

    return execute


class Migration(migrations.Migration):
    dependencies = [("common", "0002_audit_insert_only")]
    operations = [migrations.RunPython(run(UP), run(DOWN))]
