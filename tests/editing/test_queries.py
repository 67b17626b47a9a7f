"""The form of a long record asks the database for little, however many rows it has."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from search.indexing import in_bulk, out_of_step
from tests.editing.test_roles import client_of
from tests.factories import make_line, make_objective, make_sdg_link
from tests.forms import AdminForm
from tests.portal.test_admin import address

pytestmark = [pytest.mark.django_db, pytest.mark.whole_site]

TO_OPEN, TO_SAVE = 15, 30

# What one person changes in one field; LINE stands for a line that nothing cites yet.
LINE = object()
PUBLISHING = "published or not"
SAVES = {
    "Arabic title": {"title_ar": "عنوان بكلمات نادرة"},
    "English title": {"title_en": "Title with unheard words"},
    "subject": {"subject_en": "Seldom seen"},
    "address": {"slug": "other-address"},
    "number": {"number": "9999"},
    "citation": {"line": LINE},
    PUBLISHING: {"is_published": None},
    "text with known words": {"objectives__1__text_en": "Edited"},
    "Arabic text with new words": {"objectives__1__text_ar": "نص بكلمات نادرة"},
    "English text with new words": {"objectives__1__text_en": "Words that are unheard"},
    "number of a row": {"objectives__1__number": "99"},
    "citation of a row": {"objectives__1__line": LINE},
}
SEEN_BY_TRANSLATORS = ["English title", "text with known words", "English text with new words"]


def goal_of(rows):
    """Return a goal with some objectives and a link, none of whose words is new to the search."""
    with in_bulk():
        goal = make_objective(text_en="Edited").goal
        for _ in range(rows - 1):
            make_objective(goal)
        make_sdg_link(goal)
    return goal


def queries_of(client, goal, names):
    """Return, for each field, how many queries it takes to open the form and to save the field."""
    line = str(make_line("سطر آخر").pk)
    form = address("goals_goal_change", goal.pk)
    client.get(form)  # content types and sessions are remembered from here on
    found = {}
    for name in names:
        values = {field: line if to is LINE else to for field, to in SAVES[name].items()}
        with transaction.atomic():
            with CaptureQueriesContext(connection) as opening:
                opened = AdminForm(client, form)
            with CaptureQueriesContext(connection) as saving:
                assert opened.send(**values).status_code == 302, name
            assert list(out_of_step()) == [], name
            transaction.set_rollback(True)
        found[name] = [len(opening), len(saving)]
    return found


def too_many(found):
    return {
        name: [opening, saving]
        for name, (opening, saving) in found.items()
        if opening > TO_OPEN or saving > TO_SAVE
    }


def test_queries_are_few_and_do_not_grow_with_rows(admin_client):
    with transaction.atomic():
        few = queries_of(admin_client, goal_of(rows=4), SAVES)
        transaction.set_rollback(True)

    many = queries_of(admin_client, goal_of(rows=41), SAVES)

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
    assert too_many(queries_of(client_of(role), goal_of(rows=41), fields)) == {}
