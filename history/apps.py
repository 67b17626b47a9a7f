from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class HistoryConfig(AppConfig):
    name = "history"
    verbose_name = _("History")

    def ready(self):
        from history.recording import register_all

        register_all()
        post_migrate.connect(begin_history, sender=self)


def begin_history(using, **options):
    """Record what was there before there was a history, unless tables are not there (yet)."""
    from history.models import Change
    from history.recording import begin, registered

    tables = connections[using].introspection.table_names()
    if all(model._meta.db_table in tables for model in [Change, *registered]):
        begin()
