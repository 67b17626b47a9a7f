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
            name="Goal",
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
                ("number", models.PositiveSmallIntegerField(unique=True, verbose_name="number")),
                ("slug", models.SlugField(unique=True, verbose_name="address")),
                (
                    "subject",
                    models.CharField(max_length=80, verbose_name="subject, in a few words"),
                ),
                (
                    "subject_ar",
                    models.CharField(
                        max_length=80, null=True, verbose_name="subject, in a few words"
                    ),
                ),
                (
                    "subject_en",
                    models.CharField(
                        max_length=80, null=True, verbose_name="subject, in a few words"
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
            ],
            options={
                "verbose_name": "goal",
                "verbose_name_plural": "goals",
                "ordering": ["number"],
            },
            bases=(library.codes.Coded, models.Model),
        ),
        migrations.CreateModel(
            name="Objective",
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
                    "goal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="objectives",
                        to="goals.goal",
                        verbose_name="goal",
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
            ],
            options={
                "verbose_name": "objective",
                "verbose_name_plural": "objectives",
                "ordering": ["goal", "number"],
            },
            bases=(library.codes.Coded, models.Model),
        ),
        migrations.AddConstraint(
            model_name="goal",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="goal_number_from_1"
            ),
        ),
        migrations.AddConstraint(
            model_name="objective",
            constraint=models.UniqueConstraint(
                fields=("goal", "number"), name="objective_number_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="objective",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="objective_number_from_1"
            ),
        ),
    ]
