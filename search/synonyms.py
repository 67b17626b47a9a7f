"""The thesaurus: the names of a concept, in any language, are synonyms in a search.

An upper package registers a function that returns the concepts; there is no separate list.
"""

from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from search.analysis import is_arabic, to_term, words

concept_providers = []


def register_concepts(provider):
    """Register a function that returns the concepts, each as an iterable of its names."""
    concept_providers.append(provider)


class Thesaurus(NamedTuple):
    """The synonyms of all concepts.

    `names` maps the first term of each name to the names that begin with it: each as the tuple of
    its terms, with the other names of the concept as tuples of normal forms. `equivalents` maps a
    term to the terms that may mean the same; see differing_terms().
    """

    names: dict[str, list[tuple[tuple[str, ...], list[tuple[str, ...]]]]]
    equivalents: dict[str, set[str]]


def get_thesaurus():
    """Return the Thesaurus of all registered concepts; it is built again if one has changed."""
    return build_thesaurus(
        tuple(tuple(concept) for provide in concept_providers for concept in provide())
    )


@lru_cache(maxsize=4)
def build_thesaurus(concepts):
    """Return the Thesaurus of concepts, given as a tuple of tuples of names."""
    names, equivalents = {}, {}
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


def differing_terms(first, second):
    """Yield the two Arabic terms in which two names differ, if all their other terms are equal.

    From الجريمة السيبرية and الجريمة الإلكترونية follows that سيبرية and إلكترونية may mean the
    same. Names are tuples of terms.
    """
    if len(first) == len(second) > 1:
        pairs = [(left, right) for left, right in zip(first, second, strict=True) if left != right]
        if len(pairs) == 1 and all(map(is_arabic, pairs[0])):
            yield pairs[0]
