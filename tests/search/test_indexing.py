import re

import pytest
from django.core import serializers
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from goals.models import Goal, Objective
from library.models import Term
from search import schema
from search.engine import search
from search.entries import indexes
from search.fulltext_query import TermQuery
from search.index_writer import SELECT_STORED
from search.indexing import IndexedModel, IndexedQuerySet
from search.lookups import matching_records
from search.models import SearchEntry, SearchTerm, SearchWord
from tests.factories import make_goal, make_line, make_objective, make_sdg, make_sdg_link, make_term

pytestmark = pytest.mark.django_db


def found_codes(query):
    entries = SearchEntry.objects.in_bulk([entry.entry_id for entry in search(query).ranked])
    return {entry.code for entry in entries.values()}


def test_saved_text_is_found_at_once_and_its_old_words_no_more():
    objective = make_objective(make_goal(number=1), text_en="Seize weapons")
    objective.text_en = "Seize vessels"
    objective.save()

    assert found_codes("vessel") == {"GPG 1.1"}
    assert found_codes("weapons") == set()


def test_rollback_takes_the_entry_back():
    objective = make_objective(make_goal(number=1), text_en="Seize weapons")
    with transaction.atomic():
        objective.text_en = "Seize vessels"
        objective.save()
        transaction.set_rollback(True)

    assert found_codes("weapons") == {"GPG 1.1"}
    assert found_codes("vessels") == set()


def test_changes_of_many_records_at_once_are_indexed():
    goal = make_goal(number=1)
    objectives = [
        Objective(goal=goal, number=number, code=f"GPG 1.{number}", text_ar="نص", line=make_line())
        for number in (1, 2)
    ]
    for objective, text in zip(objectives, ["Borders", "Harbours"], strict=True):
        objective.text_en = text
    Objective.objects.bulk_create(objectives)
    assert found_codes("harbor") == {"GPG 1.2"}

    Objective.objects.filter(code="GPG 1.2").update(text_en="Airports")
    assert (found_codes("harbour"), found_codes("airport")) == (set(), {"GPG 1.2"})

    objectives[0].text_en = "Stations"
    Objective.objects.bulk_update(objectives[:1], ["text_en"])
    assert (found_codes("borders"), found_codes("station")) == (set(), {"GPG 1.1"})

    Objective.objects.filter(code="GPG 1.1").delete()
    assert found_codes("station") == set()


def test_records_from_a_file_are_indexed_whatever_their_order():
    goal = make_goal(number=1, title_en="Harbours")
    make_objective(goal, text_en="Seize vessels")
    records = [*Objective.objects.all(), *Goal.objects.all()]
    text = serializers.serialize("json", records)
    Goal.objects.all().delete()
    assert not SearchEntry.objects.filter(kind__startswith="goals").exists()

    for record in serializers.deserialize("json", text):
        record.save()

    assert found_codes("vessels") == {"GPG 1.1"}
    assert "GPG 1" in found_codes("harbours")


def test_draft_is_found_only_by_those_who_may_view_it(admin_user, django_user_model):
    from search.entries import user_audiences

    make_objective(make_goal(number=1, is_published=False), text_en="Seize vessels")
    clerk = django_user_model.objects.create_user("clerk", is_staff=True)

    assert search("vessels", user_audiences(clerk)).ranked == []
    assert len(search("vessels", user_audiences(admin_user)).ranked) == 1


def test_publishing_shows_what_stands_in_the_goal():
    goal = make_goal(number=1, is_published=False)
    make_objective(goal, text_en="Seize vessels")
    assert found_codes("vessels") == set()

    goal.is_published = True
    goal.save()
    assert found_codes("vessels") == {"GPG 1.1"}

    Goal.objects.update(is_published=False)
    assert found_codes("vessels") == set()


def test_filters_of_a_goal_follow_its_links():
    goal = make_goal(number=1, title_en="Harbours")
    link = make_sdg_link(goal, make_sdg(14))
    assert search("harbours").counts["sdg"]["14"] == 2

    link.sdg = make_sdg(16)
    link.save()
    assert set(search("harbours").counts["sdg"]) == {"16"}

    link.delete()
    assert "sdg" not in search("harbours").counts


def test_goal_without_links_and_one_with_several_is_filtered_by_all_its_sdgs():
    make_goal(number=2, title_en="Harbours")
    goal = make_goal(number=1, title_en="Harbours")
    for sdg in map(make_sdg, [16, 3]):
        make_sdg_link(goal, sdg, target="16.1")
        make_sdg_link(goal, sdg, target="16.2")
    markers = SearchEntry.objects.get(code="GPG 1").terms.split()
    assert [marker for marker in markers if marker.startswith("xfsdg")] == ["xfsdg03", "xfsdg016"]
    assert "xfsdg" not in SearchEntry.objects.get(code="GPG 2").terms


