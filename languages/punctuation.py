"""Finds addresses, punctuation, pairs of marks, digits and invisible characters in texts."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>«»“”\"،؛]+|[\w.+-]+@[\w-]+\.[\w.-]+")
LANGUAGE_OF_ADDRESS = re.compile(r"/(?:ar|en|fr|es)(?=/|$)")

# Without ‘ and ’ alone, which are apostrophes as well.
QUOTATIONS = {"«": "»", "“": "”", "’’": "‘‘", "‹": "›"}
QUOTATION = re.compile("|".join([*QUOTATIONS, *QUOTATIONS.values(), '"']))
BRACKETS = {"(": ")", "[": "]", "{": "}"}
BRACKET = re.compile(r"[()\[\]{}]")
# The bracket of “a)” and «أ)» before a list item has no opening bracket.
ITEM = re.compile(r"^[ \t]*(?:[-–•*·▪◦]|\(?(?:\d{1,2}|[a-zأ-ي])[.)-])[ \t]+", re.MULTILINE)
INLINE_ITEM = re.compile(r"(?<!\w)\((?:[a-h]|[أبجدهوزح]|\d|i{1,3}|iv|v)\)\s")

ARABIC_LETTER = re.compile(r"[\u0621-\u064a\u066e-\u06d3]")
LATIN_SIGN = re.compile(r"[,;?]")
ARABIC_SIGN = re.compile(r"[،؛؟]")
OTHER_DIGITS = re.compile(r"[^\W\D0-9][^\W\D0-9.,/]*")
TATWEEL = re.compile(r"\w*\u0640+\w*")
# Control characters, marks of direction, characters without width, blank letters, surrogates,
# code points that are no characters. Joiners are allowed after an Arabic letter: they change its
# form.
JOINED = "\u0610-\u06ff\u0750-\u077f\u08a0-\u08ff"
INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb"
    "\ud800-\udfff\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    f"|(?<![{JOINED}])[\u200c\u200d]"
)


def find_addresses(text: str) -> set[str]:
    """Return the set of web and e-mail addresses of a text.

    A path component that is a language code (/ar, /en, /fr, /es) becomes /*, so that the
    addresses of two translations of one page are equal.
    """
    addresses = (address.rstrip(".,;:!?)؟") for address in ADDRESS.findall(text))
    return {LANGUAGE_OF_ADDRESS.sub("/*", address) for address in addresses}


def without_addresses(text: str) -> str:
    """Return a text with a space in the place of each web and e-mail address."""
    return ADDRESS.sub(" ", text)


def unpaired_quotation_marks(text: str) -> list[str]:
    """Return the list of the quotation marks that lack their opening or closing mark."""
    return unpaired(QUOTATION.findall(text), QUOTATIONS)


def unpaired_brackets(text: str) -> list[str]:
    """Return the list of the brackets that lack their opening or closing bracket."""
    return unpaired(BRACKET.findall(ITEM.sub("", text)), BRACKETS)


def unpaired(marks: Iterable[str], pairs: Mapping[str, str]) -> list[str]:
    """Return those of the marks that are not nested in pairs; `pairs` maps open to close."""
    opened: list[str] = []
    alone: list[str] = []
    for mark in marks:
        openings = [opening for opening, closing in pairs.items() if closing == mark]
        if mark in pairs or (mark == '"' and '"' not in opened):
            opened.append(mark)
        elif opened and opened[-1] in (openings or ['"']):
            opened.pop()
        else:
            alone.append(mark)
    return alone + opened


def count_list_items(text: str) -> int:
    """Return the number of list items in a text, on lines of their own or within a line."""
    return max(len(ITEM.findall(text)), len(INLINE_ITEM.findall(text)))


def foreign_punctuation(text: str, language: str) -> Iterator[str]:
    """Yield the punctuation marks of the other script (, or ،), each with the word before it."""
    for match in (LATIN_SIGN if language == "ar" else ARABIC_SIGN).finditer(text):
        if language != "ar" or not is_latin_context(text, match.start()):
            yield text[: match.end()].split()[-1]


def is_latin_context(text: str, position: int) -> bool:
    """Whether a Latin mark is right in an Arabic text: in a number, or between Latin words."""
    before, after = next_alphanumeric(text, position, -1), next_alphanumeric(text, position, 1)
    if before.isdigit() and after.isdigit():
        return not text[position + 1].isspace()
    return not ARABIC_LETTER.match(before) and bool(re.match("[A-Za-z]", before + after))


def next_alphanumeric(text: str, start: int, step: int) -> str:
    """Return the nearest letter or digit before (step -1) or after (1) a position, " " for none."""
    position = start + step
    while 0 <= position < len(text):
        if text[position].isalnum():
            return text[position]
        position += step
    return " "


def non_western_numbers(text: str) -> list[str]:
    """Return the numbers that are written in other digits than 0 to 9."""
    return OTHER_DIGITS.findall(text)


def words_with_tatweel(text: str) -> list[str]:
    """Return the words that have a tatweel (U+0640), which stretches a word."""
    return TATWEEL.findall(text)


def invisible_characters(text: str) -> list[str]:
    """Return the code point and name of each invisible character: "U+200B ZERO WIDTH SPACE"."""
    return [
        f"U+{ord(letter):04X} {unicodedata.name(letter, '')}".strip()
        for letter in INVISIBLE.findall(text)
    ]


def without_invisible(text: str) -> str:
    """Return a text as one line, without invisible characters and with single spaces."""
    return " ".join(INVISIBLE.sub("", text).split())
