"""The signs of a text: punctuation, quotation marks and brackets, digits, characters unseen."""

import re
import unicodedata
from itertools import count

ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>«»“”\"،؛]+|[\w.+-]+@[\w-]+\.[\w.-]+")
LANGUAGE_OF_ADDRESS = re.compile(r"/(?:ar|en|fr|es)(?=/|$)")

# Without the marks that are apostrophes as well.
QUOTATIONS = {"«": "»", "“": "”", "’’": "‘‘", "‹": "›"}
QUOTATION = re.compile("|".join([*QUOTATIONS, *QUOTATIONS.values(), '"']))
BRACKETS = {"(": ")", "[": "]", "{": "}"}
BRACKET = re.compile(r"[()\[\]{}]")
# “a)” and «أ)» before an item have no other half.
ITEM = re.compile(r"^[ \t]*(?:[-–•*·▪◦]|\(?(?:\d{1,2}|[a-zأ-ي])[.)-])[ \t]+", re.MULTILINE)
INLINE_ITEM = re.compile(r"(?<!\w)\((?:[a-h]|[أبجدهوزح]|\d|i{1,3}|iv|v)\)\s")

ARABIC_LETTER = re.compile(r"[\u0621-\u064a\u066e-\u06d3]")
LATIN_SIGN = re.compile(r"[,;?]")
ARABIC_SIGN = re.compile(r"[،؛؟]")
OTHER_DIGITS = re.compile(r"[^\W\D0-9][^\W\D0-9.,/]*")
TATWEEL = re.compile(r"\w*\u0640+\w*")
# Controls, marks of direction, what has no width, letters that are blank, halves of characters,
# what is no character. Joiners are right behind an Arabic letter, whose form they change.
JOINED = "\u0610-\u06ff\u0750-\u077f\u08a0-\u08ff"
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb"
    "\ud800-\udfff\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    f"|(?<![{JOINED}])[\u200c\u200d]"
)


def addresses(text):
    """Return the addresses of a text, the same for pages that exist in several languages."""
    found = (address.rstrip(".,;:!?)؟") for address in ADDRESS.findall(text))
    return {LANGUAGE_OF_ADDRESS.sub("/*", address) for address in found}


def without_addresses(text):
    return ADDRESS.sub(" ", text)


def open_quotations(text):
    """Return the quotation marks that lack their other half."""
    return unpaired(QUOTATION.findall(text), QUOTATIONS)


def open_brackets(text):
    """Return the brackets that lack their other half."""
    return unpaired(BRACKET.findall(ITEM.sub("", text)), BRACKETS)


def unpaired(marks, pairs):
    waiting, alone = [], []
    for mark in marks:
        closes = [opening for opening, closing in pairs.items() if closing == mark]
        if mark in pairs or (mark == '"' and '"' not in waiting):
            waiting.append(mark)
        elif waiting and waiting[-1] in (closes or ['"']):
            waiting.pop()
        else:
            alone.append(mark)
    return alone + waiting


def items(text):
    """Return how many items the lists of a text have."""
    return max(len(ITEM.findall(text)), len(INLINE_ITEM.findall(text)))


def foreign_punctuation(text, language):
    """Yield the signs of the other script, each with the word before it."""
    for match in (LATIN_SIGN if language == "ar" else ARABIC_SIGN).finditer(text):
        if language != "ar" or not is_latin_there(text, match.start()):
            yield text[: match.end()].split()[-1]


def is_latin_there(text, place):
    """Whether a Latin sign is right in an Arabic text: in a number, or among Latin words."""
    before, after = beside(text, place, -1), beside(text, place, 1)
    if before.isdigit() and after.isdigit():
        return not text[place + 1].isspace()
    return not ARABIC_LETTER.match(before) and bool(re.match("[A-Za-z]", before + after))


def beside(text, place, step):
    """Return the first letter or digit on one side of a place, " " where there is none."""
    for position in count(place + step, step):
        if not 0 <= position < len(text):
            return " "
        if text[position].isalnum():
            return text[position]


def other_digits(text):
    """Return the numbers in digits that are not Western ones."""
    return OTHER_DIGITS.findall(text)


def stretched(text):
    """Return the words that have a tatweel."""
    return TATWEEL.findall(text)


def unseen(text):
    """Return the names of the characters that nobody sees."""
    return [
        f"U+{ord(letter):04X} {unicodedata.name(letter, '')}".strip()
        for letter in UNSEEN.findall(text)
    ]


def visible(text):
    """Return a text of one line without the characters that nobody sees."""
    return " ".join(UNSEEN.sub("", text).split())
