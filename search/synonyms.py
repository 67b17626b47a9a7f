"""Names of one concept, in whatever language, stand for each other.

An upper room registers what gives the concepts; nobody keeps a second list of synonyms.
"""

from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from search.analysis import is_arabic, term, words

concept_sources = []


def register_concepts(source):
    """Take the names of concepts from a function, which returns for each a tuple of names."""
    concept_sources.append(source)


class Thesaurus(NamedTuple):
    """Names by the term that they begin with, and words that stand in one place of two names.

    A name is the tuple of its words' normal forms.
    """

    names: dict
    equals: dict


def thesaurus():
    return built(tuple(tuple(concept) for source in concept_sources for concept in source()))


@lru_cache(maxsize=4)
def built(concepts):
    names, equals = {}, {}
    for concept in concepts:
        forms = dict.fromkeys(tuple(word.normal for word in words(name)) for name in concept)
        by_terms = {tuple(map(term, form)): form for form in forms if form}
        for key in by_terms:
            others = [form for other, form in by_terms.items() if other != key]
            names.setdefault(key[0], []).append((key, others))
        for one, other in combinations(by_terms, 2):
            for left, right in differing(one, other):
                equals.setdefault(left, set()).add(right)
                equals.setdefault(right, set()).add(left)
    return Thesaurus(names, equals)


def differing(one, other):
    """Yield the pair of terms that two names differ in, where all their other words agree.

    الجريمة السيبرية and الجريمة الإلكترونية say that سيبرية and إلكترونية may mean the same.
    """
    if len(one) == len(other) > 1:
        pairs = [(left, right) for left, right in zip(one, other, strict=True) if left != right]
        if len(pairs) == 1 and all(map(is_arabic, pairs[0])):
            yield pairs[0]
