"""What a page says of translations that are older than their source; built into every template."""

from django import template

from languages import languages
from languages.text_diff import differences
from translations.staleness import stale_translations

register = template.Library()


@register.simple_tag
def older(record, field):
    """The reader's translation of a text where it is older than its source, with what has changed.

    Returns None where it is not, and in the language that the text was written in.
    """
    rows = stale_translations(languages.get_language())
    row = rows.get((record._meta.label_lower, record.pk, field))
    if row is not None:
        now = languages.in_language(record, field, row.source)
        return {"row": row, "pieces": differences(row.made_from, now)}
    return None
