from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("goals", "0002_add_editions"),
    ]

    operations = [
        migrations.AddField(
            model_name="goal",
            name="unpublish_at",
            field=models.DateTimeField(
                blank=True,
                help_text="A published page is hidden by itself at this time.",
                null=True,
                verbose_name="hide at",
            ),
        ),
    ]