def test_vocabulary_has_each_word_of_a_changed_text():
    objective = make_objective(make_goal(number=1), text_en="Seize vessels")
    objective.text_en = "Seize vessels, Seize harbours"
    objective.save()
    assert SearchTerm.objects.filter(term="harbor").exists()
    assert SearchWord.objects.get(base="harbours").display == "harbours"

    with CaptureQueriesContext(connection) as queries:
        objective.text_en = "harbours: Seize vessels, Seize!"
        objective.save()
    assert not [query for query in queries if re.search("search(term|word)", query["sql"])]
    assert found_codes("harbour") == {"GPG 1.1"}


def test_index_is_checked_mended_and_made_anew(capsys):
    make_objective(make_goal(number=1), text_en="Seize vessels")
    call_command("search_index", check=True)
    assert "are in step" in capsys.readouterr().out

    SearchEntry.objects.filter(code="GPG 1.1").update(digest="")
    SearchEntry.objects.filter(code="GPG 1").delete()
    with pytest.raises(
        CommandError, match=r"(?s)out of step: 2.*out of date.*no entry|no entry.*out of date"
    ):
        call_command("search_index", check=True)

    call_command("search_index", stale=True, verbosity=0)
    call_command("search_index", check=True, verbosity=0)
    before = list(
        SearchEntry.objects.values_list("kind", "record", "terms").order_by("kind", "record")
    )
    call_command("search_index", rebuild=True, verbosity=0)
    after = list(
        SearchEntry.objects.values_list("kind", "record", "terms").order_by("kind", "record")
    )
    assert after == before
    assert found_codes("vessel") == {"GPG 1.1"}


def test_explanation_says_what_a_query_is_taken_for(capsys):
    make_objective(make_goal(number=1), text_en="Seize vessels")

    call_command("search_index", explain="vesels")

    printed = capsys.readouterr().out
    assert "did you mean: vessels" in printed
    assert "GPG 1.1" in printed


def test_records_and_entries_are_saved_together():
    for index in indexes.values():
        assert issubclass(index.model, IndexedModel)
        assert isinstance(index.model._default_manager.all(), IndexedQuerySet)


def test_every_model_of_the_portal_with_a_search_is_registered():
    from django.contrib import admin

    from search.lookups import AnalysedSearch

    for model, model_admin in admin.site._registry.items():
        if isinstance(model_admin, AnalysedSearch):
            assert model._meta.label_lower in indexes


def test_databases_keep_each_term_as_the_analyser_makes_it():
    make_term(
        term_ar="المسؤولية", term_en="Naïve Ünïcödé ψυχή слово 漢字 ไทย", forms_en="I-24/7 1e5 x9"
    )

    for entry in SearchEntry.objects.all():
        for term in entry.terms.split():
            assert entry in SearchEntry.objects.filter(terms__match=TermQuery(term)), term


def test_index_survives_a_table_that_is_made_anew():
    make_objective(make_goal(number=1), text_en="Seize vessels")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            for name in schema.SQLITE_TRIGGERS:
                cursor.execute(f"DROP TRIGGER {name}")

    schema.install(connection)
    schema.install(connection)

    make_objective(make_goal(number=2), text_en="Seize aircraft")
    assert found_codes("vessels") == {"GPG 1.1"}
    assert found_codes("aircraft") == {"GPG 2.1"}


def test_words_are_counted_anew():
    make_objective(make_goal(number=1), text_en="vessel vessel")
    make_objective(make_goal(number=2), text_en="vessels")
    call_command("search_index", stale=True, verbosity=0)

    assert SearchTerm.objects.get(term="vessel").frequency == 2
    assert SearchWord.objects.get(base="vessel").frequency == 1


@pytest.mark.parametrize("query", ["الارهاب", "إرهَـاب", "والإرهابِ", "terrorism", "ارهاب terror"])
def test_admin_finds_records_by_their_words(query):
    term = make_term("terrorism", term_ar="الإرهاب", term_en="terrorism")
    make_term("border", term_ar="الحدود", term_en="border")

    assert list(Term.objects.filter(pk__in=matching_records(Term, query))) == [term]


def test_admin_finds_nothing_for_signs_alone():
    assert matching_records(Term, "؟!") is None
    assert not Term.objects.filter(pk__in=matching_records(Term, "qqqq")).exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL chooses by its statistics.")
def test_stored_entries_are_found_by_their_whole_key():
    statement = SELECT_STORED.format(rows="('library.term', 1), ('goals.goal', 2)")

    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
        plan = str(cursor.fetchall())

    assert "kind=? AND record=?" in plan
