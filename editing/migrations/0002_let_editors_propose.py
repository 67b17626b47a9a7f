from django.db import migrations, models

EDITORS = "محررون · Editors"


def let_editors_delete(apps, schema_editor):
    """Let editors delete what they may change: of what readers see it becomes a proposal."""
    group = apps.get_model("auth.Group").objects.filter(name=EDITORS).first()
    if group is None:
        return
    permissions = apps.get_model("auth.Permission").objects
    for changing in group.permissions.filter(codename__startswith="change_"):
        codename = changing.codename.replace("change_", "delete_", 1)
        deleting = permissions.filter(content_type=changing.content_type, codename=codename)
        group.permissions.add(*deleting)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("editing", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="proposal",
            name="record",
            field=models.BigIntegerField(null=True, verbose_name="number of the record"),
        ),
        migrations.RunPython(let_editors_delete, migrations.RunPython.noop, elidable=True),
    ]
