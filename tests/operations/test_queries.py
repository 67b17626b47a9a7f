"""Queries are counted in their request, and slow ones are logged without their parameters."""

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from operations.observability.queries import observe_connection, time_query
from operations.observability.tally import Tally, current_tally

pytestmark = pytest.mark.django_db


@pytest.fixture
def tally():
    tally = Tally("a" * 32)
    token = current_tally.set(tally)
    yield tally
    current_tally.reset(token)


def test_every_connection_is_watched_once():
    observe_connection(connection)
    observe_connection(connection)
    assert connection.execute_wrappers.count(time_query) == 1


def test_queries_are_counted_those_that_fail_too(tally):
    assert not User.objects.filter(username="amal").exists()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT nothing FROM nowhere")

    # Beside the two queries: a savepoint is made, rolled back to, and released.
    assert tally.queries == 5
    assert 0 < tally.query_seconds < 60


def test_slow_query_is_logged_with_placeholders_alone(settings, tally, lines, monkeypatch):
    settings.SLOW_QUERY_MS = 200
    clock = iter([0.0, 0.3])
    monkeypatch.setattr("operations.observability.queries.perf_counter", lambda: next(clock))

    assert not User.objects.filter(username="theophrastus").exists()

    (line,) = lines.from_logger("portal.queries")
    assert (line["level"], line["ms"], line["request_id"]) == ("WARNING", 300.0, "a" * 32)
    assert "%s" in line["sql"]
    assert "theophrastus" not in lines.text
    assert tally.slow_queries == 1


def test_quick_queries_are_not_logged_and_0_logs_none(settings, tally, lines, monkeypatch):
    settings.SLOW_QUERY_MS = 200
    User.objects.count()
    settings.SLOW_QUERY_MS = 0
    clock = iter([0.0, 300.0])
    monkeypatch.setattr("operations.observability.queries.perf_counter", lambda: next(clock))
    User.objects.count()

    assert not lines.text
