"""The app `library`; when it is ready it registers its parts with `search` and `translations`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LibraryConfig(AppConfig):
    name = "library"
    verbose_name = _("library")

    def ready(self) -> None:
        from library.glossary.terminology import terminology
        from library.search_indexes import register_indexes
        from library.translator_notes import notes
        from translations.checks import register_terminology
        from translations.exchange.notes import register_notes

        register_indexes()
        register_terminology(terminology)
        register_notes(notes)
