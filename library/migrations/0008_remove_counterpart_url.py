from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("library", "0007_describe_documents"),
    ]

    operations = [
        migrations.RemoveField(model_name="document", name="counterpart_url"),
    ]
