from django.db import migrations, models
from django.db.models import F


def begin_at_the_last_link(apps, schema_editor):
    apps.get_model("common", "AuditHead").objects.using(schema_editor.connection.alias).update(
        data_sequence=F("sequence")
    )


class Migration(migrations.Migration):
    dependencies = [("common", "0007_audit_archives")]

    operations = [
        migrations.AddField(
            model_name="audithead",
            name="data_sequence",
            field=models.BigIntegerField(default=0, db_default=0),
        ),
        migrations.RunPython(begin_at_the_last_link, migrations.RunPython.noop),
    ]
