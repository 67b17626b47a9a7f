import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("library", "0008_remove_counterpart_url"),
    ]

    operations = [
        migrations.AddField(
            model_name="article",
            name="replaces",
            field=models.OneToOneField(
                blank=True,
                help_text="The article whose next edition it is; readers are led from it to this one.",
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="replaced_by",
                to="library.article",
                verbose_name="new edition of",
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="replaces",
            field=models.OneToOneField(
                blank=True,
                help_text="The document whose next edition it is; readers are led from it to this one.",
                null=True,
                on_delete=django.db.models.deletion.RESTRICT,
                related_name="replaced_by",
                to="library.document",
                verbose_name="new edition of",
            ),
        ),
        migrations.AlterField(
            model_name="article",
            name="code",
            field=models.CharField(
                blank=True,
                max_length=32,
                unique=True,
                validators=[
                    django.core.validators.RegexValidator(
                        "^[A-Z]+(?: [A-Z0-9]+(?:\\.[A-Z0-9]+)*)?\\Z",
                        "A code is capital letters, then numbers with full stops, as in GPG 1.3.",
                    )
                ],
                verbose_name="code",
            ),
        ),
        migrations.AlterField(
            model_name="paragraph",
            name="code",
            field=models.CharField(
                blank=True,
                max_length=32,
                unique=True,
                validators=[
                    django.core.validators.RegexValidator(
                        "^[A-Z]+(?: [A-Z0-9]+(?:\\.[A-Z0-9]+)*)?\\Z",
                        "A code is capital letters, then numbers with full stops, as in GPG 1.3.",
                    )
                ],
                verbose_name="code",
            ),
        ),
        migrations.CreateModel(
            name="Correspondence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "former",
                    models.CharField(
                        blank=True,
                        max_length=32,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]+(?: [A-Z0-9]+(?:\\.[A-Z0-9]+)*)?\\Z",
                                "A code is capital letters, then numbers with full stops, as in GPG 1.3.",
                            )
                        ],
                        verbose_name="code in the former edition",
                    ),
                ),
                (
                    "later",
                    models.CharField(
                        blank=True,
                        max_length=32,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z]+(?: [A-Z0-9]+(?:\\.[A-Z0-9]+)*)?\\Z",
                                "A code is capital letters, then numbers with full stops, as in GPG 1.3.",
                            )
                        ],
                        verbose_name="code in this edition",
                    ),
                ),
                ("reason", models.TextField(verbose_name="reason")),
                ("reason_ar", models.TextField(null=True, verbose_name="reason")),
                ("reason_en", models.TextField(null=True, verbose_name="reason")),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="correspondences",
                        to="library.document",
                        verbose_name="edition",
                    ),
                ),
            ],
            options={
                "verbose_name": "row of a concordance",
                "verbose_name_plural": "rows of concordances",
                "ordering": ["document", "id"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("document", "former", "later"), name="correspondence_unique"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("former", ""), _negated=True),
                            models.Q(("later", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="correspondence_has_code",
                        violation_error_message="A row of a concordance has a code at least.",
                    ),
                ],
            },
        ),
    ]
