"""Related pages: pages that share distinctive terms of the glossary."""

from collections import Counter, defaultdict
from typing import NamedTuple

from library.glossary.term_index import terms_and_passages, terms_by_page
from library.models import Container, Term
from library.passages import Passage
from library.preview import cached_for_readers

# A term on a greater share of all pages is not distinctive: it does not show a page's subject.
MAX_PAGE_SHARE = 0.4


class RelatedPage(NamedTuple):
    """The Passage of a page's title, and the distinctive Terms that it shares, the rarest first."""

    passage: Passage
    terms: list[Term]


class RelatedContent(NamedTuple):
    """The content that is related to the page of a container.

    `code` is the container's code, `terms` the Terms on its page by slug, `pages` has the related
    ones by the name of their model.
    """

    code: str
    terms: list[Term]
    pages: dict[str, list[RelatedPage]]


def related_content(container: Container) -> RelatedContent:
    """Return the RelatedContent of a container; it is cached, so callers must not change it."""
    return related_content_by_code(container.code)


@cached_for_readers
def related_content_by_code(code: str, max_pages: int = 4) -> RelatedContent:
    """Return the RelatedContent of the container with a code.

    A page is scored by the sum of 1 / (number of other pages with the term) over the distinctive
    terms that it shares. Of each model ("theme") it returns the `max_pages` with the highest
    scores; equal scores are in the order of codes. Terms count in whatever language they are
    mentioned, so the pages are the same in both.
    """
    terms, all_passages = terms_and_passages()
    other_pages = dict(terms_by_page())
    own_terms = other_pages.pop(code, frozenset())
    frequency = Counter(slug for slugs in other_pages.values() for slug in slugs)
    max_frequency = MAX_PAGE_SHARE * (len(other_pages) + 1)
    distinctive = {slug for slug in own_terms if frequency[slug] <= max_frequency}

    pages_by_model: defaultdict[str, list[RelatedPage]] = defaultdict(list)
    titles = {passage.code: passage for passage in all_passages if passage.is_container}
    for page_code in other_pages.keys() & titles.keys():
        shared = sorted(
            distinctive & other_pages[page_code], key=lambda slug: (frequency[slug], slug)
        )
        if shared:
            title = titles[page_code]
            model = title.model.rpartition(".")[2]
            pages_by_model[model].append(RelatedPage(title, [terms[slug] for slug in shared]))
    for pages in pages_by_model.values():
        pages.sort(key=lambda page: page.passage.code)
        pages.sort(key=lambda page: -sum(1 / frequency[term.slug] for term in page.terms))
        del pages[max_pages:]
    return RelatedContent(code, [terms[slug] for slug in sorted(own_terms)], dict(pages_by_model))
