"""The database with two editions, made once for a module."""

import pytest
from django.utils import translation

from library.passages import passages
from tests.databases import copied_database, using_database
from tests.editions.making import NextEdition


@pytest.fixture(scope="module")
def editions(loaded, django_db_blocker):
    """The next edition, published with its concordance; `before` are the addresses of old codes."""
    with (
        django_db_blocker.unblock(),
        using_database(*loaded),
        copied_database() as database,
        using_database(*database),
    ):
        with translation.override("en"):
            before = {passage.code: passage.get_absolute_url() for passage in passages()}
        edition = NextEdition().join()
        edition.before = before
        yield edition
