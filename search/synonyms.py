"""The thesaurus: the names of a concept, in any language, are synonyms in a search.

An upper package registers a function that returns the concepts; there is no separate list.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from search.analysis import is_arabic, to_term, words

type Name = tuple[str, ...]  # the words of a name, as normal forms or terms
type ConceptProvider = Callable[[], Iterable[Iterable[str]]]

concept_providers: list[ConceptProvider] = []


def register_concepts(provider: ConceptProvider) -> None:
    """Register a function that returns the concepts, each as its names."""
    concept_providers.append(provider)


class Thesaurus(NamedTuple):
    """The synonyms of all concepts.

    `names` maps the first term of each name to the names that begin with it: each by its terms,
    with the other names of the concept by their normal forms. `equivalents` maps a term to the
    terms that may mean the same; see differing_terms().
    """

    names: dict[str, list[tuple[Name, list[Name]]]]
    equivalents: dict[str, set[str]]


def get_thesaurus() -> Thesaurus:
    """Return the Thesaurus of all registered concepts; it is built again if one has changed."""
    return build_thesaurus(
        tuple(tuple(concept) for provide in concept_providers for concept in provide())
    )


@lru_cache(maxsize=4)
def build_thesaurus(concepts: tuple[tuple[str, ...], ...]) -> Thesaurus:
    """Return the Thesaurus of concepts, each given as its names."""
    names: dict[str, list[tuple[Name, list[Name]]]] = {}
    equivalents: dict[str, set[str]] = {}
    for concept in concepts:
        normal_names = dict.fromkeys(tuple(word.normal for word in words(name)) for name in concept)
        name_by_terms = {
            tuple(map(to_term, normal_name)): normal_name
            for normal_name in normal_names
            if normal_name
        }
        for name_terms in name_by_terms:
            other_names = [
                normal_name
                for other_terms, normal_name in name_by_terms.items()
                if other_terms != name_terms
            ]
            names.setdefault(name_terms[0], []).append((name_terms, other_names))
        for terms, other_terms in combinations(name_by_terms, 2):
            for left, right in differing_terms(terms, other_terms):
                equivalents.setdefault(left, set()).add(right)
                equivalents.setdefault(right, set()).add(left)
    return Thesaurus(names, equivalents)


def differing_terms(first: Name, second: Name) -> Iterator[tuple[str, str]]:
    """Yield the two Arabic terms in which two names differ, if all their other terms are equal.

    From الجريمة السيبرية and الجريمة الإلكترونية follows that سيبرية and إلكترونية may mean the
    same. Names are given by their terms.
    """
    if len(first) == len(second) > 1:
        pairs = [(left, right) for left, right in zip(first, second, strict=True) if left != right]
        if len(pairs) == 1 and all(map(is_arabic, pairs[0])):
            yield pairs[0]
