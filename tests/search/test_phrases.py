"""Quoted phrases match words one after another, by each way of reading the entries."""

import pytest
from django.db import connection

from search import fulltext_query
from search.analysis import analyse
from search.engine import search
from search.models import SearchEntry

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("content"), pytest.mark.whole_site]
PHRASES = ["«إنفاذ القانون»", "“law enforcement agencies”", '"Global Policing Goals"']


def entries_with(phrase):
    phrase_terms = f" {' '.join(analyse(phrase))} "
    rows = SearchEntry.objects.filter(audience="").values_list("pk", "terms")
    return {pk for pk, terms in rows if phrase_terms in f" {terms.partition(' 0mark')[0]} "}


@pytest.mark.parametrize("max_collected", [1, fulltext_query.MAX_COLLECTED])
@pytest.mark.parametrize("phrase", PHRASES)
def test_phrase_finds_entries_with_its_words_in_a_row(phrase, max_collected, monkeypatch):
    monkeypatch.setattr(fulltext_query, "MAX_COLLECTED", max_collected)

    entry_ids = [entry.entry_id for entry in search(phrase).ranked]

    newest = sorted(entries_with(phrase), reverse=True)[: len(entry_ids)]
    assert len(entry_ids) > 5
    assert set(newest) <= set(entry_ids)


@pytest.mark.parametrize("word", ['"NCB"', "‘والأموال’"])
def test_word_in_quotation_marks_is_found_as_it_is(word):
    entry_ids = {entry.entry_id for entry in search(word).ranked}

    assert entry_ids
    assert entry_ids <= entries_with(word)
    assert entry_ids < {entry.entry_id for entry in search(word[1:-1]).ranked}


def test_misspelt_word_in_quotation_marks_finds_nothing_but_its_right_spelling():
    results = search('"terorism"')

    assert results.ranked == []
    assert results.correction == '"terrorism"'


@pytest.mark.parametrize("code", ["GPG 1.3", "SDG 16.4", "16.a", "I-24/7"])
def test_code_in_quotation_marks_is_the_code(code):
    bare, quoted = search(code), search(f"«{code}»")

    assert bare.ranked
    assert quoted.ranked == bare.ranked


def test_phrase_beside_a_word_needs_both():
    entry_ids = {entry.entry_id for entry in search("«إنفاذ القانون» الحدود").ranked}

    assert entry_ids
    assert entry_ids < {entry.entry_id for entry in search("«إنفاذ القانون»").ranked}


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
