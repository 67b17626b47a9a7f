"""The order of a dictionary: letters, and the sort keys of names, in each language."""

import re
import unicodedata

from languages.languages import direction
from search.analysis import words

OTHER = "other"  # the letter of names that begin with a digit or with a letter of another script
LATIN: dict[str, str] = {letter: letter for letter in "abcdefghijklmnopqrstuvwxyz"}
# The names that the letters have in Unicode, as addresses have them: ARABIC LETTER BEH is beh.
ARABIC: dict[str, str] = {
    letter: unicodedata.name(letter).rpartition(" ")[2].lower()
    for letter in "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
}
MAX_KEY_LENGTH = 250
# Words whose own first letters look like the article: التزام stands under ا, التهديد under ت.
WITHOUT_ARTICLE = re.compile("الت(?:زام|ماس|قا|حاق|باس|هاب|فاف|قاط)(?:ات|ه)?")


def letters_by_name(language: str) -> dict[str, str]:
    """Return the letters of a language's script by their names: {"beh": "ب"}, {"b": "B"}."""
    script = ARABIC if direction(language) == "rtl" else LATIN
    return {name: letter.upper() for letter, name in script.items()}


def alphabet(language: str) -> list[str]:
    """Return the names of the letters of a language in their order, OTHER at the end."""
    return [*letters_by_name(language), OTHER]


def sort_key(name: str) -> str:
    """Return the key by which a dictionary orders a name: its normalised words without «ال».

    Normalisation makes all forms of alef the same letter.
    """
    keys = (without_article(word.normal) for word in words(name))
    return " ".join(keys)[:MAX_KEY_LENGTH]


def without_article(normal: str) -> str:
    """Return a normalised word without «ال» before it."""
    return normal if WITHOUT_ARTICLE.fullmatch(normal) else normal.removeprefix("ال")


def first_letter(key: str, language: str) -> str:
    """Return the name of the letter under which a dictionary in a language has a sort key."""
    script = ARABIC if direction(language) == "rtl" else LATIN
    return script.get(key[:1], OTHER)
