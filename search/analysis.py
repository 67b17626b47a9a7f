"""Turn Arabic and English text into comparable words, with offsets into the original text.

Two words that a reader takes for the same come out the same: with or without hamza,
vowel signs, tatweel, «ال», plural endings, British or American spelling. Stems are
conservative: a lone و ف ب ل ك س is never cut off, since it may belong to the word
(وزير is no زير). Nothing folded is ever displayed.
"""

import re
import threading
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from snowballstemmer import stemmer

MARKS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u08d3-\u08ff"
FILLERS = "\u0640\u200c\u200d"  # tatweel and the joiners
ARABIC = (
    "\u0621-\u063a\u0641-\u064a\u066e-\u066f\u0671-\u06d3\u06d5\u06ee-\u06ef\u06fa-\u06ff"
    "\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc"
)
LETTER = rf"[^\W\d_{ARABIC}\u0640]"

# A run of one script is a word: «الإنتربولI-24/7» and «كوفيد-19» split as their spaced forms do.
WORD = re.compile(
    rf"(?P<arabic>[{ARABIC}][{ARABIC}{MARKS}{FILLERS}]*)"
    r"|(?P<digits>\d+)"
    rf"|(?P<other>{LETTER}(?:{LETTER}|[\u0300-\u036f]|['’](?={LETTER}))*)"
)

PLAIN = re.compile("[0-9a-z\u0621-\u064a\u066e-\u06d3]+")

FOLDED_LETTERS = str.maketrans("أإآٱىیئؤةہکگڤپچژ", "ااااييءءههككفبجز")
DROPPED = re.compile(rf"[{MARKS}{FILLERS}\s]")

# إلى, ولها إليه وإليها, would otherwise be the same as آلية.
TO = re.compile("[وف]?(?:[إا]ل[ىي]|إلي(?:ه|ها|هما|هم|هن|نا|ك|كم))")
# A letter with hamza is never the article's, though ل follows: آليات, إلكترونية, لإلغاء.
OWN_LAM = re.compile("^(وب|وك|ول|[وبكفل])?[أإآ]ل(?=.)")
ARTICLES = ("وبال", "وكال", "ولل", "وال", "بال", "كال", "فال", "لل", "ال")
# fmt: off
ENDINGS = (
    "ءها", "ءهم", "اتها", "اتهم", "اته", "اتنا", "يتها", "يته", "تها", "تهم", "تنا", "هما", "كما",
    "ها", "هم", "هن", "نا", "كم", "ات", "ان", "ون", "ين", "يه", "تي", "ته", "وا", "ه", "ي", "ء",
)
# fmt: on
MIN_STEM_LENGTH = 3
MAX_WORD_LENGTH = 40  # of a longer run of letters the rest is left out
# Changes with every change of what comes out of here, so that older entries are made anew.
ANALYSER_VERSION = 3

BRITISH_SPELLINGS = [
    (re.compile(r"is(e[sdr]?|ing|ations?|ers?)$"), r"iz\1"),
    (re.compile(r"our(s|ed|ing)?$"), r"or\1"),
    (re.compile(r"tre(s)?$"), r"ter\1"),
    (re.compile(r"gramme(s)?$"), r"gram\1"),
]


class English(threading.local):
    """A stemmer for each thread, since it keeps the word that it works on in itself."""

    def __init__(self):
        self.stemmer = stemmer("english")


english = English()


class Word(NamedTuple):
    """A word of a text: where it stands in the original, and its normal form."""

    start: int
    end: int
    normal: str


def is_arabic(normal):
    return "\u0600" <= normal[0] <= "\u08ff"


@lru_cache(50_000)
def normalise(word):
    """Return one word of WORD without what readers do not tell apart, or "" if nothing is left."""
    return normalised(word)[:MAX_WORD_LENGTH]


def normalised(word):
    if word[0].isdecimal():
        return "".join(str(unicodedata.digit(digit)) for digit in word)
    if re.match(f"[{ARABIC}]", word):
        bare = DROPPED.sub("", unicodedata.normalize("NFKC", word))
        if TO.fullmatch(bare):
            return "الى"
        normal = OWN_LAM.sub(with_article, bare).translate(FOLDED_LETTERS)
        if normal.endswith("يء"):
            return normal[:-2] + "ء"
        return normal[:-1] if len(normal) > MIN_STEM_LENGTH and normal.endswith("اء") else normal
    letters = unicodedata.normalize("NFKD", word).lower().replace("’", "'")
    normal = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return normal.removesuffix("'s").replace("'", "")


def with_article(match):
    """Return the beginning of a word with the article that it has not: آليات and الآليات are one.

    The letters of its own that look like the article then stay when that is taken away.
    """
    particle = match[1] or ""
    return (f"{particle}ل" if particle.endswith("ل") else f"{particle}ال") + "ال"


@lru_cache(64)
def words(text):
    """Return the words of a text in order, each with its place in the original."""
    found = (
        (match.start(), match.end(), normalise(match.group())) for match in WORD.finditer(text)
    )
    return tuple(Word(*word) for word in found if word[2])


@lru_cache(50_000)
def stem(normal):
    """Return the stem of a normal form; digits are their own."""
    if normal[0].isdigit():
        return normal
    return arabic_stem(normal) if is_arabic(normal) else english_stem(normal)


def without_article(normal):
    for article in ARTICLES:
        if normal.startswith(article) and len(normal) - len(article) >= MIN_STEM_LENGTH:
            return normal[len(article) :]
    return normal


def arabic_stem(normal):
    return without_endings(without_article(normal))


def without_endings(rest):
    if len(rest) == MIN_STEM_LENGTH + 1 and rest.endswith("ات"):
        return rest[:2] + "ه"  # جهات is the plural of جهة
    for _ in range(2):
        for ending in ENDINGS:
            shortest = MIN_STEM_LENGTH + (ending == "ان")
            if rest.endswith(ending) and len(rest) - len(ending) >= shortest:
                rest = rest[: -len(ending)]
                break
    return rest


def english_stem(normal):
    if len(normal) > MIN_STEM_LENGTH + 1:
        for spelling, american in BRITISH_SPELLINGS:
            normal = spelling.sub(american, normal)
    return english.stemmer.stemWord(normal)


def stems(text):
    """Return the stems of a text's words, in order."""
    return [stem(word.normal) for word in words(text)]


@lru_cache(50_000)
def term(normal):
    """Return what stands for a word in the index: its stem."""
    return as_term(stem(normal))


def as_term(stemmed):
    """Return a stem as it stands in the index.

    One in letters that the databases may not take for letters stands there in their numbers.
    """
    return stemmed if PLAIN.fullmatch(stemmed) else "xu" + stemmed.encode().hex()


@lru_cache(20_000)
def term_of(written):
    """Return the term of a word of WORD as it is written, or "" if nothing is left of it."""
    normal = normalise(written)
    return term(normal) if normal else ""


def terms(text):
    """Return the terms of a text's words, in order."""
    found = (term_of(match.group()) for match in WORD.finditer(text))
    return [name for name in found if name]
