"""The template tag for outdated translations; the settings add it to every template."""

from django import template

from languages import languages
from languages.text_diff import word_diff
from translations.staleness import outdated_states

register = template.Library()


@register.simple_tag
def outdated_translation(record, field):
    """Return the reader's translation of a text if it is outdated, else None.

    The answer is a dict: `row` is its TranslationState, `parts` are the DiffParts from the
    source text that was translated to the source text now.
    """
    row = outdated_states(languages.get_language()).get(
        (record._meta.label_lower, record.pk, field)
    )
    if row is not None:
        source = languages.text_in_language(record, field, row.source)
        return {"row": row, "parts": word_diff(row.made_from, source)}
    return None
