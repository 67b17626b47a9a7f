"""The app `dialogue`; when it is ready it registers its search indexes."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DialogueConfig(AppConfig):
    name = "dialogue"
    verbose_name = _("Dialogue")

    def ready(self) -> None:
        from dialogue.search_indexes import register_indexes

        register_indexes()
