import pytest

from library.search_indexes import CitedIndex
from search.entries import indexes

pytestmark = [pytest.mark.django_db, pytest.mark.whole_site]


def test_rows_by_key_are_those_of_the_query(content):
    """What is read of the databases past the ORM is what the ORM reads."""
    cited = [source for source in indexes.values() if isinstance(source, CitedIndex)]
    assert len(cited) >= 8
    for source in cited:
        rows = list(source.records().order_by("pk"))
        assert rows
        assert source.some([row.pk for row in reversed(rows)]) == rows
        assert source.some([]) == []
