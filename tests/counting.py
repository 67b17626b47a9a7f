"""Counting the database queries of a page."""

from django.db import connection
from django.test.utils import CaptureQueriesContext


def count_queries(client, path):
    """Return the number of queries of a page, after one request that fills the caches."""
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)
