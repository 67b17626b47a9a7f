"""Rows of records by their primary keys, by a statement that Django compiles once."""

from collections import namedtuple
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

from django.db import connections, models, router

from languages.array_lookup import as_parameter


@cache
def row_type(*names: str) -> type[Any]:
    """Return the named tuple of rows with these columns."""
    return namedtuple("Row", names)


class RowsByKey:
    """Reads the rows of a query for some primary keys, ordered by primary key.

    `query` is a function that returns a queryset of columns of a model. Django takes longer to
    compile a statement over several tables than a database to run it, so the compiled statement is
    kept. The values are the database's own: on SQLite, booleans are 0 and 1.
    """

    def __init__(
        self, model: type[models.Model], query: Callable[[], models.QuerySet[Any, Any]]
    ) -> None:
        self.model = model
        self.query = query
        self.statements: dict[str, tuple[str, tuple[Any, ...]]] = {}

    def __call__(self, keys: Iterable[int]) -> list[Any]:
        """Return the rows with these primary keys, as named tuples."""
        alias = router.db_for_write(self.model)
        connection = connections[alias]
        if connection.vendor not in self.statements:
            query = self.query().filter(pk__among=[]).order_by("pk").query
            self.statements[connection.vendor] = query.get_compiler(alias).as_sql()
        statement, (*constants, _no_keys) = self.statements[connection.vendor]
        with connection.cursor() as cursor:
            # nosemgrep: sql-put-together (what the ORM puts together)
            cursor.execute(statement, [*constants, as_parameter(connection, keys)])
            row = row_type(*(column[0] for column in cursor.description))
            return [row(*values) for values in cursor.fetchall()]
