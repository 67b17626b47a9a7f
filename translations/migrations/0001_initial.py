from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="TranslationState",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("model", models.CharField(max_length=64, verbose_name="kind of record")),
                ("record", models.BigIntegerField(verbose_name="number of the record")),
                ("field", models.CharField(max_length=64, verbose_name="text")),
                ("language", models.CharField(max_length=8, verbose_name="language")),
                ("source", models.CharField(max_length=8, verbose_name="translated from")),
                ("made_from", models.TextField(blank=True, verbose_name="made from")),
                ("same", models.JSONField(default=list, verbose_name="digests of minor changes")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("nothing", "nothing to translate"),
                            ("missing", "missing"),
                            ("unreviewed", "unreviewed"),
                            ("reviewed", "reviewed"),
                            ("outdated_minor", "older than a minor change"),
                            ("outdated", "older than a change of meaning"),
                        ],
                        max_length=16,
                        verbose_name="state",
                    ),
                ),
                ("words", models.PositiveIntegerField(default=0, verbose_name="words")),
                (
                    "author_name",
                    models.CharField(blank=True, max_length=150, verbose_name="translated by"),
                ),
                (
                    "reviewed",
                    models.CharField(
                        blank=True, max_length=64, verbose_name="digest of what was reviewed"
                    ),
                ),
                (
                    "reviewer_name",
                    models.CharField(blank=True, max_length=150, verbose_name="reviewed by"),
                ),
                (
                    "reviewed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="time of the review"),
                ),
            ],
            options={
                "verbose_name": "translation",
                "verbose_name_plural": "translations",
                "ordering": ["model", "record", "field", "language"],
                "permissions": [("translate", "Can edit the translations of all content")],
                "indexes": [
                    models.Index(fields=["language", "state"], name="translation_by_state")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("model", "record", "field", "language"), name="translation_unique"
                    )
                ],
            },
        ),
    ]
