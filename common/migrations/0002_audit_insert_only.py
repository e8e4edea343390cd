"""The database itself refuses to change or delete audit entries."""

from django.db import migrations

SQLITE = {
    "up": [
        "CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON common_auditentry "
        "BEGIN SELECT RAISE(ABORT, 'audit entries are insert-only'); END",
        "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON common_auditentry "
        "BEGIN SELECT RAISE(ABORT, 'audit entries are insert-only'); END",
    ],
    "down": ["DROP TRIGGER audit_entry_no_update", "DROP TRIGGER audit_entry_no_delete"],
}
POSTGRESQL = {
    "up": [
        "CREATE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit entries are insert-only'; END $$",
        "CREATE TRIGGER audit_entry_insert_only BEFORE UPDATE OR DELETE ON common_auditentry "
        "FOR EACH ROW EXECUTE FUNCTION audit_entry_refuse()",
    ],
    "down": [
        "DROP TRIGGER audit_entry_insert_only ON common_auditentry",
        "DROP FUNCTION audit_entry_refuse()",
    ],
}


def run(direction):
    def execute(apps, schema_editor):
        statements = SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL
        for statement in statements[direction]:
            schema_editor.execute(statement, params=None)

    return execute


class Migration(migrations.Migration):
    dependencies = [("common", "0001_initial")]
    operations = [migrations.RunPython(run("up"), run("down"))]
