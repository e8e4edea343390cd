"""Secrets of the second factor rest encrypted from now on; recovery codes beside them."""

import django.db.models.deletion
from django.db import migrations, models

from common.sealing import seal, unseal


def change_each(change):
    def run(apps, schema_editor):
        devices = apps.get_model("accounts", "SecondFactor").objects
        for pk, held in list(devices.values_list("pk", "sealed_secret")):
            devices.filter(pk=pk).update(sealed_secret=change(held))

    return run


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_user_email")]

    operations = [
        migrations.CreateModel(
            name="RecoveryCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="编号")),
                ("hash", models.CharField(max_length=128)),
                ("used_at", models.DateTimeField(null=True, verbose_name="使用时间")),
                (
                    "device",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recovery_codes",
                        to="accounts.secondfactor",
                    ),
                ),
            ],
            options={
                "verbose_name": "恢复码",
                "constraints": [
                    models.UniqueConstraint(fields=("device", "number"), name="recovery_code_numbered_once")
                ],
            },
        ),
        migrations.RenameField("secondfactor", "secret", "sealed_secret"),
        migrations.AlterField("secondfactor", "sealed_secret", models.CharField(max_length=200)),
        migrations.RunPython(change_each(seal), change_each(unseal)),
    ]
