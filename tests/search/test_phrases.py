"""Words in quotation marks are found in a row, however the database reads the entries."""

import pytest
from django.db import connection

from search import fulltext_query
from search.analysis import terms
from search.engine import search
from search.models import SearchEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content"), pytest.mark.whole_site]
PHRASES = ["«إنفاذ القانون»", "“law enforcement agencies”", '"Global Policing Goals"']


def entries_with(phrase):
    wanted = f" {' '.join(terms(phrase))} "
    rows = SearchEntry.objects.filter(audience="").values_list("pk", "terms")
    return {pk for pk, row in rows if wanted in f" {row.partition(' 0mark')[0]} "}


@pytest.mark.parametrize("most", [1, fulltext_query.MAX_COLLECTED])
@pytest.mark.parametrize("phrase", PHRASES)
def test_phrase_finds_entries_with_its_words_in_a_row(phrase, most, monkeypatch):
    monkeypatch.setattr(fulltext_query, "MAX_COLLECTED", most)

    found = [entry.entry_id for entry in search(phrase).ranked]

    newest = sorted(entries_with(phrase), reverse=True)[: len(found)]
    assert len(found) > 5
    assert set(newest) <= set(found)


@pytest.mark.parametrize("word", ['"NCB"', "‘والأموال’"])
def test_word_in_quotation_marks_is_found_as_it_is(word):
    found = {entry.entry_id for entry in search(word).ranked}

    assert found
    assert found <= entries_with(word)
    assert found < {entry.entry_id for entry in search(word[1:-1]).ranked}


def test_misspelt_word_in_quotation_marks_finds_nothing_but_its_right_spelling():
    found = search('"terorism"')

    assert found.ranked == []
    assert found.correction == '"terrorism"'


@pytest.mark.parametrize("code", ["GPG 1.3", "SDG 16.4", "16.a", "I-24/7"])
def test_code_in_quotation_marks_is_the_code(code):
    bare, quoted = search(code), search(f"«{code}»")

    assert bare.ranked
    assert quoted.ranked == bare.ranked


def test_phrase_beside_a_word_needs_both():
    both = {entry.entry_id for entry in search("«إنفاذ القانون» الحدود").ranked}

    assert both
    assert both < {entry.entry_id for entry in search("«إنفاذ القانون»").ranked}


def test_words_in_a_row_that_nobody_wrote_find_nothing():
    assert search("«القانون إنفاذ»").ranked == []


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="this index is PostgreSQL's")
def test_index_of_pairs_leaves_out_the_markers():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT search_searchentry_pairs('a b c 0mark xqa xqb') = "
            "ARRAY[hashtext('a b') & 262143, hashtext('b c') & 262143]"
        )
        assert cursor.fetchone() == (True,)
