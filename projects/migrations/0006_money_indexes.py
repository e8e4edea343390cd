from django.db import migrations, models


def indexes(model, kind):
    return [
        migrations.AddIndex(model, models.Index(fields=["state", "month", "id"], name=f"{kind}_newest_first")),
        migrations.AddIndex(
            model, models.Index(fields=["state", "city_verified_on", "amount"], name=f"{kind}_sum_of_verified")
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("projects", "0005_finding_cleared_on")]
    operations = [*indexes("fundentry", "fund"), *indexes("investmententry", "investment")]
