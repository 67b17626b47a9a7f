"""The personal data of an account: exporting all of it, and erasing the account and its name."""

import logging
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, ClassVar, Protocol, cast

from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import BinaryField, ForeignObjectRel, Manager, Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from editing.models import Proposal
from history.actors import ARROW, ERASED, comment_parts
from history.models import Change, ChangeKind, Revision
from translations.models import TranslationState

logger = logging.getLogger(__name__)

ACCOUNT_ERASED = gettext_noop("An account was erased.")
# Columns of any table with which somebody could sign in; an export never has them. The body is that
# of a mail, which may have a link for a first password.
WITHHELD_COLUMNS = {"password", "session_key", "data", "token", "token_secret"}
WITHHELD_COLUMNS |= {"body", "key_hash"}
# The address of somebody else: of whoever was invited.
WITHHELD_COLUMNS |= {"sent_to"}
CHANGE_FIELDS = ["kind", "model", "record", "label"]
PROPOSAL_FIELDS = ["model", "record", "label", "made", "comment", "state", "decided", "reason"]
TRANSLATION_FIELDS = ["model", "record", "field", "language"]


class NamingModel(Protocol):
    """A model with columns for names of accounts (history/actors.py)."""

    objects: ClassVar[Manager[Any]]
    person_columns: ClassVar[Mapping[str, str]]


def export_account(person: User) -> dict[str, Any]:
    """Return everything that is stored about a person, for Django's JSON encoder."""
    names = account_names(person)
    translations = TranslationState.objects.values(*TRANSLATION_FIELDS)
    return {
        "exported": timezone.now(),
        "account": exported_columns(person)
        | {
            "groups": list(person.groups.values_list("name", flat=True)),
            "permissions": sorted(
                f"{label}.{codename}"
                for label, codename in person.user_permissions.values_list(
                    "content_type__app_label", "codename"
                )
            ),
        },
        "sessions": [{"ends": session.expire_date} for session in open_sessions(person)],
        "revisions": [
            {
                "made": revision.made,
                "comment": revision.comment,
                "changes": list(revision.changes.values(*CHANGE_FIELDS)),
            }
            for revision in Revision.objects.filter(author=person).prefetch_related("changes")
        ],
        "proposals": list(
            Proposal.objects.filter(author=person).values(*PROPOSAL_FIELDS, "changes")
        ),
        "decisions": list(Proposal.objects.filter(decided_by__in=names).values(*PROPOSAL_FIELDS)),
        "translations": list(translations.filter(author_name__in=names)),
        "reviews": list(translations.filter(reviewer_name__in=names).values("reviewed_at")),
        "records": related_rows(person),
    }


def exported_columns(row: Model) -> dict[str, Any]:
    """Return the values of a row by column, without the WITHHELD_COLUMNS and files."""
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name not in WITHHELD_COLUMNS and not isinstance(field, BinaryField)
    }


def related_rows(person: User) -> dict[str, list[dict[str, Any]]]:
    """Return the columns of the rows that point to a person, by the labels of the other tables.

    Revisions and proposals are left out, since export_account() has them with more detail.
    """
    rows_by_table: dict[str, list[dict[str, Any]]] = {}
    for relation in person._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.many_to_many:
            continue  # a field of the account itself
        model = relation.related_model
        if model._meta.auto_created or model in (Revision, Proposal):
            continue
        rows = model._base_manager.filter(**{relation.field.name: person})
        if exported := [exported_columns(row) for row in rows]:
            rows_by_table.setdefault(model._meta.label_lower, []).extend(exported)
    return rows_by_table


def models_with_names() -> list[type[NamingModel]]:
    """Return the models with columns for names of accounts."""
    return [
        cast("type[NamingModel]", model)
        for model in apps.get_models()
        if hasattr(model, "person_columns")
    ]


def authored_rows(
    model: type[NamingModel], person: User
) -> Iterator[tuple[str, str, QuerySet[Any]]]:
    """Yield each pair of a name column and a relation to accounts, with the rows of a person.

    Columns without a relation are left out.
    """
    for column, relation in model.person_columns.items():
        if relation:
            yield column, relation, model.objects.filter(**{relation: person})


