"""The analyser: turns Arabic and English text into words, stems and terms.

Forms that readers take for the same word get the same term: with or without hamza, vowel signs,
tatweel, «ال» or a plural ending, in British or American spelling. Stems are conservative: a single
و ف ب ل ك س is never cut off, since it may belong to the word (وزير is not زير). Normal forms and
stems are only compared, never displayed.
"""

import re
import threading
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from snowballstemmer import stemmer

ARABIC_DIACRITICS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u08d3-\u08ff"
TATWEEL_AND_JOINERS = "\u0640\u200c\u200d"
ARABIC_LETTERS = (
    "\u0621-\u063a\u0641-\u064a\u066e-\u066f\u0671-\u06d3\u06d5\u06ee-\u06ef\u06fa-\u06ff"
    "\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc"
)
OTHER_LETTER = rf"[^\W\d_{ARABIC_LETTERS}\u0640]"

# A word is a run of one script: «الإنتربولI-24/7» and «كوفيد-19» split as if they had spaces.
WORD_PATTERN = re.compile(
    rf"(?P<arabic>[{ARABIC_LETTERS}][{ARABIC_LETTERS}{ARABIC_DIACRITICS}{TATWEEL_AND_JOINERS}]*)"
    r"|(?P<digits>\d+)"
    rf"|(?P<other>{OTHER_LETTER}(?:{OTHER_LETTER}|[\u0300-\u036f]|['’](?={OTHER_LETTER}))*)"
)

INDEXABLE_STEM = re.compile("[0-9a-z\u0621-\u064a\u066e-\u06d3]+")

FOLDED_LETTERS: dict[int, int] = str.maketrans("أإآٱىیئؤةہکگڤپچژ", "ااااييءءههككفبجز")
IGNORED_CHARACTERS = re.compile(rf"[{ARABIC_DIACRITICS}{TATWEEL_AND_JOINERS}\s]")

# Forms of إلى, such as إليه and وإليها, which would otherwise have the stem of آلية.
PREPOSITION_TO = re.compile("[وف]?(?:[إا]ل[ىي]|إلي(?:ه|ها|هما|هم|هن|نا|ك|كم))")
# An alif with hamza is not the article's, even before ل: آليات, إلكترونية, لإلغاء.
HAMZA_BEFORE_LAM = re.compile("^(وب|وك|ول|[وبكفل])?[أإآ]ل(?=.)")
ARTICLES: tuple[str, ...] = ("وبال", "وكال", "ولل", "وال", "بال", "كال", "فال", "لل", "ال")
# fmt: off
ENDINGS: tuple[str, ...] = (
    "ءها", "ءهم", "اتها", "اتهم", "اته", "اتنا", "يتها", "يته", "تها", "تهم", "تنا", "هما", "كما",
    "ها", "هم", "هن", "نا", "كم", "ات", "ان", "ون", "ين", "يه", "تي", "ته", "وا", "ه", "ي", "ء",
)
# fmt: on
MIN_STEM_LENGTH = 3
MAX_WORD_LENGTH = 40  # letters; longer words are cut
# Part of each entry's digest. Raise it with every change of the terms that this module returns,
# so that older entries count as stale.
ANALYSER_VERSION = 3

BRITISH_SPELLINGS: list[tuple[re.Pattern[str], str]] = [
    (re.compile(r"is(e[sdr]?|ing|ations?|ers?)$"), r"iz\1"),
    (re.compile(r"our(s|ed|ing)?$"), r"or\1"),
    (re.compile(r"tre(s)?$"), r"ter\1"),
    (re.compile(r"gramme(s)?$"), r"gram\1"),
]


class EnglishStemmer(threading.local):
    """One Snowball stemmer for each thread, since it keeps state while it works."""

    def __init__(self) -> None:
        self.stemmer = stemmer("english")


english_stemmer = EnglishStemmer()


class Word(NamedTuple):
    """A word of a text: its offsets in the original text, and its normal form."""

    start: int
    end: int
    normal: str


def is_arabic(normal: str) -> bool:
    """Whether a normal form begins with an Arabic letter; it must not be empty."""
    return "\u0600" <= normal[0] <= "\u08ff"


@lru_cache(50_000)
def normalise(word: str) -> str:
    """Return the normal form of one match of WORD_PATTERN, "" if no letter is left.

    It has at most MAX_WORD_LENGTH characters, without the differences that readers overlook.
    """
    return fold(word)[:MAX_WORD_LENGTH]


