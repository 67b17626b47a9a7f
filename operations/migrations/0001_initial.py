import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Backup",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "made",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="time"),
                ),
                ("name", models.CharField(max_length=250, verbose_name="file")),
                ("rows", models.PositiveBigIntegerField(verbose_name="records")),
                ("size", models.PositiveBigIntegerField(verbose_name="size in bytes")),
                ("version", models.CharField(max_length=32, verbose_name="release of the portal")),
                ("is_encrypted", models.BooleanField(verbose_name="encrypted")),
            ],
            options={
                "verbose_name": "back-up",
                "verbose_name_plural": "back-ups",
                "ordering": ["-made", "-id"],
                "permissions": [("see_status", "Can see the status of the portal")],
                "default_permissions": ["view"],
            },
        ),
    ]
