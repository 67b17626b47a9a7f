from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dialogue", "0002_describe_codes"),
    ]

    operations = [
        migrations.AddField(
            model_name="round",
            name="unpublish_at",
            field=models.DateTimeField(
                blank=True,
                help_text="A published page is hidden by itself at this time.",
                null=True,
                verbose_name="hide at",
            ),
        ),
    ]
