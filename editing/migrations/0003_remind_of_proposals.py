from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("editing", "0002_let_editors_propose"),
    ]

    operations = [
        migrations.AddField(
            model_name="proposal",
            name="reminded_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
