import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import library.codes


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("library", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Participant",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(unique=True, verbose_name="number")),
                (
                    "role",
                    models.CharField(
                        choices=[("member", "participant"), ("observer", "observer")],
                        default="member",
                        max_length=16,
                        verbose_name="role",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="participants",
                        to="library.line",
                        verbose_name="line",
                    ),
                ),
                (
                    "term",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="participant",
                        to="library.term",
                        verbose_name="term",
                    ),
                ),
            ],
            options={
                "verbose_name": "participant",
                "verbose_name_plural": "participants",
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="Round",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True,
                        max_length=32,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]+( [A-Z0-9]+(\\.[0-9]+)*)?\\Z",
                                "A code is capital letters, then numbers with full stops, as in GPG 1.3.",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                ("title", models.CharField(max_length=250, verbose_name="title")),
                ("title_ar", models.CharField(max_length=250, null=True, verbose_name="title")),
                ("title_en", models.CharField(max_length=250, null=True, verbose_name="title")),
                ("is_published", models.BooleanField(default=False, verbose_name="published")),
                (
                    "publish_at",
                    models.DateTimeField(
                        blank=True,
                        help_text="A draft is published by itself at this time.",
                        null=True,
                        verbose_name="publish at",
                    ),
                ),
                ("year", models.PositiveSmallIntegerField(unique=True, verbose_name="year")),
                ("number", models.PositiveSmallIntegerField(unique=True, verbose_name="number")),
                ("starts_on", models.DateField(blank=True, null=True, verbose_name="first day")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="last day")),
                ("place", models.CharField(blank=True, max_length=120, verbose_name="place")),
                (
                    "place_ar",
                    models.CharField(blank=True, max_length=120, null=True, verbose_name="place"),
                ),
                (
                    "place_en",
                    models.CharField(blank=True, max_length=120, null=True, verbose_name="place"),
                ),
                ("host", models.CharField(blank=True, max_length=200, verbose_name="host")),
                (
                    "host_ar",
                    models.CharField(blank=True, max_length=200, null=True, verbose_name="host"),
                ),
                (
                    "host_en",
                    models.CharField(blank=True, max_length=200, null=True, verbose_name="host"),
                ),
                (
                    "subject",
                    models.CharField(blank=True, max_length=300, verbose_name="theme or outcome"),
                ),
                (
                    "subject_ar",
                    models.CharField(
                        blank=True, max_length=300, null=True, verbose_name="theme or outcome"
                    ),
                ),
                (
                    "subject_en",
                    models.CharField(
                        blank=True, max_length=300, null=True, verbose_name="theme or outcome"
                    ),
                ),
                (
                    "source_url",
                    models.URLField(blank=True, max_length=500, verbose_name="page of the source"),
                ),
                (
                    "line",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="library.line",
                        verbose_name="line",
                    ),
                ),
            ],
            options={
                "verbose_name": "round",
                "verbose_name_plural": "rounds",
                "ordering": ["-year"],
            },
            bases=(library.codes.Coded, models.Model),
        ),
        migrations.CreateModel(
            name="Highlight",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        blank=True,
                        max_length=32,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]+( [A-Z0-9]+(\\.[0-9]+)*)?\\Z",
                                "A code is capital letters, then numbers with full stops, as in GPG 1.3.",
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                ("text", models.TextField(verbose_name="text")),
                ("text_ar", models.TextField(null=True, verbose_name="text")),
                ("text_en", models.TextField(null=True, verbose_name="text")),
                (
                    "marker",
                    models.CharField(
                        choices=[("bullet", "bullet"), ("number", "number")],
                        default="bullet",
                        max_length=8,
                        verbose_name="marker in the document",
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="library.line",
                        verbose_name="line",
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="children",
                        to="dialogue.highlight",
                        verbose_name="stands under",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="highlights",
                        to="dialogue.round",
                        verbose_name="round",
                    ),
                ),
            ],
            options={
                "verbose_name": "highlight",
                "verbose_name_plural": "highlights",
                "ordering": ["round", "number", "id"],
            },
            bases=(library.codes.Coded, models.Model),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("source_url", ""), _negated=True),
                    ("line__isnull", False),
                    _connector="OR",
                ),
                name="round_has_source",
            ),
        ),
        migrations.AddConstraint(
            model_name="round",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                ),
                name="round_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="highlight",
            constraint=models.UniqueConstraint(
                fields=("parent", "number"), name="highlight_child_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="highlight",
            constraint=models.CheckConstraint(
                condition=models.Q(("parent", models.F("id")), _negated=True),
                name="highlight_not_own_parent",
            ),
        ),
        migrations.AddConstraint(
            model_name="highlight",
            constraint=models.UniqueConstraint(
                condition=models.Q(("parent", None)),
                fields=("round", "number"),
                name="highlight_number_unique",
            ),
        ),
    ]
