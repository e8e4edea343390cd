from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tasklists", "0005_copy_period_locks")]
    operations = [
        migrations.DeleteModel(name="PeriodLock"),
        migrations.DeleteModel(name="UnlockRequest"),
    ]
