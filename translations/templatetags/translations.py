"""The template tag for outdated translations; the settings add it to every template."""

from django import template
from django.db import models
from django.utils.translation import get_language

from languages import languages
from languages.text_diff import DiffPart, word_diff
from translations.models import TranslationState
from translations.staleness import outdated_states

register = template.Library()


@register.simple_tag
def outdated_translation(
    record: models.Model, field: str
) -> dict[str, TranslationState | list[DiffPart]] | None:
    """Return the reader's translation of a text if it is outdated, else None.

    `row` is its state, `parts` are the differences from the source text that was translated to
    the source text now.
    """
    row = outdated_states(get_language()).get((record._meta.label_lower, record.pk, field))
    if row is not None:
        source = languages.text_in_language(record, field, row.source)
        return {"row": row, "parts": word_diff(row.made_from, source)}
    return None
