"""The thesaurus: the names of a concept, in any language, are synonyms in a search.

An upper package registers a function that returns the concepts; there is no separate list.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import chain, combinations
from typing import NamedTuple

from search.analysis import is_arabic, to_term, words

type Name = tuple[str, ...]  # the words of a name, as normal forms or terms
type Concept = tuple[str, ...]  # its names
type Concepts = tuple[Concept, ...]
type ConceptProvider = Callable[[], Concepts]

concept_providers: list[ConceptProvider] = []


def register_concepts(provider: ConceptProvider) -> None:
    """Register a function that returns the concepts, each as its names."""
    concept_providers.append(provider)


class Thesaurus(NamedTuple):
    """The synonyms of all concepts.

    `names` maps the first term of each name to the names that begin with it: each by its terms,
    with its concept. `equivalents` maps a term to the
    terms that may mean the same; see differing_terms().
    """

    names: dict[str, list[tuple[Name, Concept]]]
    equivalents: dict[str, set[str]]


class BuiltThesaurus(NamedTuple):
    """A Thesaurus, and the concepts that it was built from: one tuple for each provider."""

    concepts: list[Concepts]
    thesaurus: Thesaurus


built: BuiltThesaurus | None = None


def get_thesaurus() -> Thesaurus:
    """Return the Thesaurus of all registered concepts; it is built again if one has changed."""
    global built
    concepts = [provide() for provide in concept_providers]
    latest = built
    # Providers keep their tuples, so that these are compared by identity; to hash them takes long.
    if latest is None or latest.concepts != concepts:
        latest = built = BuiltThesaurus(concepts, build_thesaurus(chain.from_iterable(concepts)))
    return latest.thesaurus


def build_thesaurus(concepts: Iterable[Concept]) -> Thesaurus:
    """Return the Thesaurus of concepts, each given as its names."""
    names: dict[str, list[tuple[Name, Concept]]] = {}
    equivalents: dict[str, set[str]] = {}
    for concept in concepts:
        name_by_terms = names_by_terms(concept)
        if len(name_by_terms) > 1:
            for name_terms in name_by_terms:
                names.setdefault(name_terms[0], []).append((name_terms, concept))
        for terms, other_terms in combinations(name_by_terms, 2):
            for left, right in differing_terms(terms, other_terms):
                equivalents.setdefault(left, set()).add(right)
                equivalents.setdefault(right, set()).add(left)
    return Thesaurus(names, equivalents)


def names_by_terms(concept: Concept) -> dict[Name, Name]:
    """Return the names of a concept by their normal forms, each by its terms."""
    normal_names = dict.fromkeys(tuple(word.normal for word in words(name)) for name in concept)
    return {
        tuple(map(to_term, normal_name)): normal_name for normal_name in normal_names if normal_name
    }


def other_names(concept: Concept, name_terms: Name) -> list[Name]:
    """Return the names of a concept by their normal forms, but for the one with some terms."""
    names = names_by_terms(concept)
    return [normal_name for terms, normal_name in names.items() if terms != name_terms]


def differing_terms(first: Name, second: Name) -> Iterator[tuple[str, str]]:
    """Yield the two Arabic terms in which two names differ, if all their other terms are equal.

    From الجريمة السيبرية and الجريمة الإلكترونية follows that سيبرية and إلكترونية may mean the
    same. Names are given by their terms.
    """
    if len(first) == len(second) > 1:
        pairs = [(left, right) for left, right in zip(first, second, strict=True) if left != right]
        if len(pairs) == 1 and all(map(is_arabic, pairs[0])):
            yield pairs[0]
