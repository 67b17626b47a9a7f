from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("operations", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="LoadedRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("model", models.CharField(max_length=64)),
                ("record", models.BigIntegerField()),
                ("key", models.JSONField()),
                ("digests", models.JSONField()),
            ],
            options={
                "verbose_name": "record of the content files",
                "verbose_name_plural": "records of the content files",
                "ordering": ["model", "record"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=("model", "record"), name="loaded_record_unique")
                ],
            },
        ),
    ]
