"""Gives the accounts that there are the e-mail addresses that administrators gave them."""

from django.db import migrations


def believe(apps, schema_editor):
    User = apps.get_model("auth", "User")
    EmailAddress = apps.get_model("account", "EmailAddress")
    taken = set(EmailAddress.objects.values_list("email", flat=True))
    for user in User.objects.exclude(email="").order_by("pk"):
        email = user.email.lower()
        if email not in taken:
            taken.add(email)
            EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_tell_of_new_browsers"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [migrations.RunPython(believe, migrations.RunPython.noop)]
