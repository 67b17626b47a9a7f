import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import library.codes


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("goals", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sdg",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(unique=True, verbose_name="number")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("name_ar", models.CharField(max_length=120, null=True, verbose_name="name")),
                ("name_en", models.CharField(max_length=120, null=True, verbose_name="name")),
                ("full_name", models.CharField(max_length=300, verbose_name="full name")),
                (
                    "full_name_ar",
                    models.CharField(max_length=300, null=True, verbose_name="full name"),
                ),
                (
                    "full_name_en",
                    models.CharField(max_length=300, null=True, verbose_name="full name"),
                ),
                (
                    "colour",
                    models.CharField(
                        max_length=7,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^#[0-9A-F]{6}$",
                                "A colour is # and six digits or capital letters, as in #00689D.",
                            )
                        ],
                        verbose_name="colour",
                    ),
                ),
                ("uri", models.URLField(unique=True, verbose_name="identifier")),
            ],
            options={
                "verbose_name": "Sustainable Development Goal",
                "verbose_name_plural": "Sustainable Development Goals",
                "ordering": ["number"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("number__range", (1, 17))), name="sdg_number_1_to_17"
                    )
                ],
            },
            bases=(library.codes.Coded, models.Model),
        ),
        migrations.CreateModel(
            name="SdgLink",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "target",
                    models.CharField(
                        blank=True,
                        max_length=5,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[0-9]{1,2}\\.[0-9a-z]{1,2}$",
                                "A target is written as in 16.4 or 16.a.",
                            )
                        ],
                        verbose_name="target",
                    ),
                ),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("every-goal", "stated for every goal"),
                            ("set", "stated for the goals as a set"),
                            ("editorial", "the portal’s own suggestion"),
                        ],
                        max_length=16,
                        verbose_name="basis",
                    ),
                ),
                ("reason", models.TextField(verbose_name="reason")),
                ("reason_ar", models.TextField(null=True, verbose_name="reason")),
                ("reason_en", models.TextField(null=True, verbose_name="reason")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year of the wording")),
                ("source_url", models.URLField(max_length=500, verbose_name="page of the source")),
                (
                    "verified_by",
                    models.CharField(
                        blank=True,
                        max_length=120,
                        verbose_name="checked against the printed brochure by",
                    ),
                ),
                (
                    "goal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sdg_links",
                        to="goals.goal",
                        verbose_name="goal",
                    ),
                ),
                (
                    "sdg",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to="sdg_links.sdg",
                        verbose_name="Sustainable Development Goal",
                    ),
                ),
            ],
            options={
                "verbose_name": "SDG link",
                "verbose_name_plural": "SDG links",
                "ordering": ["goal", "sdg", "target"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("goal", "sdg", "target"), name="sdg_link_unique"
                    )
                ],
            },
            bases=(library.codes.Coded, models.Model),
        ),
    ]
