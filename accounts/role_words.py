"""What a role or an account may do, in words, for administrators."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import second_factor
from accounts.models import User
from editing.models import PUBLISH
from editing.roles import ADMINISTRATORS, EDITORS, PUBLISHERS, TRANSLATORS, role_permissions
from operations.models import SEE_STATUS
from translations.models import TRANSLATE

# The roles as they come with the portal.
ROLES: dict[str, Promise] = {
    TRANSLATORS: gettext_lazy("Sees all content and changes its translations, nothing else."),
    EDITORS: gettext_lazy(
        "Adds, changes and deletes drafts, and takes in documents. What readers see changes once a "
        "publisher accepts it; translations do at once."
    ),
    PUBLISHERS: gettext_lazy(
        "Does what editors do, publishes and deletes content, and decides on proposals."
    ),
    ADMINISTRATORS: gettext_lazy("Does everything, and also changes accounts and roles."),
}
TASKS: dict[str, Promise] = {
    "view": gettext_lazy("Sees: %(kinds)s."),
    "add": gettext_lazy("Adds: %(kinds)s."),
    "change": gettext_lazy("Changes: %(kinds)s."),
    "delete": gettext_lazy("Deletes: %(kinds)s."),
}
OTHERS: dict[str, Promise] = {
    PUBLISH: gettext_lazy("Publishes and hides content."),
    TRANSLATE: gettext_lazy("Changes the translations of all content."),
    SEE_STATUS: gettext_lazy("Sees the status of the portal."),
}


def describe_account(person: User) -> list[tuple[str, list[str]]]:
    """Return what an account may do: the names of its groups, each with sentences.

    Sentences without a group have the name "".
    """
    if not person.is_active:
        return [("", [_("Nothing: the account is not active.")])]
    if person.is_superuser:
        return [("", [_("Everything: the account has all rights."), *second_factor_words(person)])]
    own = permission_words(person.user_permissions.select_related("content_type"))
    access = [] if person.is_staff else [_("Cannot enter the administration.")]
    groups = [(group.name, describe_group(group)) for group in person.groups.all()]
    general = [*access, *own, *second_factor_words(person)]
    nothing = [_("Has no role.")] if not (groups or own) else []
    return [*groups, ("", [*nothing, *general])] if nothing or general else groups


def second_factor_words(person: User) -> list[str]:
    """Return the sentence about the second factor, if the account needs one."""
    return [_("Needs a second factor.")] if second_factor.is_required(person) else []


def describe_group(group: Group) -> list[str]:
    """Return sentences about what a group may do.

    They are those of the role, and what an administrator has added to it or taken from it.
    """
    permissions = set(group.permissions.select_related("content_type"))
    if group.name not in ROLES:
        return permission_words(permissions) or [_("Nothing.")]
    usual = set(role_permissions()[group.name])
    return [
        str(ROLES[group.name]),
        *(
            _("In addition: %(words)s") % {"words": w}
            for w in permission_words(permissions - usual)
        ),
        *(_("But not: %(words)s") % {"words": w} for w in permission_words(usual - permissions)),
    ]


def permission_words(permissions: Iterable[Permission]) -> list[str]:
    """Return a sentence for each task, with the kinds of record, and for each other permission."""
    kinds: dict[str, list[str]] = {task: [] for task in TASKS}
    others = []
    for permission in permissions:
        task = permission.codename.partition("_")[0]
        name = f"{permission.content_type.app_label}.{permission.codename}"
        if name in OTHERS:
            others.append(str(OTHERS[name]))
        elif task in TASKS:
            kinds[task].append(kind_name(permission))
        else:
            others.append(permission.name)
    tasks = [
        TASKS[task] % {"kinds": " · ".join(sorted(names))} for task, names in kinds.items() if names
    ]
    return [*sorted(others), *tasks]


def kind_name(permission: Permission) -> str:
    """Return the name of the kind of record that a permission is about."""
    model = permission.content_type.model_class()
    return str(model._meta.verbose_name_plural) if model else permission.content_type.model
