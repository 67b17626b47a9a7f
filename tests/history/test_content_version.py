"""Values computed from the content are cached until the content changes."""

import pytest

from history.content_version import cached_by_version, current_version, version_read_once
from history.models import ContentVersion
from tests.factories import make_goal

pytestmark = pytest.mark.django_db


def test_every_change_gives_another_version():
    assert current_version() == ""
    goal = make_goal()
    first = current_version()
    goal.save()
    assert current_version() == first  # nothing has changed
    goal.title_en = "Other"
    goal.save()
    assert current_version() not in ("", first)
    assert ContentVersion.objects.count() == 1


def test_results_are_cached_while_the_content_stays(django_assert_num_queries):
    calls = []

    @cached_by_version
    def answer(word):
        calls.append(word)
        return word.upper()

    make_goal()
    with version_read_once(), django_assert_num_queries(1):
        assert [answer("a"), answer("b"), answer("a")] == ["A", "B", "A"]
    assert calls == ["a", "b"]
    with version_read_once():
        answer("a")
        make_goal()
        answer("a")
    assert calls == ["a", "b", "a"]
