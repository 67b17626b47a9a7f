"""Whether translations are as new as their sources.

A translation remembers the words of the source that it was made from. It is fresh where the source
has these words, by whatever way it came to them; stale after a minor change where the source has
words that it reached by minor changes alone; and stale after a change of meaning otherwise. Times
decide nothing. The history tells of all that changes, by whatever way (follow_revision).
"""

import re
import unicodedata
from hashlib import sha256

from django.apps import apps
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from history.content_version import bump, remembered
from history.models import ChangeKind
from history.recording import made, registered, state
from languages import languages
from languages.fields import paired_fields
from translations.models import TranslationState, TranslationStatus

BATCH_SIZE = 500

# Spaces, signs of punctuation, vowel signs and other marks: changing them alone is minor.
SLIGHT = re.compile(r"[\W_]|[\u0610-\u061a\u064b-\u065f\u0670\u0300-\u036f]")


def digest(text):
    return sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()


def is_minor_change(before, after):
    """Whether two wordings differ in spaces, vowel signs and punctuation alone."""
    one, other = (SLIGHT.sub("", unicodedata.normalize("NFD", text)) for text in (before, after))
    return one == other


def follow_revision(sender, revision, changes, declared, **options):
    """Follow what was recorded (a receiver of revision_recorded)."""
    follow(changes, revision.author_name, declared)


def follow(changes, person="", declared=None):
    """Bring the states of translations in step with changes that were just made.

    Each Change has the state of its record before it as `before`, {} where there was none.
    `declared` may say of a record, by the label of its model and its number, whether a change of
    its sources is minor; where it does not, a change is minor that is slight.
    """
    of_models = {}
    for change in changes:
        of_models.setdefault(change.model, []).append(change)
    made, moved = [], []
    for label, of_model in of_models.items():
        followed = list(changed_units(label, of_model))
        rows = states_of(label, {change.record for change, _field, _texts in followed})
        for change, field, texts in followed:
            is_minor = (declared or {}).get((label, change.record))
            for row in rows_of(rows, change, field, texts):
                before = vars(row).copy()
                update(row, change, texts, person, is_minor)
                if row.pk is None:
                    made.append(row)
                elif vars(row) != before:
                    moved.append(row)
    TranslationState.objects.bulk_create(made, batch_size=BATCH_SIZE)
    if moved:
        TranslationState.objects.bulk_update(moved, WRITTEN, batch_size=BATCH_SIZE)


WRITTEN = ["source", "made_from", "same", "state", "words", "author_name"]


def changed_units(label, changes):
    """Yield each change with a text that it changed in any language, and its wordings."""
    fields = paired_fields(apps.get_model(label))
    for change in changes:
        is_gone = change.kind == ChangeKind.DELETED
        for field in fields:
            texts = {
                code: (wording(change.before, field, code), wording(change.state, field, code))
                for code in languages.codes()
            }
            if is_gone or not change.before or any(old != new for old, new in texts.values()):
                yield change, field, texts


def wording(values, field, language):
    return values.get(f"{field}_{language}") or ""


def states_of(label, records):
    rows = TranslationState.objects.filter(model=label, record__among=list(records))
    return {(row.record, row.field, row.language): row for row in rows} if records else {}


def rows_of(rows, change, field, texts):
    """Return the rows of a text, stored or new, in every language but its source."""
    found = [
        row
        for code in languages.codes()
        if (row := rows.get((change.record, field, code))) is not None
    ]
    source = found[0].source if found else source_of(texts)
    known = {row.language for row in found}
    return found + [
        TranslationState(
            model=change.model, record=change.record, field=field, language=code, source=source
        )
        for code in languages.others(source)
        if code not in known
    ]


def source_of(texts):
    """Return the language that a text was written in first, as far as can be told."""
    order = [languages.source(), *languages.others(languages.source())]
    return next((code for code in order if texts[code][1]), order[0])


