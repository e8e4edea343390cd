from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0004_money_rules")]

    operations = [
        migrations.AddField(
            model_name="healthfinding",
            name="cleared_on",
            field=models.DateField(blank=True, null=True, verbose_name="情形消除日期"),
        ),
    ]
