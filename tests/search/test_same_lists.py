"""Both databases give the same results in the same order."""

import pytest
from django.db import connection

from search.engine import search
from search.models import SearchEntry
from search.relevance import read_queries
from tests.operations.databases import connected_to, sqlite_file
from tests.search.test_relevance import QUERIES

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("content"),
    pytest.mark.whole_site,
    pytest.mark.skipif(connection.vendor == "sqlite", reason="PostgreSQL is compared with it."),
]


def result_lists():
    """Return, for each judged query, the ranked entries with their scores, in order."""
    names = {row.pk: (row.kind, row.code, str(row.texts)) for row in SearchEntry.objects.all()}
    return {
        query["query"]: [
            (names[ranked.entry_id], ranked.score) for ranked in search(query["query"]).ranked
        ]
        for name in ("development.json", "own.json")
        for query in read_queries(QUERIES / name)
    }


def test_lists_of_both_databases_are_equal(prepared):
    on_postgresql = result_lists()
    with connected_to(sqlite_file(prepared / "portal.sqlite3")):
        on_sqlite = result_lists()

    assert on_postgresql == on_sqlite
    assert len(on_postgresql) > 150
