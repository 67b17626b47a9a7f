"""Fixtures of the tests of editing."""

import pytest

from tests.forms import AdminForm
from tests.portal.test_admin import address


@pytest.fixture
def forms(goal, people):
    """The form of a goal, open in front of two administrators; a module has a fixture `goal`."""
    return [
        AdminForm(client, address("goals_goal_change", goal.pk, language="en")) for client in people
    ]
