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
CACHE_KEY = "search/lists"


def digest_results():
    """Return, for each judged query, the digest of its results in order."""
    digests = {}
    label_by_id = {
        entry.pk: f"{entry.kind} {entry.code} {entry.texts}" for entry in SearchEntry.objects.all()
    }
    for name in ("development.json", "own.json"):
        for query in read_queries(QUERIES / name):
            ranked = search(query["query"]).ranked
            lines = "\n".join(f"{label_by_id[entry.entry_id]} {entry.score}" for entry in ranked)
            digests[query["query"]] = hashlib.sha256(lines.encode()).hexdigest()[:16]
    return digests


def test_lists_of_both_databases_are_equal(request):
    digests = digest_results()
    if connection.vendor == "sqlite":
        request.config.cache.set(CACHE_KEY, digests)
    sqlite_digests = request.config.cache.get(CACHE_KEY, None)
    require(sqlite_digests, "the lists of a run on SQLite")

    assert digests == sqlite_digests
    assert len(digests) > 150
