"""Keeps the TranslationState rows in step with the content.

A row remembers the source text that its translation was made from (`made_from`). The translation
is up to date where the source has this text now; it does not matter how the source came back to
it. It is outdated after a minor change where the source has reached its text by minor changes
alone, and outdated after a change of meaning otherwise. Texts are compared, never times.

The history sends every change of a record, made in whatever way (history.signals).
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from history.content_version import bump_version, cached_by_version
from history.models import Change, ChangeKind, Revision, State
from history.recording import new_change, record_state, recorded_models
from languages import languages
from languages.fields import paired_fields
from translations.models import TranslationState, TranslationStatus

type TextsByLanguage = dict[str, tuple[str, str]]  # {language: (text before, text after)}
type StatesByText = dict[tuple[int, str, str], TranslationState]  # by pk, field and language
type Declared = Mapping[tuple[str, int], bool]  # {(label of the model, pk): change is minor}

BATCH_SIZE = 500

# Spaces, punctuation, vowel signs and other marks: a change of these alone is minor.
MINOR_CHARACTERS = re.compile(r"[\W_]|[\u0610-\u061a\u064b-\u065f\u0670\u0300-\u036f]")


def digest(text: str) -> str:
    """Return the SHA-256 of a text in Unicode's form NFC, as 64 hexadecimal digits."""
    return sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()


def is_minor_change(before: str, after: str) -> bool:
    """Whether two versions of a text differ in spaces, vowel signs and punctuation alone."""
    before_letters, after_letters = (
        MINOR_CHARACTERS.sub("", unicodedata.normalize("NFD", text)) for text in (before, after)
    )
    return before_letters == after_letters


def update_states_after_revision(
    sender: type[Revision],
    revision: Revision,
    changes: list[Change],
    declared: Declared,
    **options: Any,
) -> None:
    """Update the states of the texts that a revision changed (a receiver of revision_recorded)."""
    update_states(changes, revision.author_name, declared)


def update_states(
    changes: Iterable[Change], author_name: str = "", declared: Declared | None = None
) -> None:
    """Create and update the TranslationState rows of changed records.

    Each change has the columns of its record before it as `before`, {} for a new record.
    `author_name` is stored as the translator of the texts that changed. `declared` says whether
    the change of the sources of a record is minor; for other records, is_minor_change() decides.
    """
    changes_by_model: dict[str, list[Change]] = {}
    for change in changes:
        changes_by_model.setdefault(change.model, []).append(change)
    created: list[TranslationState] = []
    updated: list[TranslationState] = []
    for label, model_changes in changes_by_model.items():
        changed = list(changed_texts(label, model_changes))
        stored = stored_states(label, {change.record for change, _field, _texts in changed})
        for change, field, texts in changed:
            is_minor = (declared or {}).get((label, change.record))
            for row in text_states(stored, change, field, texts):
                before = vars(row).copy()
                update_state(row, change, texts, author_name, is_minor)
                if row.pk is None:
                    created.append(row)
                elif vars(row) != before:
                    updated.append(row)
    TranslationState.objects.bulk_create(created, batch_size=BATCH_SIZE)
    if updated:
        TranslationState.objects.bulk_update(updated, UPDATED_FIELDS, batch_size=BATCH_SIZE)


UPDATED_FIELDS: list[str] = ["source", "made_from", "same", "state", "words", "author_name"]


def changed_texts(
    label: str, changes: Iterable[Change]
) -> Iterator[tuple[Change, str, TextsByLanguage]]:
    """Yield (change, field, texts) for each translated text that a change of a model touches.

    A new or deleted record yields all its texts.
    """
    fields = paired_fields(apps.get_model(label))
    for change in changes:
        is_gone = change.kind == ChangeKind.DELETED
        for field in fields:
            texts = {
                code: (
                    text_column(change.before, field, code),
                    text_column(change.state, field, code),
                )
                for code in languages.language_codes()
            }
            if is_gone or not change.before or any(old != new for old, new in texts.values()):
                yield change, field, texts


def text_column(columns: State, field: str, language: str) -> str:
    """Return a text from the columns of a record, "" where there is none."""
    return columns.get(f"{field}_{language}") or ""


def stored_states(label: str, records: Collection[int]) -> StatesByText:
    """Return the states of the texts of some records of a model, given by their pks."""
    rows = TranslationState.objects.filter(model=label, record__among=list(records))
    return {(row.record, row.field, row.language): row for row in rows} if records else {}


def text_states(
    stored: StatesByText, change: Change, field: str, texts: TextsByLanguage
) -> list[TranslationState]:
    """Return the TranslationStates of a text in all languages but its source language.

    Those that are not in `stored` are new and not saved.
    """
    rows = [
        row
        for code in languages.language_codes()
        if (row := stored.get((change.record, field, code))) is not None
    ]
    source_language = rows[0].source if rows else guess_source_language(texts)
    stored_languages = {row.language for row in rows}
    return rows + [
        TranslationState(
            model=change.model,
            record=change.record,
            field=field,
            language=code,
            source=source_language,
        )
        for code in languages.other_languages(source_language)
        if code not in stored_languages
    ]


def guess_source_language(texts: TextsByLanguage) -> str:
    """Return the language that a text was probably written in first.

    This is the source language of the portal where the text exists in it, else the first other
    language that has the text.
    """
    order = [languages.source_language(), *languages.other_languages(languages.source_language())]
    return next((code for code in order if texts[code][1]), order[0])


