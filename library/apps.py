"""The app `library`; when it is ready it registers its parts with `search` and `translations`."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class LibraryConfig(AppConfig):
    name = "library"
    verbose_name = _("library")

    def ready(self) -> None:
        from editing.proposals import checking_publication
        from history.signals import revision_recorded
        from library.glossary import headwords
        from library.glossary.mention_index import update_after_revision
        from library.glossary.terminology import terminology
        from library.publication import check_edits
        from library.registry import begin_registry, update_registry
        from library.search_indexes import register_indexes
        from library.translator_notes import notes
        from search.indexing import update_contended
        from translations.checks import register_terminology
        from translations.exchange.notes import register_notes

        revision_recorded.connect(update_contended)
        revision_recorded.connect(update_registry)
        checking_publication.connect(check_edits)
        post_migrate.connect(begin_registry, sender=self)
        revision_recorded.connect(headwords.update_after_revision)
        post_migrate.connect(headwords.write_after_migrate, sender=self)
        revision_recorded.connect(update_after_revision)
        register_indexes()
        register_terminology(terminology)
        register_notes(notes)
