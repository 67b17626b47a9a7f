"""The site map: list pages, and a page for each public record, in parts that an index names."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, overload
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps import views as sitemap_views
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from crosscutting.models import Theme
from dialogue.models import Round
from goals.models import Goal
from languages.languages import language_codes
from languages.public_origin import public_address
from library.models import Article, Container, ContentModel, Document, Term
from library.page_parameters import NUMBERED, page_parameters
from sdg_links.models import Sdg

if TYPE_CHECKING:
    from django.contrib.sites.models import Site
    from django.contrib.sites.requests import RequestSite


CONTENT_TYPE = "application/xml; charset=utf-8"

type Page = tuple[str | int, str]  # the argument of a page's address, and a language


class PageSitemap(Sitemap):
    """Pages in every language, each with links to its translations."""

    limit = 500  # addresses in a part, which are in memory together
    i18n = True
    alternates = True
    x_default = True

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.PUBLIC_ORIGIN).scheme or super().get_protocol(protocol)

    def get_domain(self, site: "Site | RequestSite | None" = None) -> str:
        return urlsplit(settings.PUBLIC_ORIGIN).netloc or super().get_domain(site)


class RecordPages(Sequence[Page]):
    """The keys of the pages of a query with each language, of which the database reads a part."""

    def __init__(self, keys: QuerySet[Any, str | int]) -> None:
        self.keys = keys
        self.languages = language_codes()

    def __len__(self) -> int:
        return self.keys.count() * len(self.languages)

    @overload
    def __getitem__(self, part: int) -> Page: ...

    @overload
    def __getitem__(self, part: slice) -> list[Page]: ...

    def __getitem__(self, part: int | slice) -> Page | list[Page]:
        if isinstance(part, int):
            return self[part : part + 1][0]
        number = len(self.languages)
        first, last = part.start // number, -(-part.stop // number)
        pages = [(key, code) for key in self.keys[first:last] for code in self.languages]
        return pages[part.start - first * number : part.stop - first * number]


class RecordSitemap(PageSitemap):
    """The pages of the published records of a model.

    `page` is the URL name of a page, `key` the field that is its argument. Records are not read as
    a whole, nor are their addresses kept: there may be tens of thousands.
    """

    def __init__(self, model: type[ContentModel], page: str, key: str) -> None:
        self.model, self.page, self.key = model, page, key

    def items(self) -> QuerySet[Any, str | int]:
        manager = self.model._default_manager
        records = manager.published() if hasattr(manager, "published") else manager.all()
        keys: QuerySet[Any, str | int] = records.values_list(self.key, flat=True)
        return keys

    def location(self, item: str | int) -> str:
        return reverse(self.page, args=[item])

    @property
    def paginator(self) -> "Paginator[Page]":
        # Django's own reads all records for each part.
        return Paginator(RecordPages(self.items()), self.limit)


class ListSitemap(PageSitemap):
    """The pages that list records, by their URL names."""

    def items(self) -> list[str]:
        return [
            "home",
            "goals:list",
            "crosscutting:list",
            "sdg_links:list",
            "dialogue:home",
            "library:home",
            "glossary:list",
            "parity",
        ]

    def location(self, item: str) -> str:
        return reverse(item)


CONTAINERS: list[type[Container]] = [Goal, Theme, Round, Article]
RECORDS: list[RecordSitemap] = [
    *(RecordSitemap(model, model.page, model.key_field) for model in CONTAINERS),
    RecordSitemap(Sdg, "sdg_links:detail", "number"),
    RecordSitemap(Document, "library:document", "slug"),
    RecordSitemap(Term, "glossary:detail", "slug"),
]
SITEMAPS: "dict[str, type[Sitemap[Any]] | Sitemap[Any]]" = {
    "lists": ListSitemap,
    **{part.model.__name__.lower(): part for part in RECORDS},
}


@require_safe
def sitemap_index(request: HttpRequest) -> TemplateResponse:
    """The site map: the addresses of its parts."""
    response = sitemap_views.index(
        request, SITEMAPS, content_type=CONTENT_TYPE, sitemap_url_name="sitemap_part"
    )
    for part in response.context_data["sitemaps"]:  # type: ignore[index]  # Django's view sets it
        part.location = public_address(request, part.location)
    return response


@require_safe
@page_parameters({"p": NUMBERED["page"]})
def sitemap_part(request: HttpRequest, section: str) -> TemplateResponse:
    """A part of the site map: pages of one kind, `?p=2` the second part of them."""
    return sitemap_views.sitemap(request, SITEMAPS, section, content_type=CONTENT_TYPE)
