"""What each word of a query may stand for in the index: its forms, its kin, its right spelling.

Everything is looked up for all words at once, so that a query takes few questions of the
database, however long it is.
"""

from typing import NamedTuple

from search.analysis import is_arabic, stem, term
from search.models import SearchKey, SearchTerm, SearchWord
from search.query import STOP_WORDS
from search.synonyms import thesaurus
from search.vocabulary import ENTRIES, LENGTH, SINGULARS, base, keys, skeleton

PARTICLES = ("و", "ف", "ب", "ل", "ك", "س", "ول", "وب", "فل", "وس")
SHORTEST = 3

# What a form counts for beside the word itself.
WITH_PARTICLE = 0.9
OTHER_ENDING = 0.8
SYNONYM = 0.5
ONE_LETTER_OFF = 0.7
TWO_LETTERS_OFF = 0.5
KIN = 0.35
MOST_KIN = 6
MOST_CORRECTIONS = 3


class Name(NamedTuple):
    """Another name of what several words of the query call: the terms of each of its words."""

    words: tuple
    weight: float


class Group(NamedTuple):
    """What one word of the query is found by: terms with their weights, and other names."""

    written: str
    terms: dict
    names: list


class Expansion(NamedTuple):
    """The groups of a query, and the frequencies that their ranks are reckoned with.

    `correction` is the query with its misspelt words put right, "" where there are none.
    """

    groups: list[Group]
    phrases: list[list[dict]]
    frequency: dict
    entries: int
    length: int
    correction: str


def expand(query):
    """Return the Expansion of a Query: one Group for each of its words and codes."""
    known = thesaurus()
    normals = [word.normal for word in query.words]
    wanted = {normal: forms(normal) for normal in normals}
    named = names_of([wanted[normal] for normal in normals], known)
    elements = {word: forms(word) for _span, form in named for word in form}
    equals = {
        name: known.equals.get(name, ()) for candidates in wanted.values() for name in candidates
    }
    frequency = look_up(
        {ENTRIES, LENGTH},
        *wanted.values(),
        *elements.values(),
        *equals.values(),
        [code.term for code in query.codes],
    )
    groups = {normal: present(candidates, frequency) for normal, candidates in wanted.items()}
    add_equals(groups, wanted, equals, frequency)
    add_kin(groups, wanted, frequency)
    unknown = [
        normal
        for normal, candidates in wanted.items()
        if not normal[0].isdigit() and not any(name in frequency for name in candidates)
    ]
    compounds = split(unknown, frequency)
    corrections = correct([name for name in unknown if name not in compounds], groups, frequency)
    made = [
        Group(
            query.written(word),
            groups[word.normal],
            names_at(position, named, elements, frequency) + compounds.get(word.normal, []),
        )
        for position, word in enumerate(query.words)
    ]
    phrases = [phrase_terms(phrase, groups, wanted) for phrase in query.phrases]
    return Expansion(
        with_codes(query, made, frequency),
        phrases,
        frequency,
        frequency.get(ENTRIES) or SearchTerm.objects.count(),
        frequency.get(LENGTH, 40),
        corrected(query, corrections),
    )


def forms(normal):
    """Return the terms that a word may be found by, with and without particles and endings."""
    own = term(normal)
    found = {own: 1.0}
    if not is_arabic(normal):
        return found
    for length in (1, 2):
        if normal[:length] in PARTICLES and len(normal) - length >= SHORTEST:
            found.setdefault(term(normal[length:]), WITH_PARTICLE)
    for particle in PARTICLES:
        found.setdefault(term(particle + stem(normal)), WITH_PARTICLE)
        found.setdefault(term(particle + normal), WITH_PARTICLE)
    for ending in ("ان", "ا"):
        found.setdefault(own + ending, OTHER_ENDING)
    if own.endswith("ا") and own not in SINGULARS:
        found.setdefault(own[:-1], OTHER_ENDING)
    if own.endswith("ان") and len(own) == SHORTEST + 2:
        found.setdefault(own[:-2], OTHER_ENDING)
    return found


def look_up(*several):
    """Return how many entries have each of these terms, for those that any has."""
    names = sorted(set().union(*several))
    rows = SearchTerm.objects.filter(term__among=names)
    return dict(rows.values_list("term", "frequency"))


def present(candidates, frequency):
    return {name: weight for name, weight in candidates.items() if name in frequency}


def names_of(wanted, known):
    """Return the other names of what words of the query call, each with the words' positions.

    `wanted` are the forms of each word; it may have a particle before it that the name has not.
    """
    readings = [
        {name for name, weight in candidates.items() if weight >= WITH_PARTICLE}
        for candidates in wanted
    ]
    found = []
    for start, first in enumerate(readings):
        for name in first:
            for key, others in known.names.get(name, ()):
                place = readings[start : start + len(key)]
                if len(place) == len(key) and all(
                    part in reading for part, reading in zip(key, place, strict=True)
                ):
                    span = range(start, start + len(key))
                    found += [(span, form) for form in others]
    return found


