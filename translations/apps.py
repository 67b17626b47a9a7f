from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models import Model
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class TranslationsConfig(AppConfig):
    name = "translations"
    verbose_name = _("Translations")

    def ready(self) -> None:
        from history.signals import revision_recorded
        from translations.staleness import update_states_after_revision

        revision_recorded.connect(update_states_after_revision)
        post_migrate.connect(create_states_after_migrate, sender=self)


def create_states_after_migrate(using: str, **options: Any) -> None:
    """Create the missing TranslationState rows (a receiver of post_migrate).

    `using` is the alias of the migrated database. Nothing happens while the tables of some
    recorded models do not exist, as in a migration to an early state.
    """
    from history.recording import recorded_models
    from translations.models import TranslationState
    from translations.staleness import create_missing_states

    tables = connections[using].introspection.table_names()
    models: list[type[Model]] = [TranslationState, *recorded_models]
    if all(model._meta.db_table in tables for model in models):
        create_missing_states()
