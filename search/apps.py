from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("search")

    def ready(self) -> None:
        from search import lookups  # noqa: F401  (registers the lookups)

        post_migrate.connect(install_index, sender=self)


def install_index(using: str, **options: Any) -> None:
    """Make the full-text index after a migration, once the table of entries exists."""
    from search.schema import TABLE, install

    connection = connections[using]
    if TABLE in connection.introspection.table_names():
        install(connection)
