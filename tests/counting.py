from django.db import connection
from django.test.utils import CaptureQueriesContext


def queries_of(client, path):
    """Return how many queries a page takes, after one request that fills what is remembered."""
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)
