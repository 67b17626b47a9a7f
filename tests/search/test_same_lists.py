"""Both databases give the same results in the same order.

The run on SQLite keeps its lists for the run on PostgreSQL, which follows it in `make test`.
"""

import hashlib

import pytest
from django.db import connection

from search.engine import search
from search.models import SearchEntry
from search.relevance import read_queries
from tests.conftest import require
from tests.search.test_relevance import QUERIES

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("content"),
    pytest.mark.whole_site,
]
KEPT = "search/lists"


def lists():
    """Return, for each query, the digest of what is found, in order."""
    found = {}
    names = {row.pk: f"{row.kind} {row.code} {row.texts}" for row in SearchEntry.objects.all()}
    for name in ("development.json", "own.json"):
        for query in read_queries(QUERIES / name):
            ranked = search(query["query"]).ranked
            row = "\n".join(f"{names[hit.entry_id]} {hit.score}" for hit in ranked)
            found[query["query"]] = hashlib.sha256(row.encode()).hexdigest()[:16]
    return found


def test_lists_of_both_databases_are_equal(request):
    found = lists()
    if connection.vendor == "sqlite":
        request.config.cache.set(KEPT, found)
    kept = request.config.cache.get(KEPT, None)
    require(kept, "the lists of a run on SQLite")

    assert found == kept
    assert len(found) > 150
