"""The vocabulary of the index: its terms and words, their frequencies, skeletons and spellings.

It is kept for each audience apart, and read for the audiences of the person who asks: a word that
stands in drafts only is unknown to everybody else, and counts in no frequency of theirs.
"""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import Min, QuerySet

from languages.compiled_query import CompiledQuery
from search.analysis import (
    MAX_WORD_LENGTH,
    MIN_STEM_LENGTH,
    encode_stem,
    is_arabic,
    normalise,
    strip_article,
    strip_endings,
    to_term,
)
from search.models import SearchTerm, SearchWord, VocabularyQuerySet

# Rows of SearchTerm that are not terms: the number of entries, and their number of terms in all.
ENTRY_COUNT, TERM_COUNT = "0entries", "0terms"
KEYED_LENGTHS = range(3, 21)  # letters of words that have deletion keys
# The ه of جهاز is a root letter; at the end of a stem, ه is a folded ة.
WEAK_LETTERS = re.compile("[اويء]|(?<=.)ه$")


# Broken plurals whose letters give another skeleton than their singular, by the singular.
# fmt: off
IRREGULAR_PLURALS: dict[str, str] = {
    "امرأة": "نساء نسوة مرأة", "برنامج": "برامج", "وباء": "أوبئة", "شخص": "ناس", "عدو": "أعداء",
    "سيناريو": "سيناريوهات", "قانون": "قوانين", "مليون": "ملايين", "دليل": "أدلة", "مال": "أموال",
    "يد": "أيد أيادي", "ماء": "مياه", "باب": "أبواب", "داء": "أدواء", "هوية": "هويات",
    "ثغرة": "ثغرات", "منهاج": "مناهج", "مشروع": "مشاريع", "اسم": "أسماء", "ابن": "أبناء",
    "يوم": "أيام", "رأي": "آراء", "أخ": "إخوة", "رؤية": "رؤى", "قوة": "قوى", "فتوى": "فتاوى",
    "مبنى": "مبان مباني",
}
# fmt: on
SINGULAR_BY_PLURAL: dict[str, str] = {
    to_term(normalise(plural)): to_term(normalise(singular))
    for singular, plurals in IRREGULAR_PLURALS.items()
    for plural in plurals.split()
}
SINGULARS: frozenset[str] = frozenset(SINGULAR_BY_PLURAL.values())
# The patterns أفعال and أفعاء (أنواع, أعضاء), آفال (آثار) and فعول (أصول); groups are root letters.
WEAK_PLURALS: list[re.Pattern[str]] = [
    re.compile(pattern) for pattern in ("ا(.)(.)ا(.?)", "(ا)(.)ا(.)", "(.)(.)و(.)")
]


def skeleton(stem: str) -> str:
    """Return the skeleton of an Arabic stem, its strong letters; "" for another script.

    A word and its broken plural have the same: طفل and أطفال, سلاح and أسلحة, خبير and خبراء.
    """
    if not is_arabic(stem):
        return ""
    stem = SINGULAR_BY_PLURAL.get(stem, stem)
    strong_letters = WEAK_LETTERS.sub("", stem[1:])
    root = strong_letters if stem[0] == "ا" else stem[0] + strong_letters
    if len(root) >= MIN_STEM_LENGTH:
        return root
    # امرأة would have the same skeleton as أمر, so such a singular is a skeleton of its own.
    return stem if stem in SINGULARS else weak_root(stem)


def weak_root(stem: str) -> str:
    """Return the root letters of a stem with a weak one; a stem of another pattern stays as it is.

    نوع and أنواع, عام and أعوام, عضو and أعضاء, أصل and أصول have the same; أمن and من do not.
    """
    for plural in WEAK_PLURALS:
        if match := plural.fullmatch(stem):
            letters = match.groups()
            break
    else:
        letters = tuple(stem)
    if len(letters) != MIN_STEM_LENGTH:
        return stem
    first, middle, last = letters
    return first + middle.replace("ا", "و") + ("ي" if last in {"", *"اويءه"} else last)


def deletion_keys(base: str) -> set[str]:
    """Return a word and its forms without one letter (see search/spelling.py).

    A word whose length is not in KEYED_LENGTHS has only itself.
    """
    if len(base) not in KEYED_LENGTHS:
        return {base}
    return {base, *(base[:position] + base[position + 1 :] for position in range(len(base)))}


@lru_cache(50_000)
def base_form(normal: str) -> str:
    """Return a normal form without its article: the `base` of a SearchWord."""
    return strip_article(normal) if is_arabic(normal) else normal


def base_to_term(base: str) -> str:
    """Return the term of a base.

    A base may begin with letters that look like an article, such as التزام from الالتزام; they
    stay.
    """
    return encode_stem(strip_endings(base)) if is_arabic(base) else to_term(base)


@lru_cache(50_000)
def word_to_base(word: str) -> str:
    """Return the base of one match of WORD_PATTERN, "" if it has no letters."""
    normal = normalise(word)
    return base_form(normal) if normal and not normal[0].isdigit() else ""


def stored_skeleton(term: str) -> str:
    """Return the skeleton of a term as its row has it, at most MAX_WORD_LENGTH letters."""
    return skeleton(term)[:MAX_WORD_LENGTH] if is_arabic(term) else ""


class KnownWord(NamedTuple):
    """A word of the vocabulary as a reader knows it; see SearchWord for the fields."""

    base: str
    display: str
    frequency: int

    @property
    def term(self) -> str:
        """Its term, under which the index has it."""
        return base_to_term(self.base)


def read_words(
    rows: VocabularyQuerySet[SearchWord], audiences: Collection[str], limit: int | None = None
) -> list[KnownWord]:
    """Return the words of some rows that entries of these audiences have, the commonest first."""
    known = rows.known_to(audiences, "base", Min("display"), limit=limit)
    return [KnownWord(*row) for row in known]


def read_frequencies(audiences: Collection[str], *term_sets: Iterable[str]) -> dict[str, int]:
    """Return the number of entries of some audiences by term, for the terms that these have."""
    return dict(term_frequencies(sorted(set().union(*term_sets)), audiences))


@CompiledQuery
def term_frequencies(terms: Iterable[str], audiences: Iterable[str]) -> QuerySet[SearchTerm, Any]:
    """Return (term, frequency) of some terms, as known_to() does."""
    return SearchTerm.objects.filter(term__among=terms).frequencies(audiences, "term")