def update_state(
    row: TranslationState,
    change: Change,
    texts: TextsByLanguage,
    author_name: str,
    is_minor: bool | None,
) -> None:
    """Update one TranslationState after a change of its text, without saving it.

    `is_minor` is None where the author did not say whether the change of the source is minor.
    """
    if change.kind == ChangeKind.DELETED:
        row.state = TranslationStatus.NOTHING
        return
    old_source, source = texts[row.source]
    old_text, text = texts[row.language]
    if row.pk is None or (
        change.before and text != old_text and not is_touch_up(row, old_text, text)
    ):
        row.made_from, row.same = (source if text else ""), []
        row.author_name = author_name if text else ""
    elif change.before and source != old_source and has_only_minor_changes(row, old_source):
        is_source_minor = is_minor_change(old_source, source) if is_minor is None else is_minor
        if is_source_minor and digest(source) not in row.same:
            row.same = [*row.same, digest(source)]
    row.words = len(source.split())
    row.state = compute_status(row, source, text)


def is_touch_up(row: TranslationState, old_text: str, text: str) -> bool:
    """Whether a minor change was made to a translation that is outdated: it stays outdated."""
    return (
        row.state in TranslationState.OUTDATED_STATUSES
        and bool(old_text)
        and is_minor_change(old_text, text)
    )


def has_only_minor_changes(row: TranslationState, source: str) -> bool:
    """Whether a source text differs by minor changes alone from the one that was translated."""
    return source == row.made_from or digest(source) in row.same


def compute_status(row: TranslationState, source: str, text: str) -> TranslationStatus:
    """Return the status of a translation from its source text and its text now."""
    if not source:
        return TranslationStatus.NOTHING
    if not text:
        return TranslationStatus.MISSING
    if digest(source) == digest(row.made_from):
        is_reviewed = row.reviewed == reviewed_digest(source, text)
        return TranslationStatus.REVIEWED if is_reviewed else TranslationStatus.UNREVIEWED
    return (
        TranslationStatus.OUTDATED_MINOR
        if digest(source) in row.same
        else TranslationStatus.OUTDATED
    )


def reviewed_digest(source: str, text: str) -> str:
    """Return the digest that a review keeps of both texts (TranslationState.reviewed)."""
    return digest(f"{digest(source)} {digest(text)}")


def mark_up_to_date(row: TranslationState, source: str, text: str, author_name: str) -> None:
    """Save that a translation is right for its source as both are now."""
    row.made_from, row.same, row.author_name = source, [], author_name
    row.state = compute_status(row, source, text)
    row.save()
    bump_version()


def mark_reviewed(row: TranslationState, source: str, text: str, reviewer_name: str) -> None:
    """Save that a person has compared a translation with its source and found it right.

    `source` and `text` are the texts that were compared. Raises ValueError where the translation
    is missing or outdated.
    """
    if compute_status(row, source, text) not in (
        TranslationStatus.UNREVIEWED,
        TranslationStatus.REVIEWED,
    ):
        raise ValueError("A translation is reviewed when it is as new as its source.")
    row.reviewed = reviewed_digest(source, text)
    row.reviewer_name, row.reviewed_at = reviewer_name, timezone.now()
    row.state = TranslationStatus.REVIEWED
    row.save()
    bump_version()  # pages show how much is reviewed


@transaction.atomic
def mark_as_source(row: TranslationState, texts: Mapping[str, str]) -> None:
    """Make a translation the source of its text, and the former source its translation.

    `texts` is {language: text} of all languages as they are now. Translations that were up to
    date with the former source are up to date with the new one. Reviews are lost. Raises
    ValueError where the translation is missing.
    """
    source_language, former_source_language = row.language, row.source
    source = texts[source_language]
    if not source:
        raise ValueError("A text that is not there cannot be a source.")
    same_text = {"model": row.model, "record": row.record, "field": row.field}
    row.delete()
    rows = list(TranslationState.objects.filter(**same_text))
    rows.append(TranslationState(**same_text, language=former_source_language))
    for each in rows:
        is_outdated = each.state in TranslationState.OUTDATED_STATUSES
        each.source, each.same, each.reviewed = source_language, [], ""
        each.made_from = source if texts[each.language] and not is_outdated else ""
        each.words = len(source.split())
        each.state = compute_status(each, source, texts[each.language])
        each.save()
    bump_version()


@cached_by_version
def outdated_states(language: str) -> dict[tuple[str, int, str], TranslationState]:
    """Return the states of outdated translations into a language, by model label, pk and field.

    The answer is cached while the content stays the same.
    """
    rows = TranslationState.objects.filter(
        language=language, state__in=TranslationState.OUTDATED_STATUSES
    )
    return {(row.model, row.record, row.field): row for row in rows}


def create_missing_states() -> int:
    """Create the TranslationStates that are missing, and return their number.

    Their translations count as up to date. States are missing of records that were there before
    this package, and after a language has been added to the settings.
    """
    count_before = TranslationState.objects.count()
    for model in recorded_models:
        if fields := paired_fields(model):
            states = TranslationState.objects.filter(model=model._meta.label_lower)
            counts = states.values("record").annotate(number=Count("pk"))
            complete = counts.filter(
                number__gte=len(fields) * (len(languages.language_codes()) - 1)
            )
            records = model._base_manager.exclude(pk__in=complete.values("record"))
            # As if the records had just been added.
            update_states(
                new_change(model, record.pk, ChangeKind.ADDED, "", record_state(record))
                for record in records.iterator(BATCH_SIZE)
            )
    return TranslationState.objects.count() - count_before
