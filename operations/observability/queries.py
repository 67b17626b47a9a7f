"""Counts and times each query to the database, and logs the slow ones without their parameters."""

import logging
from time import perf_counter

from django.conf import settings

from operations.observability.tally import current

logger = logging.getLogger("portal.queries")
MAX_STATEMENT_LENGTH = 2000  # characters of a statement


def watch(connection, **options):
    """Watch a connection to the database, new or made again (a receiver of connection_created)."""
    if timed not in connection.execute_wrappers:
        connection.execute_wrappers.append(timed)


def timed(execute, sql, params, many, context):
    """Execute a query; what fails is counted too."""
    started = perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        seconds = perf_counter() - started
        tally = current.get()
        if tally is not None:
            tally.queries += 1
            tally.query_seconds += seconds
        if settings.SLOW_QUERY_MS and seconds * 1000 >= settings.SLOW_QUERY_MS:
            tell(sql, seconds, tally)


def tell(sql, seconds, tally):
    if tally is not None:
        tally.slow_queries += 1
    statement = " ".join(str(sql).split())[:MAX_STATEMENT_LENGTH]
    logger.warning(
        "A slow query", extra={"fields": {"ms": round(seconds * 1000, 1), "sql": statement}}
    )
