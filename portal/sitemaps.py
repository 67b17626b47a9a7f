"""The site map: list pages, and a page for each public record."""

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from crosscutting.models import Theme
from dialogue.models import Round
from goals.models import Goal
from library.models import Article, Document, Term
from sdg_links.models import Sdg


class PageSitemap(Sitemap):
    """Pages in every language, each with links to its translations."""

    i18n = True
    alternates = True
    x_default = True


class RecordSitemap(PageSitemap):
    """The pages of the published records of a model."""

    def __init__(self, model):
        self.model = model

    def items(self):
        manager = self.model.objects
        return manager.published() if hasattr(manager, "published") else manager.all()


class ListSitemap(PageSitemap):
    """The pages that list records, by their URL names."""

    def items(self):
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

    def location(self, item):
        return reverse(item)


SITEMAPS = {"lists": ListSitemap} | {
    model._meta.model_name: RecordSitemap(model)
    for model in [Goal, Theme, Sdg, Round, Article, Document, Term]
}
