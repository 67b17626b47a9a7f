"""The site map: list pages, and a page for each public record."""

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet
from django.urls import reverse

from crosscutting.models import Theme
from dialogue.models import Round
from goals.models import Goal
from library.models import Article, ContentModel, Document, Term
from sdg_links.models import Sdg

if TYPE_CHECKING:
    from django.contrib.sites.models import Site
    from django.contrib.sites.requests import RequestSite


class PageSitemap(Sitemap):
    """Pages in every language, each with links to its translations."""

    i18n = True
    alternates = True
    x_default = True

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.PUBLIC_ORIGIN).scheme or super().get_protocol(protocol)

    def get_domain(self, site: "Site | RequestSite | None" = None) -> str:
        return urlsplit(settings.PUBLIC_ORIGIN).netloc or super().get_domain(site)


class RecordSitemap(PageSitemap):
    """The pages of the published records of a model."""

    def __init__(self, model: type[ContentModel]) -> None:
        self.model = model

    def items(self) -> QuerySet[ContentModel]:
        manager = self.model._default_manager
        records: QuerySet[ContentModel] = (
            manager.published() if hasattr(manager, "published") else manager.all()
        )
        return records


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


MODELS: list[type[ContentModel]] = [Goal, Theme, Sdg, Round, Article, Document, Term]
SITEMAPS: dict[str, type[PageSitemap] | PageSitemap] = {
    "lists": ListSitemap,
    **{model.__name__.lower(): RecordSitemap(model) for model in MODELS},
}
