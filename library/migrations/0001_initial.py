import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

import library.codes


class Migration(migrations.Migration):
    initial = True

    # What is written to the content is recorded, followed by its translations, and indexed.
    dependencies = [
        ("history", "0001_initial"),
        ("translations", "0001_initial"),
        ("search", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(unique=True, verbose_name="number")),
                ("slug", models.SlugField(unique=True, verbose_name="address")),
                ("title", models.CharField(max_length=250, verbose_name="title")),
                ("title_ar", models.CharField(max_length=250, null=True, verbose_name="title")),
                ("title_en", models.CharField(max_length=250, null=True, verbose_name="title")),
                ("short_title", models.CharField(max_length=80, verbose_name="short title")),
                (
                    "short_title_ar",
                    models.CharField(max_length=80, null=True, verbose_name="short title"),
                ),
                (
                    "short_title_en",
                    models.CharField(max_length=80, null=True, verbose_name="short title"),
                ),
                ("dating", models.CharField(max_length=250, verbose_name="date, in words")),
                (
                    "dating_ar",
                    models.CharField(max_length=250, null=True, verbose_name="date, in words"),
                ),
                (
                    "dating_en",
                    models.CharField(max_length=250, null=True, verbose_name="date, in words"),
                ),
                (
                    "issued",
                    models.CharField(
                        blank=True,
                        max_length=10,
                        validators=[
                            django.core.validators.RegexValidator("^\\d{4}(-\\d\\d){0,2}$")
                        ],
                        verbose_name="issued",
                    ),
                ),
                ("language", models.CharField(default="ar", max_length=8, verbose_name="language")),
                (
                    "source_url",
                    models.URLField(blank=True, max_length=500, verbose_name="page of the source"),
                ),
                (
                    "counterpart_url",
                    models.URLField(
                        blank=True, max_length=500, verbose_name="page of the English counterpart"
                    ),
                ),
                ("sha256", models.CharField(max_length=64, verbose_name="SHA-256")),
                (
                    "ends_with_newline",
                    models.BooleanField(default=False, verbose_name="ends with a line break"),
                ),
            ],
            options={
                "verbose_name": "document",
                "verbose_name_plural": "documents",
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="Line",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="number")),
                ("text", models.TextField(blank=True, verbose_name="text")),
                (
                    "boilerplate",
                    models.CharField(
                        blank=True, max_length=250, verbose_name="why it is no content"
                    ),
                ),
                (
                    "boilerplate_ar",
                    models.CharField(
                        blank=True, max_length=250, null=True, verbose_name="why it is no content"
                    ),
                ),
                (
                    "boilerplate_en",
                    models.CharField(
                        blank=True, max_length=250, null=True, verbose_name="why it is no content"
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lines",
                        to="library.document",
                        verbose_name="document",
                    ),
                ),
            ],
            options={
                "verbose_name": "line",
                "verbose_name_plural": "lines",
                "ordering": ["document", "number"],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("original", models.CharField(max_length=250, verbose_name="as in the document")),
                ("reading", models.CharField(blank=True, max_length=250, verbose_name="read as")),
                (
                    "certainty",
                    models.CharField(
                        choices=[("sure", "plain error"), ("likely", "likely reading")],
                        max_length=8,
                        verbose_name="certainty",
                    ),
                ),
                ("reason", models.CharField(max_length=250, verbose_name="reason")),
                ("reason_ar", models.CharField(max_length=250, null=True, verbose_name="reason")),
                ("reason_en", models.CharField(max_length=250, null=True, verbose_name="reason")),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="corrections",
                        to="library.line",
                        verbose_name="line",
                    ),
                ),
            ],
            options={
                "verbose_name": "correction",
                "verbose_name_plural": "corrections",
                "ordering": ["line", "id"],
            },
        ),
        migrations.CreateModel(
            name="Article",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("introduction", "introduction"),
                            ("framework", "strategy"),
                            ("page", "page of INTERPOL’s website"),
                            ("news", "news item"),
                        ],
                        default="page",
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="articles",
                        to="library.document",
                        verbose_name="document",
                    ),
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
                "verbose_name": "article",
                "verbose_name_plural": "articles",
                "ordering": ["number"],
            },
            bases=(library.codes.Coded, models.Model),
        ),
        migrations.CreateModel(
            name="Note",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField(default=1, verbose_name="number")),
                ("text", models.TextField(verbose_name="text")),
                ("text_ar", models.TextField(null=True, verbose_name="text")),
                ("text_en", models.TextField(null=True, verbose_name="text")),
                ("year", models.PositiveSmallIntegerField(verbose_name="year")),
                ("source_url", models.URLField(max_length=500, verbose_name="page of the source")),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notes",
                        to="library.line",
                        verbose_name="line",
                    ),
                ),
            ],
            options={
                "verbose_name": "editorial note",
                "verbose_name_plural": "editorial notes",
                "ordering": ["line", "number"],
            },
        ),
        migrations.CreateModel(
            name="Paragraph",
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
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "text"),
                            ("lead", "lead"),
                            ("heading", "heading"),
                            ("quotation", "quotation"),
                            ("date", "date line"),
                        ],
                        default="text",
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="paragraphs",
                        to="library.article",
                        verbose_name="article",
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
                        to="library.paragraph",
                        verbose_name="stands under",
                    ),
                ),
            ],
            options={
                "verbose_name": "paragraph",
                "verbose_name_plural": "paragraphs",
                "ordering": ["article", "number", "id"],
            },
            bases=(library.codes.Coded, models.Model),
        ),
        migrations.CreateModel(
            name="Term",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slug", models.SlugField(unique=True, verbose_name="address")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("body", "body"),
                            ("system", "system"),
                            ("instrument", "instrument"),
                            ("concept", "concept"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("term", models.CharField(max_length=250, verbose_name="term")),
                ("term_ar", models.CharField(max_length=250, null=True, verbose_name="term")),
                ("term_en", models.CharField(max_length=250, null=True, verbose_name="term")),
                ("acronym", models.CharField(blank=True, max_length=80, verbose_name="acronym")),
                ("definition", models.TextField(verbose_name="definition")),
                ("definition_ar", models.TextField(null=True, verbose_name="definition")),
                ("definition_en", models.TextField(null=True, verbose_name="definition")),
                ("forms", models.TextField(blank=True, verbose_name="other forms, one a line")),
                (
                    "forms_ar",
                    models.TextField(blank=True, null=True, verbose_name="other forms, one a line"),
                ),
                (
                    "forms_en",
                    models.TextField(blank=True, null=True, verbose_name="other forms, one a line"),
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
                        related_name="terms",
                        to="library.line",
                        verbose_name="line",
                    ),
                ),
            ],
            options={
                "verbose_name": "term",
                "verbose_name_plural": "terms",
                "ordering": ["slug"],
            },
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.UniqueConstraint(
                fields=("document", "number"), name="line_number_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="line_number_from_1"
            ),
        ),
        migrations.AddConstraint(
            model_name="correction",
            constraint=models.UniqueConstraint(
                fields=("line", "original"), name="correction_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.UniqueConstraint(
                fields=("line", "number"), name="note_number_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="note",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="note_number_from_1"
            ),
        ),
        migrations.AddConstraint(
            model_name="paragraph",
            constraint=models.UniqueConstraint(
                fields=("parent", "number"), name="paragraph_child_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="paragraph",
            constraint=models.CheckConstraint(
                condition=models.Q(("parent", models.F("id")), _negated=True),
                name="paragraph_not_own_parent",
            ),
        ),
        migrations.AddConstraint(
            model_name="paragraph",
            constraint=models.UniqueConstraint(
                condition=models.Q(("parent", None)),
                fields=("article", "number"),
                name="paragraph_number_unique",
            ),
        ),
        migrations.AddConstraint(
            model_name="term",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("source_url", ""), _negated=True),
                    ("line__isnull", False),
                    _connector="OR",
                ),
                name="term_has_source",
            ),
        ),
    ]
