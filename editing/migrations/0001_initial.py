import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import history.models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Proposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("model", models.CharField(max_length=64, verbose_name="kind of record")),
                ("record", models.BigIntegerField(verbose_name="number of the record")),
                ("label", models.CharField(max_length=250, verbose_name="record")),
                (
                    "author_name",
                    models.CharField(max_length=150, verbose_name="name of the author"),
                ),
                (
                    "made",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="time"),
                ),
                ("comment", models.CharField(blank=True, max_length=250, verbose_name="comment")),
                (
                    "changes",
                    models.JSONField(encoder=history.models.StateEncoder, verbose_name="changes"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("accepted", "accepted"),
                            ("refused", "refused"),
                        ],
                        default="open",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("decided", models.DateTimeField(blank=True, null=True, verbose_name="decided")),
                (
                    "decided_by",
                    models.CharField(blank=True, max_length=150, verbose_name="decided by"),
                ),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                (
                    "author",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="author",
                    ),
                ),
            ],
            options={
                "verbose_name": "proposal",
                "verbose_name_plural": "proposals",
                "ordering": ["-id"],
                "permissions": [("publish", "Can publish and hide content")],
            },
        ),
        migrations.CreateModel(
            name="OpenForm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("model", models.CharField(max_length=64)),
                ("record", models.BigIntegerField()),
                ("opened", models.DateTimeField(default=django.utils.timezone.now)),
                ("seen", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("model", "record", "author"), name="open_form_unique"
                    )
                ],
            },
        ),
    ]
