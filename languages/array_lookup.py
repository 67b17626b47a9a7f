"""The look-up `among`: like `in`, with all values as one parameter.

A database takes longer to parse a statement with hundreds of parameters than to find the rows,
and SQLite limits the number of parameters.
"""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, Lookup
from django.db.models.sql.compiler import SQLCompiler


class Later(NamedTuple):
    """The values of a look-up that are given when the query runs (languages/compiled_query.py)."""

    position: int  # among those that are given


def as_parameter(
    connection: BaseDatabaseWrapper, values: Iterable[str | int] | Later
) -> list[str | int] | str | Later:
    """Return texts or numbers as one parameter: a list for PostgreSQL, JSON for SQLite.

    A text with a NUL equals none that PostgreSQL can store, and it does not accept one.
    """
    if isinstance(values, Later):
        return values
    if connection.vendor != "postgresql":
        return json.dumps(list(values))
    return [value for value in values if not (isinstance(value, str) and "\x00" in value)]


@Field.register_lookup
class Among(Lookup):
    """Whether a column has one of the given texts or numbers; an empty list matches no row."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        values = as_parameter(connection, self.rhs)
        return f"{column} IN (SELECT value FROM json_each(%s))", [*params, values]  # noqa: S608

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, list[Any]]:
        column, params = self.process_lhs(compiler, connection)
        db_type = self.lhs.output_field.rel_db_type(connection)
        values = as_parameter(connection, self.rhs)
        return f"{column} = ANY(%s::{db_type}[])", [*params, values]
