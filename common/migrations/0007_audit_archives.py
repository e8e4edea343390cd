"""Old entries may leave the trail for an archive: the database lets go only of those that a registered archive
holds and that are over 180 days old, and refuses to change or delete the register itself."""

from importlib import import_module

from django.db import migrations, models

REFUSE = "BEGIN SELECT RAISE(ABORT, 'audit entries are insert-only'); END"
SQLITE = {
    "up": [
        "DROP TRIGGER audit_entry_no_delete",
        "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON common_auditentry "
        "WHEN OLD.at > strftime('%Y-%m-%d %H:%M:%f', 'now', '-180 days') "
        f"OR OLD.sequence > COALESCE((SELECT MAX(last_sequence) FROM common_auditarchive), 0) {REFUSE}",
        f"CREATE TRIGGER audit_archive_no_update BEFORE UPDATE ON common_auditarchive {REFUSE}",
        f"CREATE TRIGGER audit_archive_no_delete BEFORE DELETE ON common_auditarchive {REFUSE}",
    ],
    "down": [
        "DROP TRIGGER audit_archive_no_update",
        "DROP TRIGGER audit_archive_no_delete",
        "DROP TRIGGER audit_entry_no_delete",
        import_module("common.migrations.0002_audit_insert_only").SQLITE["up"][1],
    ],
}
POSTGRESQL = {
    "up": [
        "CREATE OR REPLACE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'DELETE' AND TG_TABLE_NAME = 'common_auditentry' THEN "
        "IF OLD.at < now() - interval '180 days' "
        "AND OLD.sequence <= (SELECT max(last_sequence) FROM common_auditarchive) THEN RETURN OLD; END IF; "
        "END IF; RAISE EXCEPTION 'audit entries are insert-only'; END $$",
        "CREATE TRIGGER audit_archive_insert_only BEFORE UPDATE OR DELETE ON common_auditarchive "
        "FOR EACH ROW EXECUTE FUNCTION audit_entry_refuse()",
        "CREATE TRIGGER audit_archive_no_truncate BEFORE TRUNCATE ON common_auditarchive "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_refuse()",
    ],
    "down": [
        "DROP TRIGGER audit_archive_insert_only ON common_auditarchive",
        "DROP TRIGGER audit_archive_no_truncate ON common_auditarchive",
        "CREATE OR REPLACE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'audit entries are insert-only'; END $$",
    ],
}


def run(direction):
    def execute(apps, schema_editor):
        statements = SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL
        for statement in statements[direction]:
            schema_editor.execute(statement, params=None)

    return execute


class Migration(migrations.Migration):
    dependencies = [("common", "0006_unlock_reason_length")]

    operations = [
        migrations.CreateModel(
            name="AuditArchive",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_sequence", models.BigIntegerField(verbose_name="首条")),
                ("last_sequence", models.BigIntegerField(unique=True, verbose_name="末条")),
                ("first_at", models.DateTimeField(verbose_name="首条时间")),
                ("last_at", models.DateTimeField(verbose_name="末条时间")),
                ("previous_digest", models.CharField(max_length=64)),
                ("last_digest", models.CharField(max_length=64)),
                ("file_name", models.CharField(max_length=80, verbose_name="文件")),
                ("sha256", models.CharField(max_length=64, verbose_name="摘要")),
                ("kept", models.JSONField(default=list, verbose_name="仍须对照的记录")),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="归档时间")),
            ],
            options={"verbose_name": "审计归档", "ordering": ["last_sequence"]},
        ),
        migrations.RunPython(run("up"), run("down")),
    ]
