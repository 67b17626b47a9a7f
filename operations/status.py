"""Figures of the installation for the status page: software, database, index, disk, processes."""

import platform
import shutil

import django
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from operations.models import Backup
from operations.observability import processes
from search.checking import find_entry_problems
from search.models import SearchEntry

# Comparing more entries of the search index with their records takes too long for a page.
MAX_COMPARED_ENTRIES = 5_000


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


def index_state(*, compare_all: bool = False) -> tuple[int, int | None]:
    """Return the number of entries in the search index, and of those that differ from the content.

    The second number is None where there are more than MAX_COMPARED_ENTRIES and not `compare_all`.
    """
    entries = SearchEntry.objects.count()
    if entries > MAX_COMPARED_ENTRIES and not compare_all:
        return entries, None
    return entries, sum(1 for _problem in find_entry_problems())


def last_backup() -> Backup | None:
    """Return the latest Backup, None where there is none."""
    return Backup.objects.first()


def disk_space() -> tuple[int, int]:
    """Return the free and the total bytes of the disk that has settings.DATA_DIR."""
    usage = shutil.disk_usage(settings.DATA_DIR)
    return usage.free, usage.total


def process_count() -> int | None:
    """Return the number of processes of the server; None where they do not share their metrics."""
    if not processes.is_shared():
        return None
    return len(processes.running_pids(settings.METRICS_DIR))
