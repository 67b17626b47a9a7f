"""Tags for text that exists in two languages; built into every template."""

import re
from html import escape

from django import template
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext

from languages import languages

register = template.Library()
register.filter("direction", languages.direction)
register.filter("autonym", languages.autonym)

# Addresses, runs of Latin words, and numbers with a letter, which a right-to-left text would
# turn around.
LATIN_WORD = r"[A-Za-z0-9](?:[A-Za-z0-9_./-]*[A-Za-z0-9])?"
ADDRESS = r"https?://[^\s()،؛]+"
LATIN = re.compile(rf"{ADDRESS}|@?(?=[A-Za-z]){LATIN_WORD}(?: {LATIN_WORD})*|[0-9]+\.[a-z]\b")


@register.filter
def isolated(text, language=None):
    """The text as HTML, in which Latin codes keep their order inside Arabic."""
    language = language or languages.get_language()
    if languages.direction(language) == "ltr":
        return conditional_escape(text)
    # Escaped text has Latin letters of its own, as in &amp;, so each piece is escaped alone.
    html, place = [], 0
    for match in LATIN.finditer(text):
        html += [escape(text[place : match.start()]), "<bdi>", escape(match.group()), "</bdi>"]
        place = match.end()
    # nosemgrep: text-declared-safe (each piece is escaped)
    return SafeString("".join([*html, escape(text[place:])]))  # each piece is escaped


@register.simple_tag
def localized(record, field):
    """A record's text in the page's language or, marked as such, in the other one."""
    return shown(languages.localized(record, field))


@register.simple_tag
def excerpt(record, field, length):
    """The beginning of a record's text, of as many words as `length`, as localized() shows it."""
    text = languages.localized(record, field)
    return shown(text._replace(value=Truncator(text.value).words(length, truncate="…")))


@register.filter
def named(language):
    """What a language calls itself, as HTML that may stand in a sentence of another."""
    return format_html('<bdi lang="{}">{}</bdi>', language, languages.autonym(language))


@register.filter
def shown(text):
    """A Text as HTML, marked where it is in another language than the page."""
    if not text.is_fallback:
        return isolated(text.value, text.language)
    told = conditional_escape(gettext("not yet translated; shown in %(language)s"))
    return format_html(
        '<span lang="{}" dir="{}">{}</span> <small class="not-translated">{}</small>',
        text.language,
        languages.direction(text.language),
        isolated(text.value, text.language),
        # nosemgrep: text-declared-safe (both are escaped)
        mark_safe(told % {"language": named(text.language)}),  # noqa: S308  (both are escaped)
    )


@register.simple_tag
def columns(record, field):
    """A record's text in every language of the portal, the page's first."""
    active = languages.get_language()
    return [
        languages.Text(languages.in_language(record, field, code), code)
        for code in [active, *languages.others(active)]
    ]


@register.filter
def date_range(first, last=None):
    """Dates in the form of the language, what they have in common said once."""
    if not first:
        return ""
    if not last or last == first:
        return date_format(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{date_format(last)}"
    return f"{date_format(first)} – {date_format(last)}"
