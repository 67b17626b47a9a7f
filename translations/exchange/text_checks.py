"""What a translation lacks that its source has, or has in a language that is not its own."""

import re
from collections import Counter

from languages.languages import direction
from translations.consistency import CODE, acronyms, is_acronym
from translations.numbers import numbers

# What is no word and stays as it is: {name}, %(name)s, %s, an address on the web or of mail.
PLACEHOLDER = re.compile(
    r"\{[^{}\s]*\}|%\([^()\s]+\)[a-z]|%[sd]\b|https?://[^\s<>«»“”()،؛]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
)
ARABIC_LETTER, LATIN_LETTER = re.compile("[\u0620-\u06ff]"), re.compile("[A-Za-z]")


def lost(source, text):
    """Return the placeholders and addresses of a source that its translation lacks."""
    return sorted(Counter(placeholders(source)) - Counter(placeholders(text)))


def added(source, text):
    """Return the placeholders that a translation has and its source lacks; addresses may vary."""
    return [found for found in lost(text, source) if not re.search("://|@", found)]


def placeholders(text):
    return [found.rstrip(".,;:!?") for found in PLACEHOLDER.findall(text)]


def lost_codes(source, text):
    """Return the codes and numbers that only the source has; there may be a reason for it."""
    only = sorted(acronyms(source) - acronyms(text))
    return only + sorted(numbers(source) - numbers(text))


def is_in_other_language(text, language):
    """Whether most letters of a text, acronyms aside, are of the other direction of writing."""
    rest = CODE.sub(lambda found: "" if is_acronym(found[0]) else found[0], text)
    arabic, latin = len(ARABIC_LETTER.findall(rest)), len(LATIN_LETTER.findall(rest))
    return latin > arabic if direction(language) == "rtl" else arabic > latin
