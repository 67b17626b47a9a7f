from django.db import migrations, models

import search.models


def drop_term_list(apps, schema_editor):
    """Drop the list of all terms that SQLite's full-text index kept; nothing reads it any more."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE IF EXISTS search_searchentry_vocabulary")


class Migration(migrations.Migration):
    """Makes the tables of terms and words anew; they are filled after the migration."""

    dependencies = [("search", "0001_initial")]

    operations = [
        migrations.RunPython(drop_term_list, migrations.RunPython.noop, elidable=True),
        migrations.DeleteModel("SearchTerm"),
        migrations.DeleteModel("SearchWord"),
        migrations.CreateModel(
            name="SearchTerm",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("term", search.models.WordField(max_length=250)),
                ("audience", models.CharField(blank=True, max_length=64)),
                ("skeleton", search.models.WordField(blank=True, max_length=40)),
                ("frequency", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["term", "audience"], name="search_term_audience"),
                    models.Index(fields=["skeleton"], name="search_term_skeleton"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("base", search.models.WordField(max_length=40)),
                ("audience", models.CharField(blank=True, max_length=64)),
                ("display", search.models.WordField(max_length=80)),
                ("frequency", models.IntegerField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["base", "audience"], name="search_word_audience"),
                ],
            },
        ),
    ]
