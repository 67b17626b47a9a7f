"""Who may change what readers see: whoever may publish (PUBLISH).

Others change drafts. What they would change in what readers see, add to it or remove from it
becomes a proposal (proposals.py); forms see to that, and this module refuses it on every other way.
The translations of whoever may translate (TRANSLATE) are public at once, and marked as not
reviewed.
"""

from collections.abc import Collection
from typing import cast

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _

from editing.models import PUBLISH
from history.actors import Account
from history.models import Change, ChangeKind, Revision, State
from history.recording import RecordedModel, recorded_fields
from languages.fields import translated_fields
from languages.languages import other_languages, source_language
from translations.models import TRANSLATE

PUBLISHING_COLUMNS = frozenset({"is_published", "publish_at", "unpublish_at"})


def must_propose(request: HttpRequest, record: RecordedModel) -> bool:
    """Whether readers see a record, before or after a save, and this person may not publish."""
    if request.user.has_perm(PUBLISH):
        return False
    stored = type(record)._base_manager.filter(pk=record.pk).first()
    return any(is_visible(each) for each in (stored, record) if each is not None)


def is_visible(record: RecordedModel) -> bool:
    """Whether readers see a record with these values, once it is saved."""
    try:
        return record.is_public()
    except ObjectDoesNotExist:
        return False  # the record to which it belongs is missing, or goes with it


def translation_columns(model: type[RecordedModel]) -> set[str]:
    """Return the columns of a model that hold translations: title_en."""
    languages = other_languages(source_language())
    return {f"{field}_{code}" for field in translated_fields(model) for code in languages}


def refuse_unpublished(revision: Revision, changes: Collection[Change], **options: object) -> None:
    """Refuse changes of what readers see by somebody who may not publish (revision_recorded).

    Raises PermissionDenied, which undoes the revision.
    """
    author = revision.author
    if author is None or author.has_perm(PUBLISH):
        return
    for change in changes:
        if needs_publisher(change, author):
            text = _(
                "Readers see “%(record)s”, and only a publisher changes that. Send your change for "
                "publication instead."
            )
            raise PermissionDenied(text % {"record": change.label})


def needs_publisher(change: Change, author: Account) -> bool:
    """Whether a change concerns what readers see, and its author may not make it at once."""
    model = cast("type[RecordedModel]", apps.get_model(change.model))
    if change.kind == ChangeKind.DELETED:
        return concerns_readers(model, change.record, change.state, None)
    if change.kind == ChangeKind.ADDED:
        return concerns_readers(model, change.record, None, change.state)
    before = change.before
    columns = {column for column, value in change.state.items() if before.get(column) != value}
    if author.has_perm(TRANSLATE):
        columns -= translation_columns(model)
    return bool(columns) and concerns_readers(model, change.record, before, change.state)


def concerns_readers(
    model: type[RecordedModel], pk: int, before: State | None, after: State | None
) -> bool:
    """Whether readers see a record in one of two states, or the second one publishes it.

    A state is None where there is no record.
    """
    publishes = any(
        (after or {}).get(column) not in (None, False, (before or {}).get(column))
        for column in PUBLISHING_COLUMNS
    )
    states = [state for state in (before, after) if state is not None]
    return publishes or any(is_visible(built_record(model, pk, state)) for state in states)


def built_record(model: type[RecordedModel], pk: int, state: State) -> RecordedModel:
    """Return a record with the values of a state, which is not to be saved; `pk` is its key."""
    columns = {field.attname for field in recorded_fields(model)}
    values = {column: value for column, value in state.items() if column in columns}
    record = model(**values)
    record.pk = pk
    return record


def was_public(change: Change) -> bool:
    """Whether readers would see a record as it was after a change, or see it now."""
    model = cast("type[RecordedModel]", apps.get_model(change.model))
    stored = model._base_manager.filter(pk=change.record).first()
    built = built_record(model, change.record, change.state)
    return any(is_visible(record) for record in (stored, built) if record is not None)
