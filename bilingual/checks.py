"""What two languages of one text have to agree in: numbers, codes and acronyms."""

import re
import unicodedata
from collections import Counter

CODE = re.compile(r"[A-Z][A-Za-z]*(?:[-/][A-Za-z0-9]+)*(?:-[0-9]+(?:/[0-9]+)?)?")
NUMBER = re.compile(r"\d+(?:\.(?:\d+|[a-z]\b))?")


def is_acronym(word):
    """Whether a Latin word is a code or an acronym: I-24/7, ICSE, COVID-19."""
    return sum(letter.isupper() for letter in word) >= 2 or any(map(str.isdigit, word))


def acronyms(text):
    return {word for word in CODE.findall(text) if is_acronym(word)}


def numbers(text):
    """Return the numbers of a text, in whatever digits, each as often as it stands there."""
    western = "".join(
        str(unicodedata.digit(letter)) if letter.isdigit() and not letter.isascii() else letter
        for letter in text
    )
    return Counter(NUMBER.findall(western))


def disagreements(arabic, english, is_named):
    """Yield what one text has and the other lacks, as sentences.

    `is_named(acronym, arabic)` says whether an acronym of the English stands in the Arabic
    by its name: INTERPOL is الإنتربول there.
    """
    ours, theirs = numbers(arabic), numbers(english)
    if ours != theirs:
        only_arabic, only_english = sorted(ours - theirs), sorted(theirs - ours)
        yield f"numbers differ: {only_arabic} only in Arabic, {only_english} only in English."
    for acronym in sorted(acronyms(arabic) - acronyms(english)):
        yield f"“{acronym}” stands only in the Arabic."
    for acronym in sorted(acronyms(english) - acronyms(arabic)):
        if not is_named(acronym, arabic):
            yield f"“{acronym}” stands only in the English."
