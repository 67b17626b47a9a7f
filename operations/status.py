"""What the installation is made of, and how it is doing."""

import platform
import shutil

import django
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from operations.models import Backup
from operations.observability import processes
from search.indexing import out_of_step
from search.models import SearchEntry

# Comparing more entries with their records takes longer than somebody waits for a page.
MAX_COMPARED_ENTRIES = 5_000


def software():
    """Return the names and the releases of what the portal runs on."""
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


def database_size():
    """Return how many bytes the database has."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
            return cursor.fetchone()[0]
        pages, size = (
            # nosemgrep: sql-put-together (two names)
            cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "page_size")
        )
        return pages * size


def pending_migrations():
    """Return the names of the migrations that the database has not had."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [str(migration) for migration, _is_backwards in plan]


def index_state(*, compare_all=False):
    """Return how many entries the search index has, and how many are out of step with the content.

    The latter is None where there are too many to compare and nobody asked for it.
    """
    entries = SearchEntry.objects.count()
    if entries > MAX_COMPARED_ENTRIES and not compare_all:
        return entries, None
    return entries, sum(1 for _problem in out_of_step())


def last_backup():
    """Return the latest back-up (`made`, `name`, `rows`, `size`), None where there is none."""
    return Backup.objects.first()


def disk():
    """Return how many bytes are free, and how many there are, where the portal keeps its data."""
    usage = shutil.disk_usage(settings.DATA_DIR)
    return usage.free, usage.total


def living_processes():
    """Return how many processes the server has; None where they do not count together."""
    if not processes.is_shared():
        return None
    return len(processes.living(settings.METRICS_DIR))
