"""Template tags and filters for texts in several languages; built into every template."""

import re
from datetime import date
from functools import cache
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

# Addresses, runs of Latin words, and numbers with a letter, which would be reordered inside a
# right-to-left text (Unicode bidirectional algorithm).
LATIN_WORD = r"[A-Za-z0-9](?:[A-Za-z0-9_./-]*[A-Za-z0-9])?"
ADDRESS = r"https?://[^\s()،؛]+"
LATIN = re.compile(rf"{ADDRESS}|@?(?=[A-Za-z]){LATIN_WORD}(?: {LATIN_WORD})*|[0-9]+\.[a-z]\b")


@register.filter
@cache
def attributes(language: str) -> SafeString:
    """The attributes of an HTML element whose text is in a language: lang="ar" dir="rtl"."""
    return format_html('lang="{}" dir="{}"', language, languages.direction(language))


@register.filter
def isolated(text: str, language: str | None = None) -> SafeString:
    """The text as HTML, with Latin words and codes in <bdi> where the language is Arabic."""
    language = language or languages.get_language()
    if languages.direction(language) == "ltr":
        return conditional_escape(text)
    # Escaping adds Latin letters, as in &amp;, so each part is escaped alone.
    html: list[str] = []
    end = 0
    for match in LATIN.finditer(text):
        html += [escape(text[end : match.start()]), "<bdi>", escape(match.group()), "</bdi>"]
        end = match.end()
    # nosemgrep: text-declared-safe (each part is escaped)
    return SafeString("".join([*html, escape(text[end:])]))  # each part is escaped


@register.simple_tag
def localized(record: object, field: str) -> SafeString:
    """A record's text as HTML, in the page's language or, marked as such, in another one."""
    return shown(languages.localized(record, field))


@register.simple_tag
def excerpt(record: object, field: str, length: int) -> SafeString:
    """The first `length` words of a record's text, as HTML like that of localized()."""
    text = languages.localized(record, field)
    return shown(text._replace(value=Truncator(text.value).words(length, truncate="…")))


@register.filter
def named(language: str) -> SafeString:
    """The name of a language in that language, as HTML for a sentence in another one."""
    return format_html('<bdi lang="{}">{}</bdi>', language, languages.autonym(language))


@register.filter
def shown(text: languages.Text) -> SafeString:
    """A Text as HTML, with a note where it is in another language than the page."""
    if not text.is_fallback:
        return isolated(text.value, text.language)
    note = conditional_escape(gettext("not yet translated; shown in %(language)s"))
    return format_html(
        '<span lang="{}" dir="{}">{}</span> <small class="not-translated">{}</small>',
        text.language,
        languages.direction(text.language),
        isolated(text.value, text.language),
        # nosemgrep: text-declared-safe (both are escaped)
        mark_safe(note % {"language": named(text.language)}),  # noqa: S308  (both are escaped)
    )


@register.simple_tag
def text_by_language(record: object, field: str) -> list[languages.Text]:
    """A record's text in every language, that of the page first."""
    active = languages.get_language()
    return [
        languages.Text(languages.text_in_language(record, field, code), code)
        for code in [active, *languages.other_languages(active)]
    ]


@register.filter
def date_range(first: date | None, last: date | None = None) -> str:
    """A day or a range of days as the active language writes it; a common month stands once."""
    if not first:
        return ""
    if not last or last == first:
        return date_format(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{date_format(last)}"
    return f"{date_format(first)} – {date_format(last)}"
