from django.db import migrations, models

import search.models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="DeletionKey",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "key", "base", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("key", search.models.WordField(max_length=40)),
                ("base", search.models.WordField(max_length=40)),
            ],
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("base", search.models.WordField(max_length=40, primary_key=True, serialize=False)),
                ("term", search.models.WordField(max_length=250)),
                ("display", models.CharField(max_length=80)),
                ("frequency", models.PositiveIntegerField(default=1)),
            ],
        ),
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=64)),
                ("record", models.BigIntegerField()),
                ("audience", models.CharField(blank=True, max_length=64)),
                ("code", models.CharField(blank=True, max_length=64)),
                ("texts", models.JSONField(encoder=search.models.LegibleJson)),
                ("place", models.JSONField()),
                ("terms", search.models.TermsField()),
                ("digest", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "record"), name="search_entry_unique")
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchTerm",
            fields=[
                (
                    "term",
                    search.models.WordField(max_length=250, primary_key=True, serialize=False),
                ),
                ("skeleton", search.models.WordField(blank=True, max_length=40)),
                ("frequency", models.PositiveIntegerField(default=1)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["skeleton", "-frequency"], name="search_term_skeleton")
                ],
            },
        ),
        migrations.CreateModel(
            name="UnansweredQuery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=100, verbose_name="query")),
                ("language", models.CharField(max_length=8, verbose_name="language")),
                ("count", models.PositiveIntegerField(default=1, verbose_name="times asked")),
                ("last_asked", models.DateField(auto_now=True, verbose_name="last asked")),
            ],
            options={
                "verbose_name": "query that found nothing",
                "verbose_name_plural": "queries that found nothing",
                "ordering": ["-count", "text"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("text", "language"), name="unanswered_query_unique"
                    )
                ],
            },
        ),
    ]
