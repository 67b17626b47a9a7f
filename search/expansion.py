"""Expands a query: each word gets its forms, words of its root, synonyms and corrections.

The terms of all words are looked up together, so the number of database queries does not grow with
the length of the search query. Where names say `normal`, it is a word's normal form; a mapping of
terms to weights gives the word itself 1 and less likely forms less.
"""

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.models import QuerySet

from languages.compiled_query import CompiledQuery
from search.analysis import (
    Word,
    encode_stem,
    is_arabic,
    stem,
    strip_article,
    strip_endings,
    to_term,
)
from search.codes import Code
from search.models import SearchTerm
from search.query import STOP_WORDS, Query
from search.spelling import add_corrections, correct_query, split_compounds
from search.synonyms import Name, Thesaurus, get_thesaurus, other_names
from search.vocabulary import ENTRY_COUNT, SINGULARS, TERM_COUNT, read_frequencies, skeleton

type SynonymSpan = tuple[range, Name]  # positions of words, and another name for them

PARTICLES: tuple[str, ...] = ("و", "ف", "ب", "ل", "ك", "س", "ول", "وب", "فل", "وس")
MIN_WORD_LENGTH = 3
STOP_TERMS: frozenset[str] = frozenset(map(to_term, STOP_WORDS))

# Weights of forms; the word itself has 1.
WITH_PARTICLE = 0.9
OTHER_ENDING = 0.8
SYNONYM = 0.5
ROOT_MATCH = 0.35
MAX_ROOT_MATCHES = 6
MAX_KEPT = 4_096  # words of queries whose forms a process keeps


class Synonym(NamedTuple):
    """Another name of a concept that words of the query name.

    `words` has, for each word of the name, its terms with their weights.
    """

    words: tuple[dict[str, float], ...]
    weight: float


class Clause(NamedTuple):
    """One word or code of the query, and its alternatives: terms with weights, and synonyms.

    `written` is the word as the query has it.
    """

    written: str
    terms: dict[str, float]
    synonyms: list[Synonym]


class Expansion(NamedTuple):
    """The clauses of a query, and the figures of the index that ranking needs.

    `phrases` has the quoted phrases: for each of their words, a list of terms. `frequencies` maps
    terms to the number of entries that have them. `entry_count` and `mean_length` (in terms) are
    those of all entries that the asker may see. `correction` is the query with its misspelt words
    corrected, "" if there are none.
    """

    clauses: list[Clause]
    phrases: list[list[list[str]]]
    frequencies: dict[str, int]
    entry_count: int
    mean_length: int
    correction: str


