import pytest

from goals.models import Goal
from languages.compiled_query import CompiledQuery
from library.glossary.term_index import passages_with_term
from library.preview import previewing
from tests.factories import make_goal, make_objective, make_term

pytestmark = pytest.mark.django_db


def test_compiled_query_is_given_other_values_each_time():
    first, second = make_goal(), make_goal()
    query = CompiledQuery(
        lambda keys, codes: Goal.objects.filter(pk__among=keys, code__among=codes).values_list("pk")
    )

    assert query([first.pk, second.pk], [first.code]) == [(first.pk,)]
    assert query([first.pk, second.pk], [second.code]) == [(second.pk,)]
    assert query([], [first.code]) == []


def test_compiled_query_reads_what_is_stored_now():
    goal = make_goal(subject_en="borders")
    subjects = CompiledQuery(lambda keys: Goal.objects.filter(pk__among=keys).values("subject_en"))
    assert subjects([goal.pk]) == [("borders",)]

    goal.subject_en = "frontiers"
    goal.save()

    assert subjects([goal.pk]) == [("frontiers",)]


def test_draft_is_among_passages_in_its_preview_alone():
    term = make_term("police", term_en="police")
    published = make_objective(make_goal(), text_en="police")
    draft = make_objective(make_goal(is_published=False), text_en="police")

    def codes():
        return [passage.code for passage in passages_with_term(term)]

    assert codes() == [published.code]
    with previewing(draft.goal):
        assert codes() == [published.code, draft.code]
    assert codes() == [published.code]
