"""What else in the portal speaks of the same things: pages that share telling terms."""

from collections import Counter, defaultdict
from typing import NamedTuple

from library.glossary.term_index import published, terms_by_page
from library.preview import remembered_for_readers

# A term that stands on more than this share of all pages does not tell what a page is about.
MAX_PAGE_SHARE = 0.4


class RelatedPage(NamedTuple):
    """The title of a page, and the telling terms that it shares."""

    passage: object
    terms: list


class Surroundings(NamedTuple):
    """The code of a page, its glossary terms, and the pages that share the rarer ones with it."""

    code: str
    terms: list
    pages: dict


def surroundings(container):
    """Return the Surroundings of a container's page, which nobody may change."""
    return surroundings_of(container.code)


@remembered_for_readers
def surroundings_of(code, most=4):
    """Return the Surroundings of the page with a code.

    Pages are grouped by their model's name ("theme"), at most `most` of each, those that
    share more and rarer terms first. Both languages count, so both show the same pages.
    """
    terms, all_passages = published()
    found = dict(terms_by_page())
    own = found.pop(code, frozenset())
    frequency = Counter(slug for slugs in found.values() for slug in slugs)
    telling = {slug for slug in own if frequency[slug] <= MAX_PAGE_SHARE * (len(found) + 1)}

    related = defaultdict(list)
    titles = {passage.code: passage for passage in all_passages if passage.is_container}
    for other in found.keys() & titles.keys():
        shared = sorted(telling & found[other], key=lambda slug: (frequency[slug], slug))
        if shared:
            model = titles[other].model.rpartition(".")[2]
            related[model].append(RelatedPage(titles[other], [terms[slug] for slug in shared]))
    for pages in related.values():
        pages.sort(key=lambda page: page.passage.code)
        pages.sort(key=lambda page: -sum(1 / frequency[term.slug] for term in page.terms))
        del pages[most:]
    return Surroundings(code, [terms[slug] for slug in sorted(own)], dict(related))