def fold(word: str) -> str:
    """Return the whole normal form of a word: its folded letters, or the digits 0 to 9."""
    if word[0].isdecimal():
        return "".join(str(unicodedata.digit(digit)) for digit in word)
    if re.match(f"[{ARABIC_LETTERS}]", word):
        bare = IGNORED_CHARACTERS.sub("", unicodedata.normalize("NFKC", word))
        if PREPOSITION_TO.fullmatch(bare):
            return "الى"
        normal = HAMZA_BEFORE_LAM.sub(prepend_article, bare).translate(FOLDED_LETTERS)
        if normal.endswith("يء"):
            return normal[:-2] + "ء"
        return normal[:-1] if len(normal) > MIN_STEM_LENGTH and normal.endswith("اء") else normal
    letters = unicodedata.normalize("NFKD", word).lower().replace("’", "'")
    normal = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return normal.removesuffix("'s").replace("'", "")


def prepend_article(match: re.Match[str]) -> str:
    """Return the beginning of a word with an article before it: آليات becomes الآليات.

    strip_article() then removes this article, and not the word's own letters that look like one.
    """
    particle = match[1] or ""
    return (f"{particle}ل" if particle.endswith("ل") else f"{particle}ال") + "ال"


@lru_cache(64)
def words(text: str) -> tuple[Word, ...]:
    """Return the words of a text, in order."""
    matches = (
        (match.start(), match.end(), normalise(match.group()))
        for match in WORD_PATTERN.finditer(text)
    )
    return tuple(Word(*values) for values in matches if values[2])


@lru_cache(50_000)
def stem(normal: str) -> str:
    """Return the stem of a normal form; digits stay as they are."""
    if normal[0].isdigit():
        return normal
    return stem_arabic(normal) if is_arabic(normal) else stem_english(normal)


def strip_article(normal: str) -> str:
    """Return an Arabic normal form without «ال» and the particles before it.

    It stays as it is where fewer than MIN_STEM_LENGTH letters would be left.
    """
    for article in ARTICLES:
        if normal.startswith(article) and len(normal) - len(article) >= MIN_STEM_LENGTH:
            return normal[len(article) :]
    return normal


def stem_arabic(normal: str) -> str:
    """Return the stem of an Arabic normal form: without its article and endings."""
    return strip_endings(strip_article(normal))


def strip_endings(word: str) -> str:
    """Return an Arabic word without up to two endings; at least MIN_STEM_LENGTH letters stay."""
    if len(word) == MIN_STEM_LENGTH + 1 and word.endswith("ات"):
        return word[:2] + "ه"  # جهات is the plural of جهة
    for _ in range(2):
        if not word.endswith(ENDINGS):
            return word
        for ending in ENDINGS:
            min_length = MIN_STEM_LENGTH + (ending == "ان")
            if word.endswith(ending) and len(word) - len(ending) >= min_length:
                word = word[: -len(ending)]
                break
    return word


def stem_english(normal: str) -> str:
    """Return the Snowball stem of an English normal form, in American spelling."""
    if len(normal) > MIN_STEM_LENGTH + 1:
        for british, american in BRITISH_SPELLINGS:
            normal = british.sub(american, normal)
    english_stem: str = english_stemmer.stemmer.stemWord(normal)
    return english_stem


def stems(text: str) -> list[str]:
    """Return the stems of a text's words, in order."""
    return [stem(word.normal) for word in words(text)]


@lru_cache(50_000)
def to_term(normal: str) -> str:
    """Return the term of a normal form: its stem as the index stores it."""
    return encode_stem(stem(normal))


def encode_stem(stem: str) -> str:
    """Return a stem as the index stores it.

    The databases may split a stem with letters outside INDEXABLE_STEM; it becomes "xu" and the
    hexadecimal digits of its UTF-8 bytes.
    """
    return stem if INDEXABLE_STEM.fullmatch(stem) else "xu" + stem.encode().hex()


@lru_cache(20_000)
def analyse_word(word: str) -> str:
    """Return the term of one match of WORD_PATTERN, "" if it has no normal form."""
    normal = normalise(word)
    return to_term(normal) if normal else ""


def analyse(text: str) -> list[str]:
    """Return the terms of a text's words, in order."""
    analysed = (analyse_word(match.group()) for match in WORD_PATTERN.finditer(text))
    return [term for term in analysed if term]
