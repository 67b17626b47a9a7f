from typing import Any

import django.core.validators
from django.db import migrations, models


def name_editions(apps: Any, schema_editor: Any) -> None:
    """Give all goals, which were one edition, the year of the document of the first one."""
    records = apps.get_model("goals", "Goal").objects.using(schema_editor.connection.alias)
    first = records.select_related("line__document").order_by("number").first()
    if first:
        records.update(edition=int(first.line.document.issued[:4] or 0))


class Migration(migrations.Migration):
    dependencies = [
        ("goals", "0001_initial"),
        ("library", "0009_add_editions"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="goal",
            options={
                "ordering": ["edition", "number"],
                "verbose_name": "goal",
                "verbose_name_plural": "goals",
            },
        ),
        migrations.AddField(
            model_name="goal",
            name="edition",
            field=models.PositiveSmallIntegerField(
                blank=True,
                default=0,
                help_text="Its year. It follows from the document of the line where it is empty.",
                verbose_name="edition",
            ),
        ),
        migrations.RunPython(name_editions, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="goal",
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
            model_name="goal",
            name="number",
            field=models.PositiveSmallIntegerField(verbose_name="number"),
        ),
        migrations.AlterField(
            model_name="objective",
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
        migrations.AddConstraint(
            model_name="goal",
            constraint=models.UniqueConstraint(
                fields=("edition", "number"),
                name="goal_number_unique",
                violation_error_message="This edition has another one with this number.",
            ),
        ),
    ]
