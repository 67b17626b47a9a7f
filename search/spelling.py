"""Corrects words that the index does not have: two words written as one, or a misspelt word.

Misspelt words are found by symmetric deletion (SymSpell): two words that differ by one letter have
a form in common when each loses at most one letter. These forms are the deletion keys.
"""

from collections.abc import Collection, Iterable, Mapping

from search.analysis import to_term
from search.models import DeletionKey, SearchWord
from search.query import STOP_WORDS, Query
from search.vocabulary import (
    KnownWord,
    base_form,
    deletion_keys,
    read_frequencies,
    read_words,
)

MIN_PART_LENGTH = 3  # letters of each half of a compound
# Weights of a correction; the word itself has 1.
ONE_LETTER_OFF = 0.7
TWO_LETTERS_OFF = 0.5
MAX_CORRECTIONS = 3


def split_compounds(
    unknown: Iterable[str], frequencies: dict[str, int], audiences: Collection[str]
) -> dict[str, tuple[str, str]]:
    """Return the two terms of each unknown word that is two known words written as one.

    multiagency is multi-agency, and ابوظبي is أبو ظبي. Words are normal forms. The frequencies of
    the terms that are looked up are added to `frequencies`.
    """
    halves = {
        normal: [
            (to_term(normal[:position]), to_term(normal[position:]))
            for position in range(MIN_PART_LENGTH, len(normal) - MIN_PART_LENGTH + 1)
        ]
        for normal in unknown
    }
    if any(halves.values()):
        frequencies.update(
            read_frequencies(
                audiences, {half for pairs in halves.values() for pair in pairs for half in pair}
            )
        )
    return {
        normal: (left, right)
        for normal, pairs in halves.items()
        for left, right in pairs
        if left in frequencies and right in frequencies
    }


def add_corrections(
    unknown: Iterable[str],
    terms_by_normal: Mapping[str, dict[str, float]],
    frequencies: dict[str, int],
    audiences: Collection[str],
) -> dict[str, str]:
    """Add the terms of likely spellings to unknown words; return the likeliest spelling of each.

    `unknown` are normal forms; `terms_by_normal` has the terms of each with their weights, and is
    changed, as `frequencies` is. A spelling is returned as it is written in the content.
    """
    corrections: dict[str, str] = {}
    bases = {normal: base_form(normal) for normal in unknown}
    for normal, words in find_corrections(bases, audiences).items():
        if terms_by_normal[normal]:
            # The index has words of the same root; only these may be the right spelling.
            words = [
                (word, weight) for word, weight in words if word.term in terms_by_normal[normal]
            ]
        for word, weight in words:
            terms_by_normal[normal].setdefault(word.term, weight)
        if words:
            corrections[normal] = words[0][0].display
    if corrections:
        corrected = [terms_by_normal[normal] for normal in corrections]
        frequencies.update(read_frequencies(audiences, *corrected))
    return corrections


def correct_query(query: Query, corrections: Mapping[str, str]) -> str:
    """Return the text of a Query with corrected words, "" if there are no corrections.

    `corrections` maps normal forms to spellings.
    """
    text = query.text
    for word in reversed(query.words):
        if word.normal in corrections:
            text = text[: word.start] + corrections[word.normal] + text[word.end :]
    return text if corrections else ""


def find_corrections(
    unknown: Mapping[str, str], audiences: Collection[str]
) -> dict[str, list[tuple[KnownWord, float]]]:
    """Return the likely spellings of each misspelt word, with their weights.

    `unknown` maps normal forms to their bases. Stop words are never a correction.
    """
    if not unknown:
        return {}
    by_key: dict[str, set[str]] = {}
    for normal, base in unknown.items():
        for key in deletion_keys(base):
            by_key.setdefault(key, set()).add(normal)
    key_rows = DeletionKey.objects.filter(key__among=sorted(by_key)).values_list("key", "base")
    candidates: dict[str, set[str]] = {}
    for key, base in key_rows:
        for normal in by_key[key]:
            candidates.setdefault(normal, set()).add(base)
    all_bases = set().union(*candidates.values()) - STOP_WORDS
    rows = SearchWord.objects.filter(base__among=sorted(all_bases))
    words = {word.base: word for word in read_words(rows, audiences)}
    return {
        normal: nearest_words(unknown[normal], [words[base] for base in bases if base in words])
        for normal, bases in candidates.items()
    }


def nearest_words(misspelt: str, words: Iterable[KnownWord]) -> list[tuple[KnownWord, float]]:
    """Return the nearest words with their weights: at most MAX_CORRECTIONS, nearest first.

    Of words at the same distance, the commoner ones come first. Words of less than 6 letters may be
    one letter off, longer ones two.
    """
    by_distance = sorted(
        (edit_distance(misspelt, word.base), -word.frequency, word.base, word) for word in words
    )
    max_distance = 2 if len(misspelt) >= 6 else 1
    return [
        (word, ONE_LETTER_OFF if distance == 1 else TWO_LETTERS_OFF)
        for distance, _count, _base, word in by_distance[:MAX_CORRECTIONS]
        if 0 < distance <= max_distance
    ]


def edit_distance(first: str, second: str) -> int:
    """Return the number of letters to insert, delete, replace or swap with the next one.

    This is the Damerau-Levenshtein distance in its restricted form (optimal string alignment).
    """
    previous: list[int] = []
    row = list(range(len(second) + 1))
    for i, letter in enumerate(first, 1):
        before_previous, previous, row = previous, row, [i]
        for j, other_letter in enumerate(second, 1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (letter != other_letter))
            if i > 1 and j > 1 and letter == second[j - 2] and first[i - 2] == other_letter:
                cost = min(cost, before_previous[j - 2] + 1)
            row.append(cost)
    return row[-1]
