"""The app `sdg_links`; when it is ready it registers its search indexes."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SdgLinksConfig(AppConfig):
    name = "sdg_links"
    verbose_name = _("Sustainable Development Goals")

    def ready(self) -> None:
        from sdg_links.search_indexes import register_indexes

        register_indexes()
