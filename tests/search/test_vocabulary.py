"""The vocabulary is of what the asker may see, and its counts are exact."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from goals.models import Goal, Objective
from search.apps import install_index
from search.checking import find_index_problems
from search.engine import search
from search.entries import PUBLIC, user_audiences
from search.lookups import matching_records
from search.models import DeletionKey, SearchTerm, SearchWord
from search.query import parse_query
from search.suggestions import complete_word, nearest_words, suggest
from search.vocabulary import ENTRY_COUNT, TERM_COUNT, read_frequencies
from search.vocabulary_writer import EntryWords, update_vocabulary
from tests.factories import make_goal, make_objective

pytestmark = pytest.mark.django_db


def make_draft(**fields):
    return make_objective(make_goal(number=1, is_published=False), **fields)


def public_words():
    return set(SearchWord.objects.filter(audience=PUBLIC).values_list("base", flat=True))


def vocabulary():
    """Return all rows of the vocabulary, except the keys, which may outlive their words."""
    terms = SearchTerm.objects.values_list("term", "audience", "skeleton", "frequency")
    words = SearchWord.objects.values_list("base", "audience", "display", "frequency")
    return sorted(terms), sorted(words)


def test_word_of_a_draft_is_unknown_to_readers():
    make_draft(text_en="Seize zanzibars", text_ar="ضبط زنزباريات")

    assert suggest("zanz", lambda entry: True) == suggest("زنزب", lambda entry: True) == []
    assert nearest_words(parse_query("zanzeber زنزبور"), [PUBLIC]) == []
    for query in ("zanzibars", "zanzibarz", "zanzibar", "زنزباريات", "زنزبارياث"):
        results = search(query)
        assert (results.ranked, results.correction, results.counts) == ([], "", {})
        assert not any(clause.terms for clause in results.expansion.clauses)


def test_draft_is_found_by_staff_who_may_view_it(admin_user, django_user_model):
    objective = make_draft(text_en="Seize zanzibars", text_ar="ضبط الأسلحة")
    audiences = user_audiences(admin_user)
    clerk = django_user_model.objects.create_user("clerk", is_staff=True)

    for query in ("zanzibars", "zanzibar", "zanzibarz", "السلاح", "وبأسلحة"):
        assert search(query, audiences).ranked, query
        assert not search(query, user_audiences(clerk)).ranked, query
    assert search("zanzibarz", audiences).correction == "zanzibars"
    assert nearest_words(parse_query("zanzeber"), audiences) == ["zanzibars"]
    assert list(Objective.objects.filter(pk__in=matching_records(Objective, "zanzibar"))) == [
        objective
    ]


def test_frequencies_of_readers_do_not_count_drafts(admin_user):
    line = make_objective(make_goal(number=2), text_en="Seize vessels").line
    before = read_frequencies([PUBLIC], ["vessel", ENTRY_COUNT, TERM_COUNT])

    goal = make_goal(number=1, is_published=False, line=line)
    make_objective(goal, text_en="Vessels, vessels", line=line)

    assert read_frequencies([PUBLIC], ["vessel", ENTRY_COUNT, TERM_COUNT]) == before
    assert read_frequencies(user_audiences(admin_user), ["vessel"]) == {"vessel": 2}


def test_withdrawn_goal_leaves_the_vocabulary_as_it_was():
    make_objective(make_goal(number=2), text_en="Seize vessels")
    goal = make_draft(text_en="Seize zanzibars").goal
    before = vocabulary()

    goal.is_published = True
    goal.save()
    assert [word.display for word in complete_word("zanz", 4)] == ["zanzibars"]

    Goal.objects.filter(number=1).update(is_published=False)
    assert vocabulary() == before


def test_word_goes_with_the_last_entry_that_has_it():
    first = make_objective(make_goal(number=1), text_en="Seize zanzibars")
    second = make_objective(make_goal(number=2), text_en="Sink Zanzibars")

    first.text_en = "Seize vessels"
    first.save()
    assert "zanzibars" in public_words()

    second.delete()
    assert "zanzibars" not in public_words()
    assert not SearchTerm.objects.filter(term__startswith="zanz").exists()
    assert list(find_index_problems()) == []


def test_counts_stay_exact_whatever_is_changed():
    goals = [make_goal(number=number) for number in (1, 2)]
    objectives = [make_objective(goal) for goal in goals for _ in range(3)]
    chance = random.Random(1)  # noqa: S311
    words = ["harbour", "harbours", "Harbours", "vessel", "police", "الموانئ", "ميناء", "والميناء"]
    for _ in range(40):
        record = chance.choice([*goals, *objectives])
        if isinstance(record, Goal):
            record.is_published = chance.random() < 0.5
            record.title_en = " ".join(chance.choices(words, k=2))
        else:
            record.text_en = " ".join(chance.choices(words, k=3))
        record.save()
        assert list(find_index_problems()) == []


def test_fault_of_the_vocabulary_is_found_and_mended():
    make_objective(make_goal(number=1), text_en="Seize vessels")
    SearchTerm.objects.filter(term="vessel", audience=PUBLIC).update(frequency=7)
    SearchWord.objects.create(base="zanzibars", display="Zanzibars", frequency=1)
    DeletionKey.objects.filter(base="vessels").delete()

    with pytest.raises(CommandError) as error:
        call_command("search_index", check=True, verbosity=0)
    assert str(error.value).splitlines() == [
        "Out of step: 3",
        "  term vessel for everybody: counted in 7 entries, not in 1.",
        "  base zanzibars for everybody: counted in 1 entries, not in 0.",
        "  base vessels: has no keys for corrections.",
    ]

    call_command("search_index", stale=True, verbosity=0)
    call_command("search_index", check=True, verbosity=0)


def test_vocabulary_that_a_migration_has_emptied_is_filled():
    make_draft(text_en="Seize vessels")
    before = vocabulary()
    for model in (SearchTerm, SearchWord):
        model.objects.all().remove()

    install_index(using=connection.alias)

    assert vocabulary() == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time.")
def test_overlapping_changes_do_not_wait_and_are_all_counted():
    harbours = EntryWords(PUBLIC, "seiz harbor", ["Seize harbours"])

    def add_in_thread():
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '5s'")
                update_vocabulary([(None, harbours)])
        finally:
            connection.close()

    update_vocabulary([(None, harbours)])
    with transaction.atomic(), ThreadPoolExecutor(1) as executor:
        update_vocabulary([(None, harbours)])
        executor.submit(add_in_thread).result()

    rows = SearchTerm.objects.filter(term="harbor").values_list("frequency", flat=True)
    assert sorted(rows) == [1, 2]
    assert read_frequencies([PUBLIC], ["harbor", ENTRY_COUNT]) == {"harbor": 3, ENTRY_COUNT: 3}
    assert [word.frequency for word in complete_word("harb", 4)] == [3]

    update_vocabulary([(harbours, None)])
    assert list(rows.all()) == [2]
