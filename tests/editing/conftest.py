"""Fixtures of the tests of editing."""

import pytest

from tests.editing.test_roles import client_with_role
from tests.forms import AdminForm
from tests.portal.test_admin import address


@pytest.fixture
def forms(goal, people):
    """The form of a goal, open in front of two administrators; a module has a fixture `goal`."""
    return [
        AdminForm(client, address("goals_goal_change", goal.pk, language="en")) for client in people
    ]


@pytest.fixture
def editor(db):
    """The client of an editor who is signed in."""
    return client_with_role("editor")


@pytest.fixture
def publisher(db):
    """The client of a publisher who is signed in."""
    return client_with_role("publisher")
