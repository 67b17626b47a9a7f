"""What each word of a query may stand for: its forms, words of its root, its right spelling.

Everything is looked up for all words at once, so that a query takes few questions of the
database, however long it is.
"""

from typing import NamedTuple

from search.analysis import as_term, is_arabic, stem, term, without_article, without_endings
from search.models import SearchTerm
from search.query import STOP_WORDS
from search.spelling import correct, corrected, split
from search.synonyms import thesaurus
from search.vocabulary import ENTRIES, LENGTH, SINGULARS, look_up, skeleton

PARTICLES = ("و", "ف", "ب", "ل", "ك", "س", "ول", "وب", "فل", "وس")
MIN_WORD_LENGTH = 3
STOP_TERMS = frozenset(map(term, STOP_WORDS))

# What a form counts for beside the word itself.
WITH_PARTICLE = 0.9
OTHER_ENDING = 0.8
SYNONYM = 0.5
ROOT_MATCH = 0.35
MAX_ROOT_MATCHES = 6


class Synonym(NamedTuple):
    """Another name of what several words of the query call: the terms of each of its words."""

    words: tuple
    weight: float


class Clause(NamedTuple):
    """What one word of the query is found by: terms with their weights, and other names."""

    written: str
    terms: dict
    names: list


class Expansion(NamedTuple):
    """The clauses of a query, and the frequencies that their ranks are reckoned with.

    `correction` is the query with its misspelt words put right, "" where there are none.
    """

    clauses: list[Clause]
    phrases: list[list[dict]]
    frequency: dict
    entries: int
    length: int
    correction: str


def expand(query):
    """Return the Expansion of a Query: one Clause for each of its words and codes."""
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
    clauses = {normal: present(candidates, frequency) for normal, candidates in wanted.items()}
    add_equals(clauses, wanted, equals, frequency)
    add_root_matches(clauses, wanted, frequency)
    unknown = [
        normal
        for normal, candidates in wanted.items()
        if not normal[0].isdigit() and not any(name in frequency for name in candidates)
    ]
    compounds = {
        normal: [Synonym(({one: 1.0}, {other: 1.0}), WITH_PARTICLE)]
        for normal, (one, other) in split(unknown, frequency).items()
    }
    corrections = correct([name for name in unknown if name not in compounds], clauses, frequency)
    quoted = [phrase for phrase in query.phrases if not is_code(phrase, query.codes, frequency)]
    phrases = [phrase_terms(phrase, clauses, wanted) for phrase in quoted]
    exact = quoted_alone(quoted, phrases)
    made = [
        Clause(query.written(word), exact[word], [])
        if word in exact
        else Clause(
            query.written(word),
            clauses[word.normal],
            names_at(position, named, elements, frequency) + compounds.get(word.normal, []),
        )
        for position, word in enumerate(query.words)
    ]
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
    for length in (0, 1, 2):
        rest = normal[length:]
        if (not length or normal[:length] in PARTICLES) and len(rest) >= MIN_WORD_LENGTH:
            found.setdefault(term(rest), WITH_PARTICLE)
            if rest.startswith("ال"):  # which may be the word's own: التزام, الكترونية
                found.setdefault(as_term(without_endings(rest)), WITH_PARTICLE)
    rest = without_article(normal)
    if rest.startswith("ال"):
        found.setdefault(term(rest), WITH_PARTICLE)
    for particle in PARTICLES:
        found.setdefault(term(particle + stem(normal)), WITH_PARTICLE)
        found.setdefault(term(particle + normal), WITH_PARTICLE)
    for ending in ("ان", "ا"):
        found.setdefault(own + ending, OTHER_ENDING)
    if own.endswith("ا") and own not in SINGULARS:
        found.setdefault(own[:-1], OTHER_ENDING)
    if own.endswith("ان") and len(own) == MIN_WORD_LENGTH + 2:
        found.setdefault(own[:-2], OTHER_ENDING)
    return found


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
            names.append(Synonym(parts, SYNONYM))
    return names


def add_equals(clauses, wanted, equals, frequency):
    for normal, candidates in wanted.items():
        is_known = bool(clauses[normal])
        for name in candidates:
            for other in equals[name]:
                if other in frequency:
                    clauses[normal].setdefault(other, ROOT_MATCH if is_known else SYNONYM)


def add_root_matches(clauses, wanted, frequency):
    """Add the Arabic terms that share the skeleton of a word: its broken plural among them."""
    shapes = {}
    for normal, candidates in wanted.items():
        if is_arabic(normal):
            own = term(normal)
            # What is left without a particle counts where it is a word, or the whole is none.
            parts = clauses[normal] or candidates
            near = [own, *(name for name in candidates if len(name) < len(own) and name in parts)]
            shapes[normal] = [
                (skeleton(name), candidates[name])
                for name in near[:3]
                if len(skeleton(name)) >= (2 if name == own else MIN_WORD_LENGTH)
            ]
    wanted_shapes = {shape for found in shapes.values() for shape, _weight in found}
    rows = SearchTerm.objects.filter(skeleton__among=sorted(wanted_shapes))
    rows = rows.order_by("-frequency", "term")
    root_matches = {}
    for name, shape, count in rows.values_list("term", "skeleton", "frequency"):
        frequency[name] = count
        root_matches.setdefault(shape, []).append(name)
    for normal, found in shapes.items():
        left = MAX_ROOT_MATCHES
        for shape, weight in found:
            for name in root_matches.get(shape, ()):
                if left and name not in clauses[normal] and name not in STOP_TERMS:
                    clauses[normal][name] = ROOT_MATCH * weight
                    left -= 1


def phrase_terms(phrase, clauses, wanted):
    """Return what stands for each word of a quoted phrase; the first may have a particle."""
    parts = []
    for word in phrase:
        least = 1.0 if parts else WITH_PARTICLE
        candidates = wanted[word.normal]
        strict = {name for name in clauses[word.normal] if candidates.get(name, 0) >= least}
        parts.append(sorted(strict) or [term(word.normal)])
    return parts


def is_code(phrase, codes, frequency):
    """Whether what stands in quotation marks is a code that the index has."""
    start, end = phrase[0].start, phrase[-1].end
    return any(code.start <= start and end <= code.end and code.term in frequency for code in codes)


def quoted_alone(quoted, phrases):
    """Return the terms of words that stand in quotation marks alone: they have no other names."""
    return {
        words[0]: dict.fromkeys(parts[0], 1.0)
        for words, parts in zip(quoted, phrases, strict=True)
        if len(words) == 1
    }


def with_codes(query, clauses, frequency):
    """Return the clauses with one for each code that the index has, in place of its words."""
    kept = list(zip(query.words, clauses, strict=True))
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
                kept.insert(inside[0], (None, Clause(written, {code.term: 1.0}, [])))
    return [clause for _word, clause in kept]
