"""The app `crosscutting`; when it is ready it registers its search indexes."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CrosscuttingConfig(AppConfig):
    name = "crosscutting"
    verbose_name = _("cross-cutting themes")

    def ready(self) -> None:
        from crosscutting.search_indexes import register_indexes

        register_indexes()
