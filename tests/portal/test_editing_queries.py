"""The form of a long record asks the database for little, however many rows it has."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from goals.models import Goal
from sdg_links.models import Sdg
from search.indexing import out_of_step
from search.models import SearchWord
from tests.factories import make_line, make_objective, make_sdg_link
from tests.forms import OpenForm
from tests.portal.test_admin import address
from tests.portal.test_roles import client_of

pytestmark = pytest.mark.django_db

TO_OPEN, TO_SAVE = 15, 30

# What one person changes in one field; LINE stands for a line that nothing cites yet.
LINE = object()
SAVES = {
    "Arabic title": {"title_ar": "عنوان بكلمات نادرة"},
    "English title": {"title_en": "Title with unheard words"},
    "subject": {"subject_en": "Seldom seen"},
    "address": {"slug": "other-address"},
    "number": {"number": "9999"},
    "citation": {"line": LINE},
    "published or not": {"is_published": None},
    "text with known words": {"objectives__1__text_en": "Edited"},
    "Arabic text with new words": {"objectives__1__text_ar": "نص بكلمات نادرة"},
    "English text with new words": {"objectives__1__text_en": "Words that are unheard"},
    "number of a row": {"objectives__1__number": "99"},
    "citation of a row": {"objectives__1__line": LINE},
}
SEEN_BY_TRANSLATORS = ["English title", "text with known words", "English text with new words"]


def queries_of(client, rows, **values):
    """Return what it takes to open the form of a goal, and to save one field of it."""
    goal = make_objective(text_en="Edited").goal  # no word of these is new to the search
    for _ in range(rows):
        make_objective(goal)
    make_sdg_link(goal)
    line = str(make_line("سطر آخر").pk)
    form = address("goals_goal_change", goal.pk)
    client.get(form)  # content types and sessions are remembered from here on
    with CaptureQueriesContext(connection) as opening:
        opened = OpenForm(client, form)
    values = {name: line if value is LINE else value for name, value in values.items()}
    with CaptureQueriesContext(connection) as saving:
        assert opened.send(**values).status_code == 302
    return opening, saving


def assert_few(client, values):
    opening, saving = queries_of(client, 40, **values)
    assert len(opening) <= TO_OPEN, [query["sql"][:100] for query in opening]
    assert len(saving) <= TO_SAVE, [query["sql"][:100] for query in saving]
    return [len(opening), len(saving)]


@pytest.mark.parametrize("values", SAVES.values(), ids=SAVES)
def test_queries_are_few_and_do_not_grow_with_rows(admin_client, values):
    few = [len(found) for found in queries_of(admin_client, 3, **values)]
    for model in (Goal, Sdg, SearchWord):  # what was new to the search is new again
        model.objects.all().delete()

    assert assert_few(admin_client, values) == few
    assert list(out_of_step()) == []


@pytest.mark.parametrize("what", [name for name in SAVES if name != "published or not"])
def test_queries_of_those_who_edit_are_few(what):
    assert_few(client_of("editor"), SAVES[what])


def test_queries_of_publishing_are_few():
    assert_few(client_of("publisher"), SAVES["published or not"])


@pytest.mark.parametrize("what", SEEN_BY_TRANSLATORS)
def test_queries_of_translators_are_few(what):
    assert_few(client_of("translator"), SAVES[what])
