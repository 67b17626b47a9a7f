"""The app `goals`; when it is ready it registers its search indexes."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GoalsConfig(AppConfig):
    name = "goals"
    verbose_name = _("Global Policing Goals")

    def ready(self) -> None:
        from goals.search_indexes import register_indexes

        register_indexes()
