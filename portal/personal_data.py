"""What is stored about whoever has an account: to be told to them, and to be erased."""

import logging
from importlib import import_module

from django.apps import apps
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import transaction
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
# What opens an account is told to nobody, in whatever table it stands.
WITHHELD = {"password", "session_key", "data", "token", "token_secret"}
CHANGE = ["kind", "model", "record", "label"]
PROPOSAL = ["model", "record", "label", "made", "comment", "state", "decided", "reason"]
TRANSLATION = ["model", "record", "field", "language"]


def exported(person):
    """Return all that is stored about a person, as JSON takes it."""
    names = names_of(person)
    translations = TranslationState.objects.values(*TRANSLATION)
    return {
        "exported": timezone.now(),
        "account": columns(person)
        | {
            "groups": list(person.groups.values_list("name", flat=True)),
            "permissions": sorted(
                f"{label}.{codename}"
                for label, codename in person.user_permissions.values_list(
                    "content_type__app_label", "codename"
                )
            ),
        },
        "sessions": [{"ends": session.expire_date} for session in sessions_of(person)],
        "revisions": [
            {
                "made": revision.made,
                "comment": revision.comment,
                "changes": list(revision.changes.values(*CHANGE)),
            }
            for revision in Revision.objects.filter(author=person).prefetch_related("changes")
        ],
        "proposals": list(Proposal.objects.filter(author=person).values(*PROPOSAL, "changes")),
        "decisions": list(Proposal.objects.filter(decided_by__in=names).values(*PROPOSAL)),
        "translations": list(translations.filter(author_name__in=names)),
        "reviews": list(translations.filter(reviewer_name__in=names).values("reviewed_at")),
        "records": dict(records_of(person)),
    }


def columns(row):
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name not in WITHHELD
    }


def records_of(person):
    """Yield the rows of all other tables that point to a person, whichever room has them."""
    for relation in person._meta.get_fields(include_hidden=True):
        model = relation.related_model
        is_pointed_from = relation.auto_created and (relation.one_to_many or relation.one_to_one)
        if not is_pointed_from or model._meta.auto_created or model in (Revision, Proposal):
            continue
        rows = model._base_manager.filter(**{relation.field.name: person})
        if found := [columns(row) for row in rows]:
            yield model._meta.label_lower, found


def naming_models():
    """Return the models that name people, as history/actors.py describes them."""
    return [model for model in apps.get_models() if hasattr(model, "person_columns")]


def authored(model, person):
    """Yield each column of a model that goes with a relation, the relation, and a person's rows."""
    for column, relation in model.person_columns.items():
        if relation:
            yield column, relation, model.objects.filter(**{relation: person})


def names_of(person):
    """Return the names that an account has had, less those that another one has now."""
    names = {person.get_username()}
    for model in naming_models():
        for column, _relation, rows in authored(model, person):
            names |= set(rows.values_list(column, flat=True))
    others = User.objects.exclude(pk=person.pk).filter(username__in=names)
    return names - set(others.values_list("username", flat=True)) - {""}


def forget(person):
    """Put the neutral name in the place of a person's, wherever the history has it."""
    names = names_of(person)
    for model in naming_models():
        for column, relation, rows in authored(model, person):
            rows.update(**{column: ERASED, relation: None})
        for column in model.person_columns:
            model.objects.filter(**{f"{column}__in": names}).update(**{column: ERASED})
    for revision in Revision.objects.filter(comment__contains=ARROW):
        author, arrow, publisher, *rest = comment_parts(revision.comment)
        if names & {author, publisher}:
            people = [ERASED if name in names else name for name in (author, publisher)]
            comment = "".join([people[0], arrow, people[1], *rest])
            revision.comment = comment[: Revision._meta.get_field("comment").max_length]
            revision.save(update_fields=["comment"])


def record_erasure(person, by):
    """Leave in the audit that an account was erased, and by whom, but not whose it was."""
    revision = Revision.objects.create(
        author=by, author_name=by.get_username() if by else "", comment=ACCOUNT_ERASED
    )
    Change.objects.create(
        revision=revision,
        kind=ChangeKind.DELETED,
        model=person._meta.label_lower,
        record=person.pk,
        label=str(person.pk),
        state={},
    )


def sessions_of(person):
    """Return the sessions in which a person is signed in."""
    open_sessions = Session.objects.filter(expire_date__gt=timezone.now())
    return [
        session
        for session in open_sessions.iterator()
        if session.get_decoded().get(SESSION_KEY) == str(person.pk)
    ]


def check_erasable(person, by=None):
    """Raise ValidationError where an account may not be erased, or not by this person."""
    if person.is_superuser and by is not None and not by.is_superuser:
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
def erase(person, by=None):
    """Erase an account and the name of its owner; what they wrote stays. Raises ValidationError.

    `by` is who does it, None for a command.
    """
    # In their order, so that two administrators cannot erase each other at once.
    list(User.objects.select_for_update().filter(is_superuser=True).order_by("pk"))
    person = User.objects.select_for_update().get(pk=person.pk)
    check_erasable(person, by)
    forget(person)
    about = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User))
    about.filter(object_id=str(person.pk)).update(object_repr=str(person.pk))
    store = import_module(settings.SESSION_ENGINE).SessionStore
    for session in sessions_of(person):
        store(session.session_key).delete()
    # Who erases their own account is not named either.
    record_erasure(person, by if by is not None and by.pk != person.pk else None)
    number = person.pk
    person.delete()
    logger.info("An account was erased.", extra={"fields": {"account": number}})
