from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class BilingualConfig(AppConfig):
    name = "bilingual"
    verbose_name = _("Editing")

    def ready(self):
        from bilingual.history import register_all
        from bilingual.roles import install_at_the_end, remember

        register_all()
        pre_migrate.connect(remember, sender=self)
        post_migrate.connect(begin_history, sender=self)
        post_migrate.connect(install_at_the_end)


def begin_history(using, **options):
    """Record what was there before there was a history, unless tables are not there (yet)."""
    from bilingual import freshness
    from bilingual.history import begin, registered
    from bilingual.models import Change, TranslationState

    tables = connections[using].introspection.table_names()
    if all(model._meta.db_table in tables for model in [Change, TranslationState, *registered]):
        begin()
        freshness.begin()