def update(row, change, texts, person, is_minor):
    """Let one row follow a change; nothing is written yet."""
    if change.kind == ChangeKind.DELETED:
        row.state = TranslationStatus.NOTHING
        return
    old_source, source = texts[row.source]
    old, new = texts[row.language]
    if row.pk is None or (change.before and new != old and not is_corrected(row, old, new)):
        row.made_from, row.same = (source if new else ""), []
        row.author_name = person if new else ""
    elif change.before and source != old_source and is_near(row, old_source):
        slight = is_minor_change(old_source, source) if is_minor is None else is_minor
        if slight and digest(source) not in row.same:
            row.same = [*row.same, digest(source)]
    row.words = len(source.split())
    row.state = state_of(row, source, new)


def is_corrected(row, old, new):
    """Whether a translation that is older than its source was only touched up."""
    return row.state in TranslationState.STALE and bool(old) and is_minor_change(old, new)


def is_near(row, source):
    """Whether only minor changes lie between a wording of the source and the translation."""
    return source == row.made_from or digest(source) in row.same


def state_of(row, source, text):
    """Return the state that a translation is in, given both wordings as they are now."""
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


def reviewed_digest(source, text):
    return digest(f"{digest(source)} {digest(text)}")


def confirm(row, source, text, person):
    """Say that a translation is right for its source as it is now."""
    row.made_from, row.same, row.author_name = source, [], person
    row.state = state_of(row, source, text)
    row.save()
    bump()


def review(row, source, text, person):
    """Note that somebody has compared a translation with its source and found it right.

    Raises ValueError where there is nothing to compare, or where the source has moved on.
    """
    if state_of(row, source, text) not in (
        TranslationStatus.UNREVIEWED,
        TranslationStatus.REVIEWED,
    ):
        raise ValueError("A translation is reviewed when it is as new as its source.")
    row.reviewed = reviewed_digest(source, text)
    row.reviewer_name, row.reviewed_at = person, timezone.now()
    row.state = TranslationStatus.REVIEWED
    row.save()


@transaction.atomic
def make_source(row, texts):
    """Let a translation be the source of its text, and the former source its translation.

    `texts` are the wordings as they are now, by language. What was translated from the former
    source is taken for translated from the new one. Raises ValueError where the translation is
    missing.
    """
    source, former = row.language, row.source
    if not texts[source]:
        raise ValueError("A text that is not there cannot be a source.")
    same = {"model": row.model, "record": row.record, "field": row.field}
    row.delete()
    rows = list(TranslationState.objects.filter(**same))
    rows.append(TranslationState(**same, language=former))
    for each in rows:
        is_stale = each.state in TranslationState.STALE
        each.source, each.same, each.reviewed = source, [], ""
        each.made_from = texts[source] if texts[each.language] and not is_stale else ""
        each.words = len(texts[source].split())
        each.state = state_of(each, texts[source], texts[each.language])
        each.save()
    bump()


@remembered
def stale_translations(language):
    """Return the translations into a language that are older than their sources, by their text."""
    rows = TranslationState.objects.filter(language=language, state__in=TranslationState.STALE)
    return {(row.model, row.record, row.field): row for row in rows}


def begin():
    """Make the states that are missing, of translations that are taken for fresh.

    Returns how many were made. Those of a language that is new to the portal are among them.
    """
    number = TranslationState.objects.count()
    for model in registered:
        if fields := paired_fields(model):
            states = TranslationState.objects.filter(model=model._meta.label_lower)
            of_record = states.values("record").annotate(number=Count("pk"))
            whole = of_record.filter(number__gte=len(fields) * (len(languages.codes()) - 1))
            rows = model._base_manager.exclude(pk__in=whole.values("record"))
            added = (
                made(model, row.pk, ChangeKind.ADDED, "", state(row))
                for row in rows.iterator(BATCH_SIZE)
            )
            follow(added)
    return TranslationState.objects.count() - number
