"""The roles that come with the installation, and what each may do.

A role is a group of Django's. It is made once, and what an administrator changes in it stays; the
permissions that a new release brings are given to the roles that they are meant for.
"""

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.models import Q

from editing.models import PUBLISH, Proposal
from history.models import Change, Revision
from history.recording import registered
from translations.models import TRANSLATE, TranslationState

# Both languages, since the name of a group is no text of the interface.
TRANSLATORS = "مترجمون · Translators"
EDITORS = "محررون · Editors"
PUBLISHERS = "ناشرون · Publishers"
ADMINISTRATORS = "مديرون · Administrators"


def install(known):
    """Make the roles that are not there; give the others what is not among the known permissions.

    `known` are the keys of the permissions that there were before.
    """
    for name, permissions in roles().items():
        group, is_new = Group.objects.get_or_create(name=name)
        new = permissions if is_new else permissions.exclude(pk__in=known)
        group.permissions.add(*new)


def roles():
    """Return the permissions of each role."""
    everything = Permission.objects.select_related("content_type")
    work = [Change, Revision, Proposal, TranslationState]
    seen = everything.filter(tasks(["view"], [*work, *registered]))
    edited = [model for model in registered if not model.is_source]
    translators = seen | everything.filter(named(TRANSLATE))
    editors = translators | everything.filter(tasks(["add", "change"], edited))
    publishers = editors | everything.filter(named(PUBLISH) | tasks(["delete"], edited))
    return {
        TRANSLATORS: translators,
        EDITORS: editors,
        PUBLISHERS: publishers,
        ADMINISTRATORS: everything,
    }


def named(permission):
    label, codename = permission.split(".")
    return Q(content_type__app_label=label, codename=codename)


def tasks(names, models):
    """Return the filter of the permissions to do some tasks with some models."""
    wanted = Q(pk=None)
    for model in models:
        codenames = [f"{name}_{model._meta.model_name}" for name in names]
        wanted |= Q(content_type__app_label=model._meta.app_label, codename__in=codenames)
    return wanted


known_before = set()


def remember(sender, **options):
    """Remember the permissions that there are before a migration."""
    if Permission._meta.db_table in connection.introspection.table_names():
        known_before.update(Permission.objects.values_list("pk", flat=True))


def install_at_the_end(sender, **options):
    """Make the roles after the permissions of all applications are there."""
    with_models = [config for config in apps.get_app_configs() if config.models_module]
    if sender == with_models[-1]:
        install(known_before)
        known_before.clear()
