"""Rows of records by their keys, by a statement that is put together once."""

from collections import namedtuple
from functools import cache

from django.db import connections, router

from languages.array_lookup import as_parameter


@cache
def row_of(*names):
    return namedtuple("Row", names)


class RowsByKey:
    """Reads the rows that records with some keys have in a query, in the order of the keys.

    Django puts a statement over several tables together in a longer time than a database takes to
    answer it, so this keeps what it put together. `query` returns a QuerySet of columns of a model;
    what is read are the databases' own values: SQLite's truth values are 0 and 1.
    """

    def __init__(self, model, query):
        self.model = model
        self.query = query
        self.statements = {}

    def __call__(self, keys):
        alias = router.db_for_write(self.model)
        if alias not in self.statements:
            wanted = self.query().filter(pk__among=[]).order_by("pk").query
            self.statements[alias] = wanted.get_compiler(alias).as_sql()
        statement, (*constants, _no_keys) = self.statements[alias]
        connection = connections[alias]
        with connection.cursor() as cursor:
            # nosemgrep: sql-put-together (what the ORM puts together)
            cursor.execute(statement, [*constants, as_parameter(connection, keys)])
            row = row_of(*(column[0] for column in cursor.description))
            return [row(*values) for values in cursor.fetchall()]
