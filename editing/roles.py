"""The roles that come with the portal, as groups of Django, and their permissions.

A group is created once, and the changes of an administrator to it stay. Permissions that a new
release adds are given to the groups of their roles.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.db.models import Model, Q, QuerySet

from editing.models import PUBLISH, Proposal
from history.models import Change, Revision
from history.recording import recorded_models
from translations.models import TRANSLATE, TranslationState

# Both languages, since the name of a group is no text of the interface.
TRANSLATORS = "مترجمون · Translators"
EDITORS = "محررون · Editors"
PUBLISHERS = "ناشرون · Publishers"
ADMINISTRATORS = "مديرون · Administrators"

# What was withdrawn, why, and which wordings are not shown again (library/registry_admin.py).
REGISTRY = [
    f"library.{action}_{model}"
    for action in ("view", "change")
    for model in ("registeredcode", "publicwording")
]
# Taking in documents, whose lines nobody sees before the document is published (ingest/admin.py).
TAKING_IN = [f"ingest.{action}_incomingdocument" for action in ("view", "add", "change", "delete")]


def install_roles(known: Collection[int]) -> None:
    """Create the groups that do not exist, and give the others their new permissions.

    `known` has the keys of the permissions that existed before: they are not new.
    """
    for name, permissions in role_permissions().items():
        group, is_new = Group.objects.get_or_create(name=name)
        new = permissions if is_new else permissions.exclude(pk__in=known)
        group.permissions.add(*new)


def role_permissions() -> dict[str, QuerySet[Permission]]:
    """Return the permissions of each role, by the name of its group."""
    everything = Permission.objects.select_related("content_type")
    visible: list[type[Model]] = [Change, Revision, Proposal, TranslationState, *recorded_models]
    editable = [model for model in recorded_models if not model.is_source]
    viewers = everything.filter(has_action(["view"], visible))
    translators = viewers | everything.filter(is_named(TRANSLATE))
    editors = translators | everything.filter(
        has_action(["add", "change", "delete"], editable) | are_named(TAKING_IN)
    )
    publishers = editors | everything.filter(is_named(PUBLISH) | are_named(REGISTRY))
    return {
        TRANSLATORS: translators,
        EDITORS: editors,
        PUBLISHERS: publishers,
        ADMINISTRATORS: everything,
    }


def is_named(permission: str) -> Q:
    """Return the Q of the permission with a name such as "editing.publish"."""
    label, codename = permission.split(".")
    return Q(content_type__app_label=label, codename=codename)


def are_named(permissions: Iterable[str]) -> Q:
    """Return the Q of the permissions with some names."""
    condition = Q(pk=None)
    for permission in permissions:
        condition |= is_named(permission)
    return condition


def has_action(actions: Sequence[str], models: Iterable[type[Model]]) -> Q:
    """Return the Q of Django's permissions for some actions ("add", "view") on some models."""
    condition = Q(pk=None)
    for model in models:
        codenames = [f"{action}_{model._meta.model_name}" for action in actions]
        condition |= Q(content_type__app_label=model._meta.app_label, codename__in=codenames)
    return condition


permissions_before: set[int] = set()  # keys of the permissions that existed before `migrate`


def remember_permissions(sender: AppConfig, **options: Any) -> None:
    """Store the keys of the permissions that exist before a migration (pre_migrate)."""
    if Permission._meta.db_table in connection.introspection.table_names():
        permissions_before.update(Permission.objects.values_list("pk", flat=True))


def install_after_last_app(sender: AppConfig, **options: Any) -> None:
    """Install the roles once the permissions of all apps exist (post_migrate of the last app)."""
    with_models = [config for config in apps.get_app_configs() if config.models_module]
    if sender == with_models[-1]:
        install_roles(permissions_before)
        permissions_before.clear()
