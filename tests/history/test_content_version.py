"""What was worked out from the content holds until the content changes."""

import pytest

from history.content_version import reading_once, remembered, version
from history.models import ContentVersion
from tests.factories import make_goal

pytestmark = pytest.mark.django_db


def test_every_change_gives_another_version():
    assert version() == ""
    goal = make_goal()
    first = version()
    goal.save()
    assert version() == first  # nothing has changed
    goal.title_en = "Other"
    goal.save()
    assert version() not in ("", first)
    assert ContentVersion.objects.count() == 1


def test_answers_hold_while_the_content_stays(django_assert_num_queries):
    asked = []

    @remembered
    def answer(word):
        asked.append(word)
        return word.upper()

    make_goal()
    with reading_once(), django_assert_num_queries(1):
        assert [answer("a"), answer("b"), answer("a")] == ["A", "B", "A"]
    assert asked == ["a", "b"]
    with reading_once():
        answer("a")
        make_goal()
        answer("a")
    assert asked == ["a", "b", "a"]
