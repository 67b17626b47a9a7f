"""Drafts of every model that can have them, with words in them that stand nowhere else."""

from django.apps import apps
from django.db import models

from library.models import Line

LATIN, ARABIC = "quxzibb", "زغبلوط"  # every text of a draft has words that begin like these
# Words of public texts and a term follow them: frequencies, ranks and mentions would change too.
PUBLIC_WORDS = {LATIN: "INTERPOL police borders", ARABIC: "الإنتربول الشرطة الحدود"}
# The letters by which the words of the models differ.
LETTERS = {LATIN: "abcdefghijklmnopqrst", ARABIC: "ابتثجحخدذرزسشصضطظعغف"}
FIRST_NUMBER = 9001
FIXED_VALUES = {"issued": "2026", "is_published": False, "language": "ar"}


def draft_models():
    """Return the models whose managers say which records are published.

    Containers come first, then lines, which others cite.
    """
    found = [model for model in apps.get_models() if hasattr(model._default_manager, "published")]
    return sorted(
        found, key=lambda model: (not is_container(model), model is not Line, model._meta.label)
    )


def is_container(model):
    return any(field.name == "is_published" for field in model._meta.concrete_fields)


def marker(model, beginning):
    """Return the word of a model's drafts in the script of LATIN or ARABIC."""
    letter = LETTERS[beginning][draft_models().index(model)]
    return f"{beginning}{letter * 2}{'s' if beginning == LATIN else 'ات'}"


def make_drafts():
    """Make a draft of each model and its statements; return the records, containers first.

    A new model needs no change here: its fields are filled by their types.
    """
    records = []
    for model in draft_models():
        records.append(make_draft(model, records))
        if any(field.name == "parent" for field in model._meta.concrete_fields):
            records.append(make_draft(model, records, parent=records[-1]))
    return records


def make_draft(model, records, **fields):
    values = {}
    for field in model._meta.concrete_fields:
        value = draft_value(model, field, records)
        if value is not None and field.name not in fields:
            values[field.name] = value
    return model._default_manager.create(**values | fields)


def draft_value(model, field, records):
    """Return a value for a field of a draft, None where it keeps its default."""
    if isinstance(field, models.ForeignKey):
        return related_value(field, records)
    if field.name in FIXED_VALUES:
        return FIXED_VALUES[field.name]
    if field.choices:
        return field.choices[0][0]
    if isinstance(field, models.SlugField):
        return marker(model, LATIN)
    if isinstance(field, models.URLField):
        return f"https://example.org/{marker(model, LATIN)}"
    if field.name == "code":
        return f"{LATIN.upper()} {FIRST_NUMBER + len(records)}"
    if isinstance(field, models.CharField | models.TextField):
        return draft_text(model, field)
    if isinstance(field, models.IntegerField) and not field.primary_key:
        return FIRST_NUMBER + len(records)
    return None


def related_value(field, records):
    """Return a draft that a field can name, else the first public record, as its line."""
    if field.related_model is field.model:
        return None
    drafts = [record for record in records if isinstance(record, field.related_model)]
    return drafts[0] if drafts else field.related_model._default_manager.first()


def draft_text(model, field):
    """Return marked words in the language of a field; short fields have few letters."""
    beginning = ARABIC if field.name.endswith("_ar") else LATIN
    return f"{marker(model, beginning)} {PUBLIC_WORDS[beginning]}"[: field.max_length]


def set_published(records, is_published):
    """Publish or withdraw the containers among some records, one by one, as a form does."""
    for record in records:
        if is_container(type(record)):
            record.is_published = is_published
            record.save()
