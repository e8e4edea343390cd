from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reports', '0003_numbers_given_when_issued'),
    ]

    operations = [
        migrations.AddField(
            model_name='newsitem',
            name='prints_photo',
            field=models.BooleanField(default=False, verbose_name='随文配图'),
        ),
    ]
