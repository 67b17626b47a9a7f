"""A portal that has content keeps its pages: the texts that had been found by fixed codes."""

from typing import Any

from django.db import migrations

ARTICLES = {"framework": "SF", "goals": "GPG 0", "themes": "CCT 0", "dialogue": "D 0"}
PARAGRAPHS = {"vision": "SF V.1", "mission": "SF M.1"}


def choose_former_texts(apps: Any, schema_editor: Any) -> None:
    placements = apps.get_model("library", "Placement").objects
    for kind, codes in (("article", ARTICLES), ("paragraph", PARAGRAPHS)):
        model = apps.get_model("library", kind)
        for place, code in codes.items():
            if record := model.objects.filter(code=code).first():
                placements.get_or_create(place=place, defaults={kind: record})


class Migration(migrations.Migration):
    dependencies = [
        ("library", "0005_add_placement"),
    ]

    operations = [migrations.RunPython(choose_former_texts, migrations.RunPython.noop)]
