"""Queries that Django compiles once.

Django takes several times as long to compile a statement as a database to run it.
"""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connections, models, router

from languages.array_lookup import Later, as_parameter


class CompiledQuery:
    """A query for rows of columns, of which only the values of its look-ups `among` vary.

    `query(*values)` returns the queryset for some values; it must depend on nothing else, such as
    the active language or a preview. The compiled statement is kept. Texts and numbers are the
    database's own: on SQLite, booleans are 0 and 1.
    """

    def __init__(self, query: Callable[..., models.QuerySet[Any, Any]]) -> None:
        self.query = query
        self.model: type[models.Model] | None = None
        self.statements: dict[str, tuple[str, tuple[Any, ...]]] = {}

    def __call__(self, *values: Iterable[str | int]) -> list[tuple[Any, ...]]:
        """Return all rows for the values of each look-up."""
        if self.model is None:
            self.model = self.query(*values).model
        connection = connections[router.db_for_read(self.model)]
        if connection.vendor not in self.statements:
            query = self.query(*map(Later, range(len(values)))).query
            self.statements[connection.vendor] = query.get_compiler(connection.alias).as_sql()
        statement, parameters = self.statements[connection.vendor]
        given = [as_parameter(connection, each) for each in values]
        with connection.cursor() as cursor:
            # nosemgrep: sql-put-together (what the ORM puts together)
            cursor.execute(
                statement,
                [given[each.position] if isinstance(each, Later) else each for each in parameters],
            )
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
