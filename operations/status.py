"""Figures of the installation for the status page: software, database, index, disk, processes."""

import platform
import shutil
from collections.abc import Callable, Iterable
from typing import NamedTuple

import django
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Model

from library.glossary.mention_check import find_index_problems
from library.models import IndexedText
from notifications.models import OutgoingMail, State
from operations.models import Backup
from operations.observability import processes
from search.checking import find_entry_problems
from search.models import SearchEntry

# Comparing more rows of an index with their records takes too long for a page.
MAX_COMPARED_ROWS = 5_000


def software() -> dict[str, str]:
    """Return the releases of Python, Django and the database: {name: release}."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW server_version")
        else:
            cursor.execute("SELECT sqlite_version()")
        (release,) = cursor.fetchone()
    return {
        "Python": platform.python_version(),
        "Django": django.get_version(),
        connection.display_name: release.split()[0],
    }


def database_size() -> int:
    """Return the size of the database in bytes."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
            (total,) = cursor.fetchone()
            return int(total)
        pages, size = (
            # nosemgrep: sql-put-together (two names)
            int(cursor.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("page_count", "page_size")
        )
        return pages * size


def pending_migrations() -> list[str]:
    """Return the names of the migrations that are not applied to the database."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [str(migration) for migration, _is_backwards in plan]


class IndexState(NamedTuple):
    """The numbers of rows of an index, and of those that differ from the content.

    The second one is None where they were not compared.
    """

    rows: int
    stale: int | None


def search_index_state(*, compare_all: bool = False) -> IndexState:
    """Return the state of the search index; see index_state()."""
    return index_state(SearchEntry, find_entry_problems, compare_all)


def mention_index_state(*, compare_all: bool = False) -> IndexState:
    """Return the state of the index of texts that mention terms; see index_state()."""
    return index_state(IndexedText, find_index_problems, compare_all)


def index_state(
    model: type[Model], find_problems: Callable[[], Iterable[str]], compare_all: bool
) -> IndexState:
    """Compare an index with the content, unless it has more than MAX_COMPARED_ROWS rows.

    With `compare_all` it is compared in any case.
    """
    rows = model._base_manager.count()
    if rows > MAX_COMPARED_ROWS and not compare_all:
        return IndexState(rows, None)
    return IndexState(rows, sum(1 for _problem in find_problems()))


def last_backup() -> Backup | None:
    """Return the latest Backup, None where there is none."""
    return Backup.objects.first()


def mail_count(state: State) -> int:
    """Return the number of mails of the outbox in a state."""
    return OutgoingMail.objects.filter(state=state).count()


def disk_space() -> tuple[int, int]:
    """Return the free and the total bytes of the disk that has settings.DATA_DIR."""
    usage = shutil.disk_usage(settings.DATA_DIR)
    return usage.free, usage.total


def process_count() -> int | None:
    """Return the number of processes of the server; None where they do not share their metrics."""
    if not processes.is_shared():
        return None
    return len(processes.running_pids(settings.METRICS_DIR))
