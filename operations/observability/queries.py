"""Counts and times each database query, and logs slow ones without their parameters."""

import logging
from collections.abc import Callable
from time import perf_counter
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

from operations.observability.tally import Tally, current_tally

type Execute = Callable[[str, Any, bool, dict[str, Any]], Any]  # executes a query

logger = logging.getLogger("portal.queries")
MAX_STATEMENT_LENGTH = 2000  # characters of a statement in the log


def observe_connection(connection: BaseDatabaseWrapper, **options: Any) -> None:
    """Time the queries of a connection, new or reconnected (a receiver of connection_created)."""
    if time_query not in connection.execute_wrappers:
        connection.execute_wrappers.append(time_query)


def time_query(execute: Execute, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Execute a query and add its time to the current Tally (an execute wrapper of Django).

    A query that fails is counted too. One of settings.SLOW_QUERY_MS or more is logged.
    """
    started = perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        seconds = perf_counter() - started
        tally = current_tally.get()
        if tally is not None:
            tally.queries += 1
            tally.query_seconds += seconds
        if settings.SLOW_QUERY_MS and seconds * 1000 >= settings.SLOW_QUERY_MS:
            log_slow_query(sql, seconds, tally)


def log_slow_query(sql: str, seconds: float, tally: Tally | None) -> None:
    if tally is not None:
        tally.slow_queries += 1
    statement = " ".join(str(sql).split())[:MAX_STATEMENT_LENGTH]
    logger.warning(
        "A slow query", extra={"fields": {"ms": round(seconds * 1000, 1), "sql": statement}}
    )
