from typing import Any

from django.apps import AppConfig
from django.db import connections, models
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class HistoryConfig(AppConfig):
    name = "history"
    verbose_name = _("History")

    def ready(self) -> None:
        from history.recording import register_all

        register_all()
        post_migrate.connect(begin_history, sender=self)


def begin_history(using: str, **options: Any) -> None:
    """Record the records that have no history yet, once all tables exist (post_migrate)."""
    from history.models import Change
    from history.recording import create_initial_revision, recorded_models

    tables = connections[using].introspection.table_names()
    needed: list[type[models.Model]] = [Change, *recorded_models]
    if all(model._meta.db_table in tables for model in needed):
        create_initial_revision()
