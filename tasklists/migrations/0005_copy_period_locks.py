"""Months locked for reports and requests to open them become rows of the tables that all areas share."""

from django.conf import settings
from django.db import migrations

AREA = "tasks"
LOCK = ("period", "locked_on", "by_id")
REQUEST = ("period", "reason", "asked_by_id", "asked_on", "agreed_by_id", "agreed_on")


def forward(apps, schema_editor):
    for name, fields in (("PeriodLock", LOCK), ("UnlockRequest", REQUEST)):
        own, shared = apps.get_model("tasklists", name), apps.get_model("common", name)
        rows = own.objects.order_by("pk").values(*fields)
        shared.objects.bulk_create([shared(**row, area=AREA) for row in rows])


def back(apps, schema_editor):
    for name, fields in (("PeriodLock", LOCK), ("UnlockRequest", REQUEST)):
        own, shared = apps.get_model("tasklists", name), apps.get_model("common", name)
        rows = shared.objects.filter(area=AREA)
        own.objects.bulk_create([own(**row) for row in rows.order_by("pk").values(*fields)])
        rows.delete()


class Migration(migrations.Migration):
    dependencies = [
        ("common", "0006_unlock_reason_length"),
        ("tasklists", "0004_memorandum_clause"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [migrations.RunPython(forward, back)]
