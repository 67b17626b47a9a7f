import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("dialogue", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="highlight",
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
            model_name="round",
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
    ]
