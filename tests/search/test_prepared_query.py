import pytest

from library.search_indexes import CitedIndex
from search.entries import indexes

pytestmark = [pytest.mark.django_db, pytest.mark.whole_site]


def test_rows_by_key_are_those_of_the_query(content):
    """Rows read without the ORM are equal to those that the ORM reads."""
    cited_indexes = [index for index in indexes.values() if isinstance(index, CitedIndex)]
    assert len(cited_indexes) >= 8
    for index in cited_indexes:
        rows = list(index.records().order_by("pk"))
        assert rows
        assert index.records_by_key([row.pk for row in reversed(rows)]) == rows
        assert index.records_by_key([]) == []