def expand(query: Query, audiences: Collection[str]) -> Expansion:
    """Return the Expansion of a Query that has words, from the words of entries of some audiences.

    It has one clause for each word, and one for each code that the index has instead of its words.
    """
    thesaurus = get_thesaurus()
    normals = [word.normal for word in query.words]
    forms_by_normal = {normal: word_forms(normal) for normal in normals}
    synonym_spans = find_synonyms([forms_by_normal[normal] for normal in normals], thesaurus)
    forms_by_synonym_word = {
        word: word_forms(word) for _span, synonym in synonym_spans for word in synonym
    }
    equivalents: dict[str, Collection[str]] = {
        form: thesaurus.equivalents.get(form, ())
        for forms in forms_by_normal.values()
        for form in forms
    }
    frequencies = read_frequencies(
        audiences,
        {ENTRY_COUNT, TERM_COUNT},
        *forms_by_normal.values(),
        *forms_by_synonym_word.values(),
        *equivalents.values(),
        [code.term for code in query.codes],
    )
    terms_by_normal = {
        normal: known_terms(forms, frequencies) for normal, forms in forms_by_normal.items()
    }
    add_equivalents(terms_by_normal, forms_by_normal, equivalents, frequencies)
    add_root_matches(terms_by_normal, forms_by_normal, frequencies, audiences)
    unknown = [
        normal
        for normal, forms in forms_by_normal.items()
        if not normal[0].isdigit() and not any(form in frequencies for form in forms)
    ]
    compounds = {
        normal: [Synonym(({left: 1.0}, {right: 1.0}), WITH_PARTICLE)]
        for normal, (left, right) in split_compounds(unknown, frequencies, audiences).items()
    }
    corrections = add_corrections(
        [normal for normal in unknown if normal not in compounds],
        terms_by_normal,
        frequencies,
        audiences,
    )
    quoted = [
        phrase for phrase in query.phrases if not is_known_code(phrase, query.codes, frequencies)
    ]
    phrases = [phrase_terms(phrase, terms_by_normal, forms_by_normal) for phrase in quoted]
    exact = single_quoted_words(quoted, phrases)
    clauses = [
        Clause(query.written(word), exact[word], [])
        if word in exact
        else Clause(
            query.written(word),
            terms_by_normal[word.normal],
            synonyms_at(position, synonym_spans, forms_by_synonym_word, frequencies)
            + compounds.get(word.normal, []),
        )
        for position, word in enumerate(query.words)
    ]
    return Expansion(
        replace_code_words(query, clauses, frequencies),
        phrases,
        frequencies,
        frequencies.get(ENTRY_COUNT, 0),
        max(1, frequencies.get(TERM_COUNT, 0) // max(1, frequencies.get(ENTRY_COUNT, 0))),
        correct_query(query, corrections),
    )


@lru_cache(MAX_KEPT)
def word_forms(normal: str) -> dict[str, float]:
    """Return the terms of a word's possible forms, with their weights.

    These are the word with and without particles and with other endings; the index may have none.
    They are kept, so callers must not change them.
    """
    own = to_term(normal)
    weights = {own: 1.0}
    if not is_arabic(normal):
        return weights
    for length in (0, 1, 2):
        word = normal[length:]
        if (not length or normal[:length] in PARTICLES) and len(word) >= MIN_WORD_LENGTH:
            weights.setdefault(to_term(word), WITH_PARTICLE)
            if word.startswith("ال"):  # may be the word's own letters: التزام, الكترونية
                weights.setdefault(encode_stem(strip_endings(word)), WITH_PARTICLE)
    word = strip_article(normal)
    if word.startswith("ال"):
        weights.setdefault(to_term(word), WITH_PARTICLE)
    for particle in PARTICLES:
        weights.setdefault(to_term(particle + stem(normal)), WITH_PARTICLE)
        weights.setdefault(to_term(particle + normal), WITH_PARTICLE)
    for ending in ("ان", "ا"):
        weights.setdefault(own + ending, OTHER_ENDING)
    if own.endswith("ا") and own not in SINGULARS:
        weights.setdefault(own[:-1], OTHER_ENDING)
    if own.endswith("ان") and len(own) == MIN_WORD_LENGTH + 2:
        weights.setdefault(own[:-2], OTHER_ENDING)
    return weights


def known_terms(terms: Mapping[str, float], frequencies: Container[str]) -> dict[str, float]:
    """Return those of the weighted terms that the index has."""
    return {term: weight for term, weight in terms.items() if term in frequencies}


def find_synonyms(
    forms_by_position: Iterable[Mapping[str, float]], thesaurus: Thesaurus
) -> list[SynonymSpan]:
    """Return the other names for each name of a concept that the query has.

    `forms_by_position` has the weighted forms of each word of the query; a word may have a particle
    that the name has not.
    """
    readings = [
        {term for term, weight in forms.items() if weight >= WITH_PARTICLE}
        for forms in forms_by_position
    ]
    spans: list[SynonymSpan] = []
    for start, first in enumerate(readings):
        for term in first:
            for name_terms, concept in thesaurus.names.get(term, ()):
                following = readings[start : start + len(name_terms)]
                if len(following) == len(name_terms) and all(
                    name_term in reading
                    for name_term, reading in zip(name_terms, following, strict=True)
                ):
                    span = range(start, start + len(name_terms))
                    spans += [(span, name) for name in other_names(concept, name_terms)]
    return spans


def synonyms_at(
    position: int,
    spans: Iterable[SynonymSpan],
    forms_by_normal: Mapping[str, Mapping[str, float]],
    frequencies: Container[str],
) -> list[Synonym]:
    """Return the Synonyms for the word at a position, from the result of find_synonyms().

    Names with a word that the index does not have are left out.
    """
    synonyms = []
    for span, name in spans:
        words = tuple(known_terms(forms_by_normal[normal], frequencies) for normal in name)
        if position in span and all(words):
            synonyms.append(Synonym(words, SYNONYM))
    return synonyms


def add_equivalents(
    terms_by_normal: Mapping[str, dict[str, float]],
    forms_by_normal: Mapping[str, Mapping[str, float]],
    equivalents: Mapping[str, Iterable[str]],
    frequencies: Container[str],
) -> None:
    """Add to each word the terms that may mean the same (see synonyms.Thesaurus)."""
    for normal, forms in forms_by_normal.items():
        is_known = bool(terms_by_normal[normal])
        for form in forms:
            for equivalent in equivalents[form]:
                if equivalent in frequencies:
                    terms_by_normal[normal].setdefault(
                        equivalent, ROOT_MATCH if is_known else SYNONYM
                    )


def add_root_matches(
    terms_by_normal: Mapping[str, dict[str, float]],
    forms_by_normal: Mapping[str, Mapping[str, float]],
    frequencies: dict[str, int],
    audiences: Collection[str],
) -> None:
    """Add to each Arabic word the terms with the same skeleton, such as its broken plural.

    A word gets at most MAX_ROOT_MATCHES, the commonest first; their frequencies are added too.
    """
    skeletons_by_normal: dict[str, list[tuple[str, float]]] = {}
    for normal, forms in forms_by_normal.items():
        if is_arabic(normal):
            own_term = to_term(normal)
            # A form without a particle counts if the index has it, or has no form at all.
            usable = terms_by_normal[normal] or forms
            related = [
                own_term,
                *(form for form in forms if len(form) < len(own_term) and form in usable),
            ]
            skeletons_by_normal[normal] = [
                (skeleton(form), forms[form])
                for form in related[:3]
                if len(skeleton(form)) >= (2 if form == own_term else MIN_WORD_LENGTH)
            ]
    all_skeletons = {
        root for skeletons in skeletons_by_normal.values() for root, _weight in skeletons
    }
    rows = skeleton_frequencies(sorted(all_skeletons), audiences) if all_skeletons else []
    root_matches: dict[str, list[str]] = {}
    for form, root, count in rows:
        frequencies[form] = count
        root_matches.setdefault(root, []).append(form)
    for normal, skeletons in skeletons_by_normal.items():
        remaining = MAX_ROOT_MATCHES
        for root, weight in skeletons:
            for form in root_matches.get(root, ()):
                if remaining and form not in terms_by_normal[normal] and form not in STOP_TERMS:
                    terms_by_normal[normal][form] = ROOT_MATCH * weight
                    remaining -= 1


@CompiledQuery
def skeleton_frequencies(
    skeletons: Iterable[str], audiences: Iterable[str]
) -> QuerySet[SearchTerm, Any]:
    """Return (term, skeleton, frequency) of the terms with some skeletons, as known_to() does."""
    terms = SearchTerm.objects.filter(skeleton__among=skeletons)
    return terms.frequencies(audiences, "term", "skeleton")


def phrase_terms(
    phrase: Iterable[Word],
    terms_by_normal: Mapping[str, Mapping[str, float]],
    forms_by_normal: Mapping[str, Mapping[str, float]],
) -> list[list[str]]:
    """Return, for each word of a quoted phrase, its terms; only the first may have a particle."""
    alternatives: list[list[str]] = []
    for word in phrase:
        min_weight = 1.0 if alternatives else WITH_PARTICLE
        forms = forms_by_normal[word.normal]
        terms = {form for form in terms_by_normal[word.normal] if forms.get(form, 0) >= min_weight}
        alternatives.append(sorted(terms) or [to_term(word.normal)])
    return alternatives


def is_known_code(
    phrase: Sequence[Word], codes: Iterable[Code], frequencies: Container[str]
) -> bool:
    """Whether a quoted phrase is a code that the index has."""
    start, end = phrase[0].start, phrase[-1].end
    return any(
        code.start <= start and end <= code.end and code.term in frequencies for code in codes
    )


def single_quoted_words(
    quoted: Sequence[list[Word]], phrases: Sequence[list[list[str]]]
) -> dict[Word, dict[str, float]]:
    """Return the weighted terms of each word that is a quoted phrase of its own.

    Such a word is searched for as it is, without synonyms.
    """
    return {
        words[0]: dict.fromkeys(terms[0], 1.0)
        for words, terms in zip(quoted, phrases, strict=True)
        if len(words) == 1
    }


def replace_code_words(
    query: Query, clauses: Sequence[Clause], frequencies: Container[str]
) -> list[Clause]:
    """Return the clauses, with one clause for each known code in place of those of its words."""
    pairs: list[tuple[Word | None, Clause]] = list(zip(query.words, clauses, strict=True))
    for code in query.codes:
        if code.term in frequencies:
            positions = [
                position
                for position, (word, _clause) in enumerate(pairs)
                if word and code.start <= word.start and word.end <= code.end
            ]
            if positions:
                written = query.text[code.start : code.end]
                pairs = [pair for position, pair in enumerate(pairs) if position not in positions]
                pairs.insert(positions[0], (None, Clause(written, {code.term: 1.0}, [])))
    return [clause for _word, clause in pairs]
