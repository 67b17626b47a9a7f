"""Opening and saving a form takes few queries, whatever the number of its rows."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from search.checking import find_index_problems
from search.indexing import postponed_indexing
from tests.editing.test_roles import client_with_role
from tests.factories import make_goal, make_line, make_objective, make_sdg_link
from tests.forms import AdminForm
from tests.portal.test_admin import address

pytestmark = [pytest.mark.django_db, pytest.mark.whole_site]

TO_OPEN, TO_SAVE = 15, 50

# The values that a person changes in one field; LINE stands for a line that nothing cites yet.
LINE = object()
PUBLISHING = "published or not"
SAVES = {
    "Arabic title": {"title_ar": "عنوان بكلمات نادرة"},
    "English title": {"title_en": "Title with unheard words"},
    "subject": {"subject_en": "Seldom seen"},
    "address": {"slug": "other-address"},
    "number": {"number": "999"},
    "citation": {"line": LINE},
    PUBLISHING: {"is_published": "on"},
    "text with known words": {"objectives__1__text_en": "Edited"},
    "Arabic text with new words": {"objectives__1__text_ar": "نص بكلمات نادرة"},
    "English text with new words": {"objectives__1__text_en": "Words that are unheard"},
    "number of a row": {"objectives__1__number": "99"},
    "citation of a row": {"objectives__1__line": LINE},
}
SEEN_BY_TRANSLATORS = ["English title", "text with known words", "English text with new words"]


@pytest.fixture(autouse=True)
def session_is_fresh(monkeypatch):
    """Let no test last so long that the session is stored again in between."""
    monkeypatch.setattr("accounts.middleware.LAST_USED_PRECISION", 3600)


def goal_with_rows(rows):
    """Return a goal with objectives and an SDG link, all of whose words are in the index."""
    with postponed_indexing():
        goal = make_objective(make_goal(is_published=False), text_en="Edited").goal
        for _ in range(rows - 1):
            make_objective(goal)
        make_sdg_link(goal)
    return goal


def count_queries(client, goal, names):
    """Return, for each name in SAVES, the numbers of queries of opening and saving the form."""
    line = str(make_line("سطر آخر").pk)
    form = address("goals_goal_change", goal.pk)
    client.get(form)  # content types and sessions are cached from here on
    counts = {}
    for name in names:
        values = {field: line if to is LINE else to for field, to in SAVES[name].items()}
        with transaction.atomic():
            with CaptureQueriesContext(connection) as opening:
                opened = AdminForm(client, form)
            with CaptureQueriesContext(connection) as saving:
                assert opened.send(**values).status_code == 302, name
            assert list(find_index_problems()) == [], name
            transaction.set_rollback(True)
        counts[name] = [len(opening), len(saving)]
    return counts


def too_many(counts):
    return {
        name: [opening, saving]
        for name, (opening, saving) in counts.items()
        if opening > TO_OPEN or saving > TO_SAVE
    }


def test_queries_are_few_and_do_not_grow_with_rows(admin_client):
    with transaction.atomic():
        few = count_queries(admin_client, goal_with_rows(rows=4), SAVES)
        transaction.set_rollback(True)

    many = count_queries(admin_client, goal_with_rows(rows=41), SAVES)

    assert many == few
    assert too_many(many) == {}


@pytest.mark.parametrize(
    ("role", "fields"),
    [
        ("editor", [name for name in SAVES if name != PUBLISHING]),
        ("publisher", [PUBLISHING]),
        ("translator", SEEN_BY_TRANSLATORS),
    ],
)
def test_queries_of_each_role_are_few(role, fields):
    assert too_many(count_queries(client_with_role(role), goal_with_rows(rows=41), fields)) == {}
