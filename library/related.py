"""Related pages: pages that share distinctive terms of the glossary."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from heapq import nsmallest
from itertools import starmap
from typing import Any, NamedTuple

from django.db.models import Count, QuerySet
from django.utils.functional import cached_property

from history.content_version import cached_by_version
from languages.compiled_query import CompiledQuery
from library.codes import sort_key
from library.editions import older_editions
from library.glossary.term_index import terms_on_page
from library.models import Container, IndexedPage, PageTerm, Term
from library.passages import Passage, passage_models, passage_rows, sorted_passages, union
from library.preview import compiled_for_readers

# A term on a greater share of all pages is not distinctive: it does not show a page's subject.
MAX_PAGE_SHARE = 0.4
MAX_PAGES = 4


class RelatedPage(NamedTuple):
    """The Passage of a page's title, and the distinctive Terms that it shares, the rarest first."""

    passage: Passage
    terms: list[Term]


class PageRow(NamedTuple):
    """The primary key of an IndexedPage, the label of its model, and its code."""

    pk: int
    kind: str
    code: str


class RelatedContent:
    """The content that is related to the page of a container.

    Nothing is read before it is asked for, since templates keep what they have rendered of it.
    """

    def __init__(self, container: Container) -> None:
        self.container = container
        self.code = container.code

    @cached_property
    def terms_and_rest(self) -> tuple[list[Term], int]:
        """The terms on the page, in whatever language they are mentioned, and how many more."""
        return terms_on_page(self.container)

    @property
    def terms(self) -> list[Term]:
        """The terms that most texts of the page mention, by slug."""
        return self.terms_and_rest[0]

    @property
    def further_terms(self) -> int:
        """How many terms are left out of `terms`."""
        return self.terms_and_rest[1]

    @cached_property
    def pages(self) -> dict[str, list[RelatedPage]]:
        """The related pages by the name of their model ("theme").

        A page is scored by the sum of 1 / (number of other pages with the term) over the
        distinctive terms that it shares. Of each model these are the MAX_PAGES with the highest
        scores; equal scores are in the order of codes. They are the same in all languages.
        """
        own = page_of_container([self.container._meta.label_lower], [self.container.pk])
        own_pk, own_is_published = own[0] if own else (0, False)
        frequency = count_other_pages(self.terms, own_pk)
        other_pages = count_published_pages() - bool(own_is_published)
        max_frequency = MAX_PAGE_SHARE * (other_pages + 1)
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


@CompiledQuery
def page_of_container(kind: Iterable[str], record: Iterable[int]) -> QuerySet[Any, Any]:
    """Return the key of the page of a container, and whether it is published."""
    pages = IndexedPage.objects.filter(kind__among=kind, record__among=record)
    return pages.values_list("pk", "is_published")


@cached_by_version
def count_published_pages() -> int:
    """Return how many containers are published."""
    return IndexedPage.objects.filter(is_published=True).count()


@CompiledQuery
def other_mentions(terms: Iterable[int], page: Iterable[int]) -> QuerySet[Any, Any]:
    """Return (term, page) for each published page that mentions any of some terms, but for one."""
    mentions = PageTerm.objects.filter(term__pk__among=terms).exclude(page__pk__among=page)
    return mentions.values_list("term", "page")


@CompiledQuery
def other_frequencies(terms: Iterable[int], page: Iterable[int]) -> QuerySet[Any, Any]:
    """Return (term, number of pages) for what other_mentions() returns."""
    mentions = PageTerm.objects.filter(term__pk__among=terms).exclude(page__pk__among=page)
    return mentions.values_list("term").annotate(Count("page"))


@CompiledQuery
def indexed_pages(keys: Iterable[int]) -> QuerySet[Any, Any]:
    """Return (key, kind, code) of some pages."""
    return IndexedPage.objects.filter(pk__among=keys).values_list("pk", "kind", "code")


@compiled_for_readers
def title_rows(container_codes: Iterable[str]) -> QuerySet[Any, tuple[Any, ...]]:
    """Return the rows of the titles with some codes, as passage_rows() does."""
    models = [model for model in passage_models() if not model.container_field]
    return union(passage_rows(model, code__among=container_codes) for model in models)


def count_other_pages(terms: Iterable[Term], page: int) -> Counter[int]:
    """Return how many published pages mention each term, besides a page, by the term's key."""
    return Counter(dict(other_frequencies([term.pk for term in terms], [page])))


def shared_terms(terms: Sequence[Term], page: int) -> dict[int, list[Term]]:
    """Return which of some terms each published page mentions, besides a page, in their order.

    The keys are the primary keys of the pages.
    """
    pages_by_term: defaultdict[int, list[int]] = defaultdict(list)
    for term_pk, other in other_mentions([term.pk for term in terms], [page]):
        pages_by_term[term_pk].append(other)
    shared: defaultdict[int, list[Term]] = defaultdict(list)
    for term in terms:
        for other in pages_by_term[term.pk]:
            shared[other].append(term)
    return shared


def best_pages(scores: Mapping[int, float]) -> list[PageRow]:
    """Return the MAX_PAGES newest pages of each model with the highest scores, the best first.

    `scores` are by the primary keys of the pages.
    """
    pages_by_kind: defaultdict[str, list[PageRow]] = defaultdict(list)
    older = older_editions()
    for page in starmap(PageRow, indexed_pages(scores)):
        if page.code in older:
            continue
        pages_by_kind[page.kind].append(page)
    return [
        page
        for pages in pages_by_kind.values()
        for page in nsmallest(
            MAX_PAGES, pages, key=lambda page: (-scores[page.pk], sort_key(page.code))
        )
    ]


def title_passages(pages: Iterable[PageRow]) -> dict[tuple[str, str], Passage]:
    """Return the Passages of the titles of some pages, by the label of their model and code."""
    titles = sorted_passages(title_rows([page.code for page in pages]))
    return {(title.model, title.code): title for title in titles}
