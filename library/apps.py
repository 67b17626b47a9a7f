from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LibraryConfig(AppConfig):
    name = "library"
    verbose_name = _("library")

    def ready(self):
        from bilingual.checking import register_terminology
        from bilingual.exchange.notes import register
        from library.searching import register_sources
        from library.terminology import terminology
        from library.translating import notes

        register_sources()
        register_terminology(terminology)
        register(notes)
