import django.db.models.deletion
from django.db import migrations, models

import search.models


class Migration(migrations.Migration):
    dependencies = [
        ("library", "0003_headword"),
    ]

    operations = [
        migrations.CreateModel(
            name="IndexedPage",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=64)),
                ("record", models.BigIntegerField()),
                ("code", models.CharField(max_length=32)),
                ("is_published", models.BooleanField()),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "record"), name="indexed_page_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="IndexedText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=64)),
                ("record", models.BigIntegerField()),
                ("language", models.CharField(max_length=16)),
                ("keys", models.TextField()),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="texts",
                        to="library.indexedpage",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="PageTerm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="terms",
                        to="library.indexedpage",
                    ),
                ),
                (
                    "term",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="pages",
                        to="library.term",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="TermMention",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "term",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="mentions",
                        to="library.term",
                    ),
                ),
                (
                    "text",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DB_CASCADE,
                        related_name="mentions",
                        to="library.indexedtext",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="TermName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("language", models.CharField(max_length=16)),
                ("start", search.models.WordField(max_length=120)),
                ("keys", models.TextField()),
                (
                    "term",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="indexed_names",
                        to="library.term",
                    ),
                ),
            ],
            options={
                "default_permissions": (),
            },
        ),
        migrations.AddConstraint(
            model_name="indexedtext",
            constraint=models.UniqueConstraint(
                fields=("kind", "record", "language"), name="indexed_text_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="pageterm",
            constraint=models.UniqueConstraint(fields=("term", "page"), name="page_term_unique"),
        ),
        migrations.AddConstraint(
            model_name="termmention",
            constraint=models.UniqueConstraint(fields=("term", "text"), name="term_mention_unique"),
        ),
        migrations.AddIndex(
            model_name="termname",
            index=models.Index(fields=["start"], name="term_name_start"),
        ),
    ]
