"""The form of a long record asks the database for little, however many rows it has."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_objective
from tests.forms import OpenForm
from tests.portal.test_admin import address
from tests.portal.test_roles import client_of

pytestmark = pytest.mark.django_db


def queries_of(client, rows):
    """Return how many queries it takes to open the form of a goal, and to save one field of it."""
    goal = make_objective(text_en="Edited").goal  # no word is new to the search
    for _ in range(rows):
        make_objective(goal)
    form = address("goals_goal_change", goal.pk)
    client.get(form)  # content types and sessions are remembered from here on
    with CaptureQueriesContext(connection) as opening:
        opened = OpenForm(client, form)
    with CaptureQueriesContext(connection) as saving:
        assert opened.send(objectives__1__text_en="Edited").status_code == 302
    return opening, saving


def test_queries_are_few_and_do_not_grow_with_rows(admin_client):
    few = [len(found) for found in queries_of(admin_client, 3)]
    opening, saving = queries_of(admin_client, 40)

    assert len(opening) <= 15, [query["sql"][:100] for query in opening]
    assert len(saving) <= 30, [query["sql"][:100] for query in saving]
    assert [len(opening), len(saving)] == few


@pytest.mark.parametrize("role", ["translator", "editor", "publisher"])
def test_queries_of_each_role_are_few(role):
    opening, saving = queries_of(client_of(role), 40)
    assert len(opening) <= 15, [query["sql"][:100] for query in opening]
    assert len(saving) <= 30, [query["sql"][:100] for query in saving]
