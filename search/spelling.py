"""What a word that the index does not know may be: two words in one, or a misspelt one."""

from search.analysis import term
from search.models import DeletionKey, SearchWord
from search.query import STOP_WORDS
from search.vocabulary import base, deletion_keys, look_up

MIN_PART_LENGTH = 3  # letters of a word that another one is written together with
# What a likely spelling counts for beside the word itself.
ONE_LETTER_OFF = 0.7
TWO_LETTERS_OFF = 0.5
MAX_CORRECTIONS = 3


def split(unknown, frequency):
    """Return, for each unknown word that is two known words written together, those two.

    multiagency is multi-agency, and ابوظبي is أبو ظبي.
    """
    halves = {
        normal: [
            (term(normal[:place]), term(normal[place:]))
            for place in range(MIN_PART_LENGTH, len(normal) - MIN_PART_LENGTH + 1)
        ]
        for normal in unknown
    }
    if any(halves.values()):
        frequency.update(
            look_up({half for found in halves.values() for two in found for half in two})
        )
    return {
        normal: (one, other)
        for normal, found in halves.items()
        for one, other in found
        if one in frequency and other in frequency
    }


def correct(unknown, clauses, frequency):
    """Give words that the index does not know the words that they may be misspelt for.

    Returns, for each of them, the likeliest word as it is written.
    """
    corrections = {}
    for normal, rows in nearest({normal: base(normal) for normal in unknown}).items():
        if clauses[normal]:  # Of a word whose kin the index knows, only a kin is a misspelling.
            rows = [(row, weight) for row, weight in rows if row.term in clauses[normal]]
        for row, weight in rows:
            clauses[normal].setdefault(row.term, weight)
        if rows:
            corrections[normal] = rows[0][0].display
    if corrections:
        frequency.update(look_up(*(clauses[normal] for normal in corrections)))
    return corrections


def corrected(query, corrections):
    """Return the text of a query with the corrections of its words, "" where there are none."""
    text = query.text
    for word in reversed(query.words):
        if word.normal in corrections:
            text = text[: word.start] + corrections[word.normal] + text[word.end :]
    return text if corrections else ""


def nearest(unknown):
    """Return, for each misspelt word, the few words that are one or two letters off."""
    if not unknown:
        return {}
    by_key = {}
    for normal, plain in unknown.items():
        for key in deletion_keys(plain):
            by_key.setdefault(key, set()).add(normal)
    pairs = DeletionKey.objects.filter(key__among=sorted(by_key)).values_list("key", "base")
    candidates = {}
    for key, found in pairs:
        for normal in by_key[key]:
            candidates.setdefault(normal, set()).add(found)
    telling = set().union(*candidates.values()) - STOP_WORDS
    rows = SearchWord.objects.in_bulk(sorted(telling))
    return {
        normal: best(unknown[normal], [rows[found] for found in bases if found in rows])
        for normal, bases in candidates.items()
    }


def best(misspelt, rows):
    """Return the nearest words with their weights: the nearer, then the commoner ones first."""
    graded = sorted((distance(misspelt, row.base), -row.frequency, row.base, row) for row in rows)
    allowed = 2 if len(misspelt) >= 6 else 1
    return [
        (row, ONE_LETTER_OFF if off == 1 else TWO_LETTERS_OFF)
        for off, _count, _base, row in graded[:MAX_CORRECTIONS]
        if 0 < off <= allowed
    ]


def distance(one, other):
    """Return how many letters have to be added, left out, replaced or swapped with the next."""
    previous, row = [], list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        before, previous, row = previous, row, [i]
        for j, right in enumerate(other, 1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
    return row[-1]