def account_names(person: User) -> set[str]:
    """Return the names that an account has had, without those of other accounts today."""
    names = {person.get_username()}
    for model in models_with_names():
        for column, _relation, rows in authored_rows(model, person):
            names |= set(rows.values_list(column, flat=True))
    others = User.objects.exclude(pk=person.pk).filter(username__in=names)
    return names - set(others.values_list("username", flat=True)) - {""}


def anonymise(person: User) -> None:
    """Replace the names of a person by the neutral name ERASED in all models with names.

    The comment of an accepted proposal begins with the names of its author and publisher; they are
    replaced too.
    """
    names = account_names(person)
    for model in models_with_names():
        for column, relation, rows in authored_rows(model, person):
            rows.update(**{column: ERASED, relation: None})
        for column in model.person_columns:
            model.objects.filter(**{f"{column}__in": names}).update(**{column: ERASED})
    for revision in Revision.objects.filter(comment__contains=ARROW):
        author, arrow, publisher, *rest = comment_parts(revision.comment)
        if names & {author, publisher}:
            shown_names = [ERASED if name in names else name for name in (author, publisher)]
            comment = "".join([shown_names[0], arrow, shown_names[1], *rest])
            revision.comment = comment[: Revision._meta.get_field("comment").max_length]
            revision.save(update_fields=["comment"])


def record_erasure(person: User, erased_by: User | None) -> None:
    """Record in the history that an account was erased, with its number but not its name.

    `erased_by` is the account that did it, None for a command.
    """
    revision = Revision.objects.create(
        author=erased_by,
        author_name=erased_by.get_username() if erased_by else "",
        comment=ACCOUNT_ERASED,
    )
    Change.objects.create(
        revision=revision,
        kind=ChangeKind.DELETED,
        model=person._meta.label_lower,
        record=person.pk,
        label=str(person.pk),
        state={},
    )


def open_sessions(person: User) -> list[Session]:
    """Return the sessions in which a person is signed in."""
    sessions = Session.objects.filter(expire_date__gt=timezone.now())
    return [
        session
        for session in sessions.iterator()
        if session.get_decoded().get(SESSION_KEY) == str(person.pk)
    ]


def check_erasable(person: User, erased_by: User | None = None) -> None:
    """Raise ValidationError if an account may not be erased, or not by this account."""
    if person.is_superuser and erased_by is not None and not erased_by.is_superuser:
        raise ValidationError(
            _("The account “%(name)s” has all rights: only a person with all rights can erase it.")
            % {"name": person}
        )
    others = User.objects.filter(is_superuser=True, is_active=True).exclude(pk=person.pk)
    if person.is_superuser and not others.exists():
        raise ValidationError(
            _("“%(name)s” is the last account with all rights. Make another one first.")
            % {"name": person}
        )


@transaction.atomic
def erase_account(person: User, erased_by: User | None = None) -> None:
    """Erase an account, its sessions and its name; the texts that it wrote stay.

    `erased_by` is the account that does it, None for a command. Raises ValidationError if the
    account may not be erased.
    """
    # Locked in one order, so that two administrators cannot erase each other at once.
    list(User.objects.select_for_update().filter(is_superuser=True).order_by("pk"))
    person = User.objects.select_for_update().get(pk=person.pk)
    check_erasable(person, erased_by)
    anonymise(person)
    log_entries = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User))
    log_entries.filter(object_id=str(person.pk)).update(object_repr=str(person.pk))
    session_store = import_module(settings.SESSION_ENGINE).SessionStore
    for session in open_sessions(person):
        session_store(session.session_key).delete()
    # A person who erases their own account is not named either.
    is_other = erased_by is not None and erased_by.pk != person.pk
    record_erasure(person, erased_by if is_other else None)
    number = person.pk
    person.delete()
    logger.info("An account was erased.", extra={"fields": {"account": number}})
