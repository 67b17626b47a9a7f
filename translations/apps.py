from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class TranslationsConfig(AppConfig):
    name = "translations"
    verbose_name = _("Translations")

    def ready(self):
        from history.signals import revision_recorded
        from translations.staleness import follow_revision

        revision_recorded.connect(follow_revision)
        post_migrate.connect(begin_states, sender=self)


def begin_states(using, **options):
    """Make the states that are missing, unless tables are not there (yet)."""
    from history.recording import registered
    from translations.models import TranslationState
    from translations.staleness import begin

    tables = connections[using].introspection.table_names()
    if all(model._meta.db_table in tables for model in [TranslationState, *registered]):
        begin()
