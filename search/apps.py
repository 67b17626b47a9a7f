from typing import Any

from django.apps import AppConfig
from django.db import connections, router
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    name = "search"
    verbose_name = _("search")

    def ready(self) -> None:
        from search import lookups  # noqa: F401  (registers the lookups)

        post_migrate.connect(install_index, sender=self)


def install_index(using: str, **options: Any) -> None:
    """Make the full-text index after a migration, once the table of entries exists.

    The vocabulary is filled too where a migration has emptied it.
    """
    from search.models import SearchEntry, SearchTerm
    from search.schema import TABLE, install

    connection = connections[using]
    if TABLE not in connection.introspection.table_names():
        return
    install(connection)
    is_in_use = using == router.db_for_write(SearchTerm)
    if is_in_use and not SearchTerm.objects.exists() and SearchEntry.objects.exists():
        from search.indexing import stored_words
        from search.vocabulary_writer import rebuild_vocabulary

        rebuild_vocabulary(stored_words())