def names_at(position, named, elements, frequency):
    """Return the names that stand for the word at this position of the query."""
    names = []
    for span, form in named:
        parts = tuple(present(elements[word], frequency) for word in form)
        if position in span and all(parts):
            names.append(Name(parts, SYNONYM))
    return names


def add_equals(groups, wanted, equals, frequency):
    for normal, candidates in wanted.items():
        is_known = bool(groups[normal])
        for name in candidates:
            for other in equals[name]:
                if other in frequency:
                    groups[normal].setdefault(other, KIN if is_known else SYNONYM)


def add_kin(groups, wanted, frequency):
    """Add the Arabic terms that share the skeleton of a word: its broken plural among them."""
    shapes = {}
    for normal, candidates in wanted.items():
        if is_arabic(normal):
            own = term(normal)
            near = [own, *(name for name in groups[normal] if name != own)]
            near = [name for name in near if candidates.get(name, 0) >= OTHER_ENDING][:3]
            shapes[normal] = [
                (skeleton(name), candidates[name])
                for name in near
                if len(skeleton(name)) >= (2 if name == own else SHORTEST)
            ]
    wanted_shapes = {shape for found in shapes.values() for shape, _weight in found}
    rows = SearchTerm.objects.filter(skeleton__among=sorted(wanted_shapes))
    rows = rows.order_by("-frequency", "term")
    kin = {}
    for name, shape, count in rows.values_list("term", "skeleton", "frequency"):
        frequency[name] = count
        kin.setdefault(shape, []).append(name)
    for normal, found in shapes.items():
        left = MOST_KIN
        for shape, weight in found:
            for name in kin.get(shape, ()):
                if left and name not in groups[normal]:
                    groups[normal][name] = KIN * weight
                    left -= 1


def split(unknown, frequency):
    """Return, for each unknown word that is two known words written together, those two.

    multiagency is multi-agency, and ابوظبي is أبو ظبي.
    """
    halves = {
        normal: [
            (term(normal[:place]), term(normal[place:]))
            for place in range(SHORTEST, len(normal) - SHORTEST + 1)
        ]
        for normal in unknown
    }
    if any(halves.values()):
        frequency.update(
            look_up({half for found in halves.values() for two in found for half in two})
        )
    return {
        normal: [Name(({one: 1.0}, {other: 1.0}), WITH_PARTICLE)]
        for normal, found in halves.items()
        for one, other in found
        if one in frequency and other in frequency
    }


def correct(unknown, groups, frequency):
    """Give words that the index does not know the words that they may be misspelt for.

    Returns, for each of them, the likeliest word as it is written.
    """
    corrections = {}
    for normal, rows in nearest({normal: base(normal) for normal in unknown}).items():
        if groups[normal]:  # Of a word whose kin the index knows, only a kin is a misspelling.
            rows = [(row, weight) for row, weight in rows if row.term in groups[normal]]
        for row, weight in rows:
            groups[normal].setdefault(row.term, weight)
        if rows:
            corrections[normal] = rows[0][0].display
    if corrections:
        frequency.update(look_up(*(groups[normal] for normal in corrections)))
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
        for key in keys(plain):
            by_key.setdefault(key, set()).add(normal)
    pairs = SearchKey.objects.filter(key__among=sorted(by_key)).values_list("key", "base")
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
        for off, _count, _base, row in graded[:MOST_CORRECTIONS]
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


def phrase_terms(phrase, groups, wanted):
    """Return what stands for each word of a quoted phrase; the first may have a particle."""
    parts = []
    for word in phrase:
        least = 1.0 if parts else WITH_PARTICLE
        candidates = wanted[word.normal]
        strict = {name for name in groups[word.normal] if candidates.get(name, 0) >= least}
        parts.append(sorted(strict) or [term(word.normal)])
    return parts


def with_codes(query, groups, frequency):
    """Return the groups with one for each code that the index has, in place of its words."""
    kept = list(zip(query.words, groups, strict=True))
    for code in query.codes:
        if code.term in frequency:
            inside = [
                place
                for place, (word, _group) in enumerate(kept)
                if word and code.start <= word.start and word.end <= code.end
            ]
            if inside:
                written = query.text[code.start : code.end]
                kept = [pair for place, pair in enumerate(kept) if place not in inside]
                kept.insert(inside[0], (None, Group(written, {code.term: 1.0}, [])))
    return [group for _word, group in kept]
