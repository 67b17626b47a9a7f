"""Checks of an imported translation: placeholders, codes and numbers, and its language."""

import re
from collections import Counter

from languages.languages import direction
from translations.consistency import LATIN_CODE, acronyms, is_acronym
from translations.numbers import find_numbers

# Text that a translation has to keep: {name}, %(name)s, %s, a web or mail address.
PLACEHOLDER = re.compile(
    r"\{[^{}\s]*\}|%\([^()\s]+\)[a-z]|%[sd]\b|https?://[^\s<>«»“”()،؛]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
)
ARABIC_LETTER, LATIN_LETTER = re.compile("[\u0620-\u06ff]"), re.compile("[A-Za-z]")


def missing_placeholders(source: str, text: str) -> list[str]:
    """Return the sorted placeholders and addresses of a source that its translation lacks."""
    return sorted(Counter(placeholders(source)) - Counter(placeholders(text)))


def extra_placeholders(source: str, text: str) -> list[str]:
    """Return the sorted placeholders of a translation that its source lacks.

    Addresses are left out: pages in another language have other addresses.
    """
    return [
        placeholder
        for placeholder in missing_placeholders(text, source)
        if not re.search("://|@", placeholder)
    ]


def placeholders(text: str) -> list[str]:
    """Return the placeholders and addresses in a text, in their order."""
    return [placeholder.rstrip(".,;:!?") for placeholder in PLACEHOLDER.findall(text)]


def missing_codes(source: str, text: str) -> list[str]:
    """Return the sorted acronyms, then the sorted numbers, of a source that its translation lacks.

    This may be right: a number may be written as a word.
    """
    missing_acronyms = sorted(acronyms(source) - acronyms(text))
    return missing_acronyms + sorted(find_numbers(source) - find_numbers(text))


def is_in_other_language(text: str, language: str) -> bool:
    """Whether most letters of a text, acronyms aside, are of the other direction of writing."""
    rest = LATIN_CODE.sub(lambda match: "" if is_acronym(match[0]) else match[0], text)
    arabic, latin = len(ARABIC_LETTER.findall(rest)), len(LATIN_LETTER.findall(rest))
    return latin > arabic if direction(language) == "rtl" else arabic > latin
