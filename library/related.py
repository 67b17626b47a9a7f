"""Related pages: pages that share distinctive terms of the glossary."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import nsmallest
from typing import NamedTuple

from django.db.models import Count
from django.utils.functional import cached_property

from library.glossary.term_index import terms_on_page
from library.models import Container, IndexedPage, PageTerm, Term
from library.passages import Passage, passage_models, passages

# A term on a greater share of all pages is not distinctive: it does not show a page's subject.
MAX_PAGE_SHARE = 0.4
MAX_PAGES = 4


class RelatedPage(NamedTuple):
    """The Passage of a page's title, and the distinctive Terms that it shares, the rarest first."""

    passage: Passage
    terms: list[Term]


class RelatedContent:
    """The content that is related to the page of a container.

    Nothing is read before it is asked for, since templates keep what they have rendered of it.
    """

    def __init__(self, container: Container) -> None:
        self.container = container
        self.code = container.code

    @cached_property
    def terms(self) -> list[Term]:
        """The terms on the page, by slug, in whatever language they are mentioned."""
        return list(terms_on_page(self.container))

    @cached_property
    def pages(self) -> dict[str, list[RelatedPage]]:
        """The related pages by the name of their model ("theme").

        A page is scored by the sum of 1 / (number of other pages with the term) over the
        distinctive terms that it shares. Of each model these are the MAX_PAGES with the highest
        scores; equal scores are in the order of codes. They are the same in all languages.
        """
        own = IndexedPage.objects.filter(
            kind=self.container._meta.label_lower, record=self.container.pk
        )
        own_pk = own.values_list("pk", flat=True).first() or 0
        frequency = count_other_pages(self.terms, own_pk)
        published = IndexedPage.objects.filter(is_published=True)
        max_frequency = MAX_PAGE_SHARE * (published.exclude(pk=own_pk).count() + 1)
        distinctive = sorted(
            (term for term in self.terms if 0 < frequency[term.pk] <= max_frequency),
            key=lambda term: (frequency[term.pk], term.slug),
        )
        shared = shared_terms(distinctive, own_pk)
        scores = {
            page: sum(1 / frequency[term.pk] for term in terms) for page, terms in shared.items()
        }
        best = best_pages(scores)
        titles = title_passages(best)
        related: dict[str, list[RelatedPage]] = {}
        for page in best:
            model = page.kind.rpartition(".")[2]
            title = titles[page.kind, page.code]
            related.setdefault(model, []).append(RelatedPage(title, shared[page.pk]))
        return related


def related_content(container: Container) -> RelatedContent:
    """Return the RelatedContent of a container, published or previewed."""
    return RelatedContent(container)


def count_other_pages(terms: Iterable[Term], page: int) -> Counter[int]:
    """Return how many published pages mention each term, besides a page, by the term's key."""
    mentions = PageTerm.objects.filter(term__pk__among=[term.pk for term in terms])
    counts = mentions.exclude(page=page).values_list("term").annotate(Count("page"))
    return Counter(dict(counts))


def shared_terms(terms: Sequence[Term], page: int) -> dict[int, list[Term]]:
    """Return which of some terms each published page mentions, besides a page, in their order.

    The keys are the primary keys of the pages.
    """
    pages_by_term: defaultdict[int, list[int]] = defaultdict(list)
    mentions = PageTerm.objects.filter(term__pk__among=[term.pk for term in terms])
    for term_pk, other in mentions.exclude(page=page).values_list("term", "page"):
        pages_by_term[term_pk].append(other)
    shared: defaultdict[int, list[Term]] = defaultdict(list)
    for term in terms:
        for other in pages_by_term[term.pk]:
            shared[other].append(term)
    return shared


def best_pages(scores: Mapping[int, float]) -> list[IndexedPage]:
    """Return the MAX_PAGES pages of each model with the highest scores, the best first.

    `scores` are by the primary keys of the pages.
    """
    pages_by_kind: defaultdict[str, list[IndexedPage]] = defaultdict(list)
    for page in IndexedPage.objects.filter(pk__among=list(scores)):
        pages_by_kind[page.kind].append(page)
    return [
        page
        for pages in pages_by_kind.values()
        for page in nsmallest(MAX_PAGES, pages, key=lambda page: (-scores[page.pk], page.code))
    ]


def title_passages(pages: Iterable[IndexedPage]) -> dict[tuple[str, str], Passage]:
    """Return the Passages of the titles of some pages, by the label of their model and code."""
    models = [model for model in passage_models() if not model.container_field]
    titles = passages(models, code__in=[page.code for page in pages])
    return {(title.model, title.code): title for title in titles}
