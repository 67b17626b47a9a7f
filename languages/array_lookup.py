"""The look-up `among`: like `in`, with all values as one parameter.

A database reads a statement with hundreds of values longer than it takes to find them, and SQLite
bounds their number.
"""

import json

from django.db.models import Field, Lookup


def as_parameter(connection, values):
    """Return texts or numbers as the one parameter that a database takes them by."""
    return list(values) if connection.vendor == "postgresql" else json.dumps(list(values))


@Field.register_lookup
class Among(Lookup):
    """Whether a column has one of the given texts or numbers, which may be none."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sqlite(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        values = as_parameter(connection, self.rhs)
        return f"{column} IN (SELECT value FROM json_each(%s))", [*params, values]  # noqa: S608

    def as_postgresql(self, compiler, connection):
        column, params = self.process_lhs(compiler, connection)
        kind = self.lhs.output_field.rel_db_type(connection)
        values = as_parameter(connection, self.rhs)
        return f"{column} = ANY(%s::{kind}[])", [*params, values]
