"""What else in the portal speaks of the same things: terms of a text, pages that share them."""

from collections import Counter, defaultdict
from functools import lru_cache
from typing import NamedTuple

from bilingual.languages import codes as language_codes
from library.mentions import Finder
from library.models import Term
from library.passages import passages
from library.previewing import remembered_for_readers

# A term that stands on more than this share of all pages does not tell what a page is about.
COMMON = 0.4


class RelatedPage(NamedTuple):
    """The title of a page, and the telling terms that it shares."""

    passage: object
    terms: list


class Surroundings(NamedTuple):
    """The glossary terms of a page, and the pages that share the rarer ones with it."""

    terms: list
    pages: dict


def surroundings(container, most=4):
    """Return the Surroundings of a container's page.

    Pages are grouped by their model's name ("theme"), at most `most` of each, those that
    share more and rarer terms first. Both languages count, so both show the same pages.
    """
    terms, all_passages = published()
    found = dict(terms_by_page(all_passages, names_of(terms.values())))
    own = found.pop(container.code, frozenset())
    frequency = Counter(slug for slugs in found.values() for slug in slugs)
    telling = {slug for slug in own if frequency[slug] <= COMMON * (len(found) + 1)}

    related = defaultdict(list)
    titles = {passage.code: passage for passage in all_passages if passage.is_container}
    for code in found.keys() & titles.keys():
        shared = sorted(telling & found[code], key=lambda slug: (frequency[slug], slug))
        if shared:
            model = titles[code].model.rpartition(".")[2]
            related[model].append(RelatedPage(titles[code], [terms[slug] for slug in shared]))
    for pages in related.values():
        pages.sort(key=lambda page: page.passage.code)
        pages.sort(key=lambda page: -sum(1 / frequency[term.slug] for term in page.terms))
        del pages[most:]
    return Surroundings([terms[slug] for slug in sorted(own)], dict(related))


@remembered_for_readers
def published():
    """Return all terms by their slugs, and all passages."""
    return {term.slug: term for term in Term.objects.all()}, tuple(passages())


def names_of(terms):
    """Return the names of the terms in each language, in a form that can be remembered."""
    return tuple(
        (language, tuple((term.slug, tuple(term.names(language))) for term in terms))
        for language in language_codes()
    )


@lru_cache(maxsize=4)
def terms_by_page(all_passages, names):
    """Return the slugs of the terms in all passages of each page, by the page's code.

    The answer is remembered until a text or a name is another one.
    """
    finders = {language: Finder(dict(terms)) for language, terms in names}
    found = defaultdict(set)
    for passage in all_passages:
        for language, finder in finders.items():
            text = getattr(passage, f"text_{language}") or ""
            found[passage.container] |= {mention.term for mention in finder.mentions(text)}
    return {code: frozenset(slugs) for code, slugs in found.items()}
