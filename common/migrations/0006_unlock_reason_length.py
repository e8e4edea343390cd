from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("common", "0005_period_locks")]

    operations = [
        migrations.AlterField(
            model_name="unlockrequest",
            name="reason",
            field=models.CharField(max_length=300, verbose_name="原因"),
        ),
    ]
